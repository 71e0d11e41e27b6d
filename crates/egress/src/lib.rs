//! The only room that opens outbound HTTP: address rules, one resolution per connection, TLS, a keep-alive pool per handle,
//! credential injection, and the scrub that keeps an injected secret out of every answer.

mod address;
mod alarm;
mod answer;
mod body;
mod decode;
mod dial;
mod egress;
mod error;
mod fetch;
mod headers;
mod link;
mod pool;
pub mod raw;
mod rules;
mod scrub;
mod tls;
mod upstream;
mod verify;

pub use address::{BadCidr, Cidr};
pub use alarm::Alarm;
pub use answer::Answer;
pub use body::{Body, BodyTooLarge, BoxError};
pub use dial::Resolver;
pub use egress::{Egress, Treatment};
pub use error::{AnswerError, Phase, SendError, SendErrorKind, Stage};
pub use fetch::{FetchError, FetchLimits};
pub use headers::{is_hop_by_hop_name, strip};
pub use rules::{Limits, Rules, Timeouts};
pub use tls::{BadCa, client_config};
pub use upstream::{Answering, InProcess, LocalBody, Upstream};
pub use verify::Verified;
