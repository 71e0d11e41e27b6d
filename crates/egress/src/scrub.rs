//! The echo scrub: a mask of the same length over every secret in a stream of bytes, across the borders of its pieces.
//! Bytes are held back only while they could be the beginning of a secret.

mod fields;

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use postern_apps::{Needles, SecretFields};

use fields::FieldMask;

const MASK: u8 = b'*';

/// Masks a stream in place.
pub(crate) struct Masker {
    needles: Option<Arc<Needles>>,
    /// Bytes at the beginning of what comes next that belong to a secret which ends there.
    carry: usize,
    fields: Option<FieldMask>,
}

impl Masker {
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
            carry: 0,
            fields,
        })
    }

    /// Whether `data` may leave as it is, whole.
    fn passes(&self, data: &[u8], last: bool) -> bool {
        let clean = |needles: &Arc<Needles>| {
            !needles.occur_in(data) && (last || needles.partial_suffix(data) == 0)
        };
        self.carry == 0
            && self.needles.as_ref().is_none_or(clean)
            && self
                .fields
                .as_ref()
                .is_none_or(|fields| fields.passes(data, last))
    }

    /// Masks the beginning of `data` that may leave, and says how long it is. The rest could be the beginning of a secret: it has to
    /// be presented again, in front of what follows. With `last`, everything leaves.
    pub(crate) fn mask(&mut self, data: &mut [u8], last: bool) -> usize {
        let mut leave = data.len();
        let mut reach = self.carry;
        if let Some(needles) = &self.needles {
            if !last {
                leave -= needles.partial_suffix(data);
            }
            if needles.occur_in(data) {
                // All needles are searched for in the bytes as they came: a mask must not hide another secret's beginning.
                let mut places = Vec::new();
                needles.find_all(data, |place| places.push(place));
                // What begins behind `leave` is found again when it is presented again.
                for place in places.into_iter().filter(|place| place.start < leave) {
                    reach = reach.max(place.end);
                    let end = place.end.min(leave);
                    data[place.start..end].fill(MASK);
                }
            }
        }
        if self.carry > 0 {
            data[..self.carry.min(leave)].fill(MASK);
        }
        if let Some(fields) = &mut self.fields {
            leave = fields.mask(&mut data[..leave], last);
        }
        self.carry = reach.saturating_sub(leave);
        leave
    }
}

/// A [`Masker`] for pieces that come one by one: keeps what has to be presented again.
pub(crate) struct Scrub {
    masker: Masker,
    /// As it came.
    held: BytesMut,
}

impl Scrub {
    /// `None` if there is nothing to look for.
    pub(crate) fn new(
        needles: Option<Arc<Needles>>,
        fields: Option<Arc<SecretFields>>,
    ) -> Option<Self> {
        Masker::new(needles, fields).map(|masker| Self {
            masker,
            held: BytesMut::new(),
        })
    }

    /// Bytes that came and have not left yet.
    pub(crate) fn held_bytes(&self) -> usize {
        self.held.len()
    }

    /// Takes the next piece and gives what may leave; with `last`, everything.
    pub(crate) fn push(&mut self, piece: Bytes, last: bool) -> Bytes {
        if self.held.is_empty() && self.masker.passes(&piece, last) {
            return piece;
        }
        self.held.extend_from_slice(&piece);
        let leave = self.masker.mask(&mut self.held, last);
        self.held.split_to(leave).freeze()
    }
}

#[cfg(test)]
mod tests;
