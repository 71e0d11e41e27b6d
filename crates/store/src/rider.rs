//! A write that travels with a request and is made by whoever answers it, in that answer's own unit of work.

use std::sync::Arc;

use crate::{Result, Tx};

/// Put into a request's extensions by the room in front (the gateway's audit row); run by the room behind inside the unit
/// that decides the answer, with the HTTP status that will be answered. May be re-run like every unit.
#[derive(Clone)]
pub struct Rider(Arc<RiderFn>);

type RiderFn = dyn Fn(&mut Tx<'_>, u16) -> Result<()> + Send + Sync;

impl Rider {
    pub fn new(write: impl Fn(&mut Tx<'_>, u16) -> Result<()> + Send + Sync + 'static) -> Rider {
        Rider(Arc::new(write))
    }

    pub fn ride(&self, tx: &mut Tx<'_>, status: u16) -> Result<()> {
        (self.0)(tx, status)
    }
}

/// Put into the response's extensions when the rider's write was committed with the answer.
#[derive(Clone, Copy, Debug)]
pub struct RiderDone;
