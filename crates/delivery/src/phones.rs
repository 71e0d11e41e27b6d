//! The simulated handsets as other rooms hold them: to write with, and to hear when something has arrived.

use std::sync::Arc;

use tokio::sync::watch;

use crate::Simulator;

#[derive(Clone)]
pub struct Phones {
    pub simulator: Arc<Simulator>,
    /// Changes whenever carriers have reported something and it is kept.
    pub reported: watch::Receiver<u64>,
}
