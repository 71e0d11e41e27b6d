//! The echo scrub: a mask of the same length over every secret in a stream of bytes, across the borders of its pieces.
//! Bytes are held back only while they could be the beginning of a secret.

mod fields;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use postern_apps::{Needles, SecretFields};

use fields::FieldMask;

const MASK: u8 = b'*';

/// The state of one answer's scrub.
pub(crate) struct Scrub {
    needles: Option<Arc<Needles>>,
    /// The end of what came so far, as it came and as it will leave: it may be the beginning of a secret.
    held: BytesMut,
    held_masked: BytesMut,
    fields: Option<FieldMask>,
}

impl Scrub {
    /// `None` if there is nothing to look for.
    pub(crate) fn new(
        needles: Option<Arc<Needles>>,
        fields: Option<Arc<SecretFields>>,
    ) -> Option<Self> {
        let needles = needles.filter(|needles| !needles.is_empty());
        let fields = fields
            .filter(|fields| !fields.is_empty())
            .map(FieldMask::new);
        if needles.is_none() && fields.is_none() {
            return None;
        }
        Some(Self {
            needles,
            held: BytesMut::new(),
            held_masked: BytesMut::new(),
            fields,
        })
    }

    /// Bytes that came and have not left yet.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held.len() + self.fields.as_ref().map_or(0, FieldMask::held_bytes)
    }

    /// Takes the next piece and gives what may leave; with `last`, everything.
    pub(crate) fn push(&mut self, piece: Bytes, last: bool) -> Bytes {
        let piece = self.mask_needles(piece, last);
        match &mut self.fields {
            Some(fields) => fields.push(piece, last),
            None => piece,
        }
    }

    fn mask_needles(&mut self, piece: Bytes, last: bool) -> Bytes {
        let Some(needles) = &self.needles else {
            return piece;
        };
        if self.held.is_empty() {
            let mut hit = false;
            needles.find_all(&piece, |_| hit = true);
            let hold = if last {
                0
            } else {
                needles.partial_suffix(&piece)
            };
            if !hit && hold == 0 {
                return piece;
            }
            if !hit {
                let mut leaving = piece;
                let tail = leaving.split_off(leaving.len() - hold);
                self.held.extend_from_slice(&tail);
                self.held_masked.extend_from_slice(&tail);
                return leaving;
            }
        }
        self.held.extend_from_slice(&piece);
        self.held_masked.extend_from_slice(&piece);
        let masked = &mut self.held_masked;
        needles.find_all(&self.held, |place| masked[place].fill(MASK));
        let hold = if last {
            0
        } else {
            needles.partial_suffix(&self.held)
        };
        let leave = self.held.len() - hold;
        drop(self.held.split_to(leave));
        self.held_masked.split_to(leave).freeze()
    }
}

#[cfg(test)]
mod tests;
