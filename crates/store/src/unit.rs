//! A unit of work on its way to a worker: the closure, its outcome, and who waits for it.

use std::panic::{AssertUnwindSafe, catch_unwind};

use tokio::sync::oneshot;

use crate::{Error, Result, Tx};

/// Units of the same lane are run one after another by the same worker. Take the account for what an account's rows see.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Lane(u64);

impl Lane {
    /// Control-plane changes: rare, and better in one order.
    pub const CONTROL: Lane = Lane(0);

    pub const fn of(id: i64) -> Lane {
        // Fibonacci hashing: neighbouring accounts land on different workers.
        Lane((id as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15))
    }

    pub(crate) fn worker(self, workers: usize) -> usize {
        (self.0 >> 32) as usize % workers
    }
}

/// What a worker knows of a unit.
pub(crate) trait Unit: Send {
    /// Runs the closure; after an `Err` its writes must be undone. Called again when the group has to be re-run.
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()>;
    /// Tells whoever waits: the closure's own outcome, or why its group did not commit.
    fn answer(self: Box<Self>, committed: Result<()>);
}

pub(crate) type BoxedUnit = Box<dyn Unit>;

struct Typed<T, F> {
    work: F,
    outcome: Option<Result<T>>,
    reply: oneshot::Sender<Result<T>>,
}

pub(crate) fn unit<T, F>(work: F) -> (BoxedUnit, oneshot::Receiver<Result<T>>)
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    let (reply, waiting) = oneshot::channel();
    (
        Box::new(Typed {
            work,
            outcome: None,
            reply,
        }),
        waiting,
    )
}

impl<T, F> Unit for Typed<T, F>
where
    T: Send + 'static,
    F: Fn(&mut Tx<'_>) -> Result<T> + Send + 'static,
{
    fn run(&mut self, tx: &mut Tx<'_>) -> Result<()> {
        let result = catch_unwind(AssertUnwindSafe(|| (self.work)(tx))).unwrap_or_else(|_| {
            Err(Error::Driver(
                "a unit of work panicked; its writes were undone".into(),
            ))
        });
        // A closure may not swallow a failed statement: its later writes would stand on nothing.
        let result = match tx.poison() {
            Some(error) => Err(error.again()),
            None => result,
        };
        let verdict = result.as_ref().map(|_| ()).map_err(Error::again);
        self.outcome = Some(result);
        verdict
    }

    fn answer(self: Box<Self>, committed: Result<()>) {
        let result = match (committed, self.outcome) {
            (Ok(()), Some(outcome)) => outcome,
            (Ok(()), None) => Err(Error::Driver("a unit was answered before it ran".into())),
            // A closure that failed by itself keeps its own reason.
            (Err(_), Some(Err(own))) => Err(own),
            (Err(error), _) => Err(error),
        };
        // Nobody may be waiting any more (a caller that hung up); the work stands all the same.
        drop(self.reply.send(result));
    }
}
