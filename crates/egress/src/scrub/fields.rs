//! Masks the string values of named JSON fields in a stream, whatever the pieces it comes in.

use std::sync::Arc;

use postern_apps::SecretFields;

use super::MASK;

pub(super) struct FieldMask {
    fields: Arc<SecretFields>,
    state: State,
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
        }
    }

    pub(super) fn passes(&self, data: &[u8], last: bool) -> bool {
        self.state == State::Text
            && self.fields.find_end(data).is_none()
            && (last || self.fields.partial_suffix(data) == 0)
    }

    /// Masks what may leave and says how long it is: a name that is cut off has to be presented again.
    pub(super) fn mask(&mut self, data: &mut [u8], last: bool) -> usize {
        let mut at = 0;
        while at < data.len() {
            let byte = data[at];
            match self.state {
                State::Text => match self.fields.find_end(&data[at..]) {
                    Some(end) => {
                        at += end;
                        self.state = State::Name;
                        continue;
                    }
                    None if last => return data.len(),
                    None => return data.len() - self.fields.partial_suffix(&data[at..]),
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
                    data[at] = MASK;
                }
            }
            at += 1;
        }
        data.len()
    }
}
