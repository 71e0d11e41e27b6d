//! Which carrier a message goes to.

use std::sync::Arc;

use postern_store::queue::Claimed;

use crate::{Carrier, Simulator};

pub struct Routes {
    pub simulator: Arc<Simulator>,
    /// For messages that are not pinned to the simulator.
    pub default: Arc<dyn Carrier>,
}

impl Routes {
    /// Everything goes to the simulator.
    pub fn simulated(simulator: Arc<Simulator>) -> Routes {
        Routes {
            default: simulator.clone(),
            simulator,
        }
    }

    /// Each of them once.
    pub(crate) fn carriers(&self) -> Vec<Arc<dyn Carrier>> {
        let simulator: Arc<dyn Carrier> = self.simulator.clone();
        match Arc::ptr_eq(&simulator, &self.default) {
            true => vec![simulator],
            false => vec![simulator, self.default.clone()],
        }
    }

    /// The pin comes first: no other rule is asked about a pinned message. A message that a carrier has already stays with it.
    pub fn carrier(&self, message: &Claimed) -> Arc<dyn Carrier> {
        if message.simulated || message.carrier == crate::simulator::NAME {
            return self.simulator.clone();
        }
        self.default.clone()
    }
}
