//! Masks the string values of named JSON fields in a stream, whatever the pieces it comes in.

use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use postern_apps::SecretFields;

use super::MASK;

pub(super) struct FieldMask {
    fields: Arc<SecretFields>,
    state: State,
    held: BytesMut,
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    /// Anywhere else.
    Text,
    /// Behind `"api_key"`: a colon makes it a name.
    Name,
    /// Behind the colon: a quote opens a value to mask.
    Colon,
    Value {
        escaped: bool,
    },
}

impl FieldMask {
    pub(super) fn new(fields: Arc<SecretFields>) -> Self {
        Self {
            fields,
            state: State::Text,
            held: BytesMut::new(),
        }
    }

    pub(super) fn held_bytes(&self) -> usize {
        self.held.len()
    }

    pub(super) fn push(&mut self, piece: Bytes, last: bool) -> Bytes {
        let untouched = self.held.is_empty()
            && self.state == State::Text
            && self.fields.find_end(&piece).is_none();
        if untouched && (last || self.fields.partial_suffix(&piece) == 0) {
            return piece;
        }
        let mut bytes = std::mem::take(&mut self.held);
        bytes.extend_from_slice(&piece);
        self.mask(&mut bytes);
        if self.state == State::Text && !last {
            let hold = self.fields.partial_suffix(&bytes);
            self.held = bytes.split_off(bytes.len() - hold);
        }
        bytes.freeze()
    }

    fn mask(&mut self, bytes: &mut [u8]) {
        let mut at = 0;
        while at < bytes.len() {
            let byte = bytes[at];
            match self.state {
                State::Text => match self.fields.find_end(&bytes[at..]) {
                    Some(end) => {
                        at += end;
                        self.state = State::Name;
                        continue;
                    }
                    None => return,
                },
                State::Name | State::Colon if byte.is_ascii_whitespace() => {}
                State::Name if byte == b':' => self.state = State::Colon,
                State::Colon if byte == b'"' => self.state = State::Value { escaped: false },
                // Not a name, or not a string: look at this byte again as text.
                State::Name | State::Colon => {
                    self.state = State::Text;
                    continue;
                }
                State::Value { escaped: false } if byte == b'"' => self.state = State::Text,
                State::Value { escaped } => {
                    self.state = State::Value {
                        escaped: !escaped && byte == b'\\',
                    };
                    bytes[at] = MASK;
                }
            }
            at += 1;
        }
    }
}
