//! Lenient JSON: never a panic, nothing accepted that is no JSON, and of JSON the same reading as `serde_json`'s own.

use postern_wire::clicksend::lenient::{self, Object, Unix};
use postern_wire::clicksend::sms::SendRequest;
use serde::Deserialize;
use serde::de::{DeserializeOwned, IgnoredAny};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(transparent)]
struct Text(#[serde(deserialize_with = "lenient::text")] Option<String>);

#[derive(Deserialize)]
#[serde(transparent)]
struct Flag(#[serde(deserialize_with = "lenient::flag")] bool);

#[derive(Deserialize)]
#[serde(transparent)]
struct Names(#[serde(deserialize_with = "lenient::names")] Vec<String>);

pub fn check(bytes: &[u8]) {
    let value: Option<Value> = serde_json::from_slice(bytes).ok();
    let read = Read {
        bytes,
        value: value.as_ref(),
    };
    read.text();
    read.flag();
    read.unix();
    read.names();
    read.send();
}

struct Read<'a> {
    bytes: &'a [u8],
    /// The document, if the bytes are one.
    value: Option<&'a Value>,
}

impl Read<'_> {
    /// From the bytes and from the document: both or neither.
    fn accepted<T: DeserializeOwned>(&self, same: impl Fn(&T, &T) -> bool) -> Option<(T, &Value)> {
        let from_bytes = serde_json::from_slice::<T>(self.bytes).ok();
        let Some(value) = self.value else {
            // What nobody asks for is passed over without a look at its bytes, escapes and numbers.
            let passed_over = serde_json::from_slice::<IgnoredAny>(self.bytes).is_ok();
            assert!(
                from_bytes.is_none() || passed_over,
                "what is no JSON is accepted"
            );
            return None;
        };
        let from_value = serde_json::from_value::<T>(value.clone()).ok();
        match (from_bytes, from_value) {
            (Some(one), Some(other)) => {
                assert!(same(&one, &other), "two readings of one document");
                Some((one, value))
            }
            (None, None) => None,
            // A name that stands twice is refused when it is read, and gone from the document.
            (None, Some(_)) => None,
            (Some(_), None) => panic!("accepted from bytes and not from the document"),
        }
    }

    fn text(&self) {
        let read = self.accepted::<Text>(|one, other| one.0 == other.0);
        match (read, self.value) {
            (Some((Text(text), _)), Some(value)) => {
                assert_eq!(text, scalar(value).expect("a scalar"))
            }
            (None, Some(value)) => assert!(scalar(value).is_none(), "a scalar is refused"),
            (_, None) => {}
        }
    }

    fn flag(&self) {
        let Some((Flag(yes), value)) = self.accepted::<Flag>(|one, other| one.0 == other.0) else {
            return;
        };
        let text = scalar(value).expect("a scalar").unwrap_or_default();
        let words: &[&str] = match yes {
            true => &["1", "true", "yes"],
            false => &["", "0", "false", "no"],
        };
        assert!(
            words.contains(&text.trim().to_ascii_lowercase().as_str()),
            "{text:?} is {yes}"
        );
    }

    fn unix(&self) {
        let Some((unix, value)) = self.accepted::<Unix>(|one, other| one == other) else {
            return;
        };
        if let (Unix::At(at), Some(number)) = (unix, value.as_i64()) {
            assert_eq!(at, number);
        }
        if value.is_null() {
            assert_eq!(unix, Unix::Absent);
        }
    }

    fn names(&self) {
        let read = self.accepted::<Names>(|Names(one), Names(other)| {
            let sorted = |names: &[String]| {
                let mut names = names.to_vec();
                names.sort();
                names
            };
            // A key that stands twice is two names in the bytes and one in the document, which has no order either.
            one.len() > other.len() || sorted(one) == sorted(other)
        });
        let Some((Names(names), value)) = read else {
            return;
        };
        assert!(names.iter().all(|name| name.trim() == name), "{names:?}");
        match value {
            Value::Array(list) => assert_eq!(list.len(), names.len()),
            Value::Null => assert!(names.is_empty()),
            Value::String(_) => {}
            Value::Object(object) => assert!(names.len() >= object.len()),
            other => panic!("names in {other}"),
        }
    }

    fn send(&self) {
        let Some((Object(request), value)) =
            self.accepted::<Object<SendRequest>>(|one, other| one.0 == other.0)
        else {
            return;
        };
        let messages = value["messages"].as_array().expect("a list of messages");
        assert_eq!(messages.len(), request.messages.len());
        for (read, message) in request.messages.iter().zip(messages) {
            assert!(message.is_object());
            for (field, name) in [
                (&read.to, "to"),
                (&read.body, "body"),
                (&read.from, "from"),
                (&read.custom_string, "custom_string"),
            ] {
                assert_eq!(field, &scalar(&message[name]).expect("a scalar"), "{name}");
            }
        }
        let written = serde_json::to_vec(&request).expect("what was read can be written");
        let again: SendRequest = serde_json::from_slice(&written).expect("and read again");
        // An instant that is no number is written as null.
        for (one, other) in request.messages.iter().zip(&again.messages) {
            assert_eq!(
                (&one.to, &one.body, one.schedule.as_option()),
                (&other.to, &other.body, other.schedule.as_option())
            );
        }
    }
}

/// A scalar as text; `None` for what is none.
fn scalar(value: &Value) -> Option<Option<String>> {
    match value {
        Value::Null => Some(None),
        Value::Bool(yes) => Some(Some(yes.to_string())),
        Value::String(text) => Some(Some(text.clone())),
        Value::Number(number) => Some(Some(
            match (number.as_i64(), number.as_u64(), number.as_f64()) {
                (Some(number), ..) => number.to_string(),
                (_, Some(number), _) => number.to_string(),
                (_, _, Some(number)) if number.fract() == 0.0 && number.abs() < 1e15 => {
                    format!("{number:.0}")
                }
                (_, _, number) => number.expect("a number").to_string(),
            },
        )),
        Value::Array(_) | Value::Object(_) => None,
    }
}
