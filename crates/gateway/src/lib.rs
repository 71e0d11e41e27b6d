//! The data plane. A call takes these steps, in this order: [`route`] (whose is the first segment), [`decide`] (who are you,
//! how fast, which connection, what does the call do, may you), [`forward`] (strip, inject, send; a send by [`once`]), [`ledger`] (what is
//! kept about it), [`reply`] (what goes back, and its line in the request log). Every refusal is made in [`refusal`].

mod attempts;
mod builtin;
mod claims;
mod config;
mod control;
mod counters;
mod courier;
mod decide;
mod facts;
mod forget;
mod forward;
mod freeing;
mod gateway;
mod guarded;
mod h1;
mod handover;
mod headers;
mod held;
mod history;
mod kept;
mod ledger;
mod limits;
mod listener;
mod once;
mod preview;
mod rates;
mod reference;
mod refusal;
mod release;
mod remote;
mod reply;
mod request_id;
mod request_log;
mod reverify;
mod route;
mod serve;
mod service;
mod side_door;
mod unknown;
mod worker;

pub use claims::{Claims, ClaimsError};
pub use config::{Config, HostNames, Limits, Timeouts};
pub use courier::{Courier, Made, StoredSend};
pub use gateway::{Gateway, Rooms};
pub use listener::{BadCertificate, Listener, server_config};
pub use request_log::{LogSink, RequestLog};
pub use serve::Serving;
pub use side_door::{DoorKeeper, SideDoor};
