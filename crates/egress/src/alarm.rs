//! One timer for all the waiting that a connection does.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::time::{Instant, Sleep};

/// A timer that is moved far more often than it rings: moving it later costs a clock reading and nothing else.
pub struct Alarm {
    deadline: Instant,
    sleep: Pin<Box<Sleep>>,
}

impl Default for Alarm {
    fn default() -> Self {
        Self::new()
    }
}

impl Alarm {
    #[must_use]
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            deadline: now,
            sleep: Box::pin(tokio::time::sleep_until(now)),
        }
    }

    /// Rings `after` this from now on; what it was set to before is forgotten.
    pub fn set(&mut self, after: Duration) {
        self.set_from(Instant::now(), after);
    }

    /// As [`Alarm::set`] for whoever has just looked at the clock.
    pub fn set_from(&mut self, now: Instant, after: Duration) {
        self.deadline = now + after;
        if self.sleep.is_elapsed() || self.sleep.deadline() > self.deadline {
            self.sleep.as_mut().reset(self.deadline);
        }
    }

    pub fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.sleep.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.deadline {
                return Poll::Ready(());
            }
            self.sleep.as_mut().reset(self.deadline);
        }
        Poll::Pending
    }
}
