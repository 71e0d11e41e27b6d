//! The end of a reservation: what a send over the network held of its limits becomes what it came to.

use postern_domain::time::UnixMicros;
use postern_store::reservations::{self, Ended};
use postern_store::{Error, Result, Tx};

use crate::hold::Hold;
use crate::ledger::{Actual, give_back, settle};

/// What a send came to, as far as limits are concerned.
#[derive(Clone, Copy)]
pub enum Cost {
    /// It certainly did not take place: all of it is given back.
    None,
    /// It took place, or may have: all of it was needed.
    AsHeld,
    /// What the answer says.
    Actual(Actual),
}

/// Ends what a send holds of its limits, in the unit that writes what it came to. Once: a later end changes nothing.
pub fn end_reservation(tx: &mut Tx<'_>, id: &str, cost: Cost, now: UnixMicros) -> Result<()> {
    let ended = match cost {
        Cost::None => Ended::Released,
        Cost::AsHeld | Cost::Actual(_) => Ended::Settled,
    };
    let Some(holds) = reservations::end(tx, id, ended, now)? else {
        return Ok(());
    };
    let holds: Vec<Hold> = serde_json::from_str(&holds).map_err(|_| Error::Inconsistent {
        table: "reservations",
        id: id.to_owned(),
    })?;
    match cost {
        Cost::None => give_back(tx, &holds),
        Cost::AsHeld => Ok(()),
        Cost::Actual(actual) => settle(tx, &holds, actual),
    }
}
