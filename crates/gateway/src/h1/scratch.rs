//! Memory of conversations: a connection that waits for its next request holds none of it.

use std::sync::{Mutex, PoisonError};

use postern_h1::Buffer;

/// Most heads and small bodies fit.
const INPUT_BYTES: usize = 8 * 1024;
/// More are not kept for later.
const KEPT_MAX: usize = 256;

/// What one request needs.
pub(crate) struct Scratch {
    /// What came from the client.
    pub(crate) input: Buffer,
    /// The request as it leaves.
    pub(crate) outgoing: Vec<u8>,
    /// The head of the answer.
    pub(crate) head: Vec<u8>,
}

/// Scratches of one thread that nobody uses at the moment; never contended.
#[expect(
    clippy::vec_box,
    reason = "a box moves in and out by its pointer, for every request"
)]
#[derive(Default)]
pub(crate) struct Scratches(Mutex<Vec<Box<Scratch>>>);

impl Scratches {
    pub(crate) fn take(&self) -> Box<Scratch> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner).pop();
        kept.unwrap_or_else(|| {
            Box::new(Scratch {
                input: Buffer::with_capacity(INPUT_BYTES),
                outgoing: Vec::with_capacity(1024),
                head: Vec::with_capacity(1024),
            })
        })
    }

    /// Takes back an empty one; one that has grown is let go.
    pub(crate) fn give(&self, scratch: Box<Scratch>) {
        let plain = scratch.input.is_empty()
            && scratch.input.capacity() <= INPUT_BYTES
            && scratch.outgoing.capacity() <= INPUT_BYTES;
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if plain && kept.len() < KEPT_MAX {
            kept.push(scratch);
        }
    }
}
