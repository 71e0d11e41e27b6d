//! How simulated networks and handsets behave where they do not just work: one network an account, and what people do with single handsets.

mod answers;
mod chaos;
mod handsets;

use std::collections::HashMap;

use postern_domain::account::AccountId;
use postern_domain::chaos::{Chaos, Handled, Handset};

use crate::{Result, Tx};

pub use answers::{handle, unhandle_before};
pub use chaos::{chaos, put_chaos, reset_chaos};
pub use handsets::{HANDSETS_MAX, handsets, put_handset};

/// One account's.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Behaviour {
    pub chaos: Chaos,
    /// Handsets that are not simply on, by number in E.164.
    pub handsets: HashMap<String, Handset>,
    /// What was done by hand, by number of the message.
    pub handled: HashMap<i64, Handled>,
}

/// Of all accounts whose network does anything out of the ordinary.
pub fn all(tx: &mut Tx<'_>) -> Result<HashMap<AccountId, Behaviour>> {
    let mut all: HashMap<AccountId, Behaviour> = HashMap::new();
    for (account, chaos) in chaos::all(tx)? {
        all.entry(account).or_default().chaos = chaos;
    }
    for (account, number, state) in handsets::all(tx)? {
        let of = all.entry(account).or_default();
        of.handsets.insert(number, state);
    }
    for (account, seq, handled) in answers::all(tx)? {
        all.entry(account).or_default().handled.insert(seq, handled);
    }
    Ok(all)
}
