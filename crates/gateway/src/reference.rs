//! Our own reference in a send, so that it can be found again: `custom_string` of every message that has none, the one change that we make to
//! a body. And what is kept, sealed, to look for a send whose answer never came.

use std::borrow::Cow;
use std::fmt;

use bytes::{BufMut as _, Bytes, BytesMut};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderName};
use postern_domain::channel::Channel;
use postern_vault::DigestKey;
use serde::de::{Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

/// What a send can be found by in the upstream's history.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Sought {
    /// Where to look.
    pub(crate) history: String,
    pub(crate) messages: Vec<SoughtMessage>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct SoughtMessage {
    /// As the caller wrote it; `None`: to a list.
    pub(crate) to: Option<String>,
    /// Of the text.
    pub(crate) digest: String,
    /// The `custom_string` that it left with.
    pub(crate) reference: Option<String>,
}

/// A send as it leaves.
pub(crate) struct Marked {
    pub(crate) body: Bytes,
    pub(crate) sought: Sought,
}

/// Whoever signs a body would find it changed.
const SIGNED: [&str; 4] = ["content-md5", "digest", "content-digest", "signature"];

#[derive(Deserialize)]
struct Call<'a> {
    #[serde(borrow)]
    messages: Vec<&'a RawValue>,
}

/// `None`: it is no send whose messages can be read, so it leaves as it is and can only be looked for by people.
pub(crate) fn mark(
    operation: &str,
    headers: &HeaderMap,
    body: &Bytes,
    reference: &str,
    key: &DigestKey,
) -> Option<Marked> {
    let channel = postern_guard::channel(operation)?;
    let json = headers
        .get(CONTENT_TYPE)
        .and_then(|kind| kind.to_str().ok());
    if !json.is_some_and(|kind| kind.to_ascii_lowercase().starts_with("application/json"))
        || headers.contains_key(CONTENT_ENCODING)
    {
        return None;
    }
    let text = std::str::from_utf8(body).ok()?;
    let call: Call<'_> = serde_json::from_str(text).ok()?;
    let signed = SIGNED
        .iter()
        .any(|name| headers.contains_key(HeaderName::from_static(name)));
    let mut out =
        BytesMut::with_capacity(text.len() + call.messages.len() * (reference.len() + 24));
    let (mut taken, mut messages) = (0, Vec::with_capacity(call.messages.len()));
    for raw in call.messages {
        let fields: Fields<'_> = serde_json::from_str(raw.get()).ok()?;
        let at = offset(text, raw.get());
        let mut own = fields.all("custom_string");
        let (place, own) = match (own.next(), own.next()) {
            (None, _) => (Some(Place::New), None),
            (Some(value), None) if matches!(value.get(), "null" | "\"\"") => (
                Some(Place::Of(offset(text, value.get()), value.get().len())),
                None,
            ),
            (Some(value), None) => (None, serde_json::from_str::<Loose>(value.get()).ok()),
            // Whichever of the two the upstream takes.
            (Some(_), Some(_)) => return None,
        };
        let marks = place.filter(|_| !signed);
        let written = match marks {
            Some(Place::New) => {
                out.put_slice(&text.as_bytes()[taken..=at]);
                let comma = if fields.0.is_empty() { "" } else { "," };
                out.put_slice(format!("\"custom_string\":\"{reference}\"{comma}").as_bytes());
                taken = at + 1;
                Some(reference.to_owned())
            }
            Some(Place::Of(start, length)) => {
                out.put_slice(&text.as_bytes()[taken..start]);
                out.put_slice(format!("\"{reference}\"").as_bytes());
                taken = start + length;
                Some(reference.to_owned())
            }
            None => own.map(|Loose(own)| own),
        };
        let text_of = |name| {
            let value = fields.all(name).next()?;
            serde_json::from_str::<Loose>(value.get()).ok()
        };
        messages.push(SoughtMessage {
            to: text_of("to")
                .map(|Loose(to)| to)
                .filter(|to| !to.trim().is_empty()),
            digest: text_digest(
                key,
                &text_of("body").map_or_else(String::new, |Loose(text)| text),
            ),
            reference: written,
        });
    }
    out.put_slice(&text.as_bytes()[taken..]);
    let history = match channel {
        Channel::Sms => "/v3/sms/history",
        Channel::Mms => "/v3/mms/history",
        Channel::Voice => "/v3/voice/history",
    };
    Some(Marked {
        body: out.freeze(),
        sought: Sought {
            history: history.to_owned(),
            messages,
        },
    })
}

/// By what two texts are the same, without keeping them.
pub(crate) fn text_digest(key: &DigestKey, text: &str) -> String {
    let digest = key.digest("text of a message", &[text.trim().as_bytes()]);
    digest[..16]
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect()
}

enum Place {
    /// Behind the opening brace.
    New,
    /// In place of an empty value: where it begins, and its length.
    Of(usize, usize),
}

/// Where a part of a text begins in it.
fn offset(whole: &str, part: &str) -> usize {
    part.as_ptr() as usize - whole.as_ptr() as usize
}

/// The fields of an object, each as it is written.
struct Fields<'a>(Vec<(Cow<'a, str>, &'a RawValue)>);

impl<'a> Fields<'a> {
    fn all(&self, name: &'static str) -> impl Iterator<Item = &'a RawValue> + '_ {
        self.0
            .iter()
            .filter(move |(field, _)| field == name)
            .map(|(_, value)| *value)
    }
}

impl<'de: 'a, 'a> Deserialize<'de> for Fields<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Vec<(Cow<'de, str>, &'de RawValue)>;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }
            fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some((name, value)) = object.next_entry::<String, &'de RawValue>()? {
                    fields.push((Cow::Owned(name), value));
                }
                Ok(fields)
            }
        }
        deserializer.deserialize_map(Reader).map(Fields)
    }
}

/// A text, or a number as text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Lenient {
    Text(String),
    Number(serde_json::Number),
}

#[derive(Deserialize)]
#[serde(from = "Lenient")]
struct Loose(String);

impl From<Lenient> for Loose {
    fn from(lenient: Lenient) -> Self {
        Loose(match lenient {
            Lenient::Text(text) => text,
            Lenient::Number(number) => number.to_string(),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SEND: &str = "POST /v3/sms/send";

    fn marked(body: &str) -> Option<(String, Vec<Option<String>>)> {
        let mut headers = HeaderMap::new();
        headers.insert(
            CONTENT_TYPE,
            "application/json; charset=utf-8".parse().expect("value"),
        );
        let key = DigestKey::from_bytes(&[7; 32]).expect("key");
        let marked = mark(
            SEND,
            &headers,
            &Bytes::copy_from_slice(body.as_bytes()),
            "REF",
            &key,
        )?;
        let references = marked
            .sought
            .messages
            .into_iter()
            .map(|message| message.reference);
        Some((
            String::from_utf8_lossy(&marked.body).into_owned(),
            references.collect(),
        ))
    }

    #[test]
    fn only_what_is_empty_is_filled_and_every_other_byte_stays() {
        let ours = || Some("REF".to_owned());
        for (body, want, references) in [
            (
                "{ \"messages\" : [ {\"to\":\"+1\",  \"body\":\"\\u00e9\"} ], \"x\": 1.0 }",
                "{ \"messages\" : [ {\"custom_string\":\"REF\",\"to\":\"+1\",  \"body\":\"\\u00e9\"} ], \"x\": 1.0 }",
                vec![ours()],
            ),
            (
                "{\"messages\":[{\"custom_string\": \"\",\"to\":\"+1\"},{\"to\":\"+2\",\"custom_string\":null},{}]}",
                "{\"messages\":[{\"custom_string\": \"REF\",\"to\":\"+1\"},{\"to\":\"+2\",\"custom_string\":\"REF\"},{\"custom_string\":\"REF\"}]}",
                vec![ours(), ours(), ours()],
            ),
            (
                "{\"messages\":[{\"custom_string\":\"mine\"},{\"custom_string\":7}]}",
                "{\"messages\":[{\"custom_string\":\"mine\"},{\"custom_string\":7}]}",
                vec![Some("mine".to_owned()), Some("7".to_owned())],
            ),
            ("{\"messages\":[]}", "{\"messages\":[]}", vec![]),
        ] {
            assert_eq!(marked(body), Some((want.to_owned(), references)), "{body}");
        }
    }

    #[test]
    fn what_cannot_be_read_in_one_way_leaves_as_it_is() {
        for body in [
            "",
            "{}",
            "not json",
            "{\"messages\":{}}",
            "{\"messages\":[1]}",
            "{\"messages\":[{\"custom_string\":\"\",\"custom_string\":\"\"}]}",
            "{\"messages\":[],\"messages\":[]}",
        ] {
            assert_eq!(marked(body), None, "{body}");
        }
        let key = DigestKey::create();
        let body = Bytes::from_static(b"{\"messages\":[{}]}");
        assert!(mark(SEND, &HeaderMap::new(), &body, "REF", &key).is_none());
        let mut signed = HeaderMap::new();
        signed.insert(CONTENT_TYPE, "application/json".parse().expect("value"));
        assert!(mark("POST /v3/fax/send", &signed, &body, "REF", &key).is_none());
        signed.insert("content-md5", "x".parse().expect("value"));
        let left = mark(SEND, &signed, &body, "REF", &key).expect("read");
        assert_eq!(
            (left.body, left.sought.messages[0].reference.clone()),
            (body, None)
        );
    }
}
