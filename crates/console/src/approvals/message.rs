//! The messages of a request, one by one, as far as they can be read. The bytes themselves are shown besides: they are what is sent.

use serde_json::Value;

/// Messages that a page shows by themselves; the rest is in the request below them.
pub(super) const SHOWN_MAX: usize = 1_000;

/// One message as a person reads it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Message {
    pub(crate) to: String,
    pub(crate) from: String,
    pub(crate) text: String,
    /// When it would leave, if not at once: unix seconds as they were written.
    pub(crate) schedule: String,
}

/// `None`: the body is no JSON with messages in it.
pub(super) fn messages(body: &[u8]) -> Option<Vec<Message>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    let found = body.get("messages").and_then(Value::as_array)?;
    let read = |message: &Value| {
        let text = |names: &[&str]| {
            let value = names.iter().find_map(|name| message.get(*name));
            match value {
                Some(Value::String(text)) => text.clone(),
                None | Some(Value::Null) => String::new(),
                Some(other) => other.to_string(),
            }
        };
        let list = text(&["list_id"]);
        let to = text(&["to"]);
        Message {
            to: if to.is_empty() && !list.is_empty() {
                format!("everybody on list {list}")
            } else {
                to
            },
            from: text(&["from"]),
            text: text(&["body", "message"]),
            schedule: match text(&["schedule"]) {
                zero if zero == "0" => String::new(),
                schedule => schedule,
            },
        }
    };
    Some(found.iter().take(SHOWN_MAX).map(read).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_are_read_as_they_are() {
        let body = br#"{"messages":[{"to":"+1","from":"Me","body":"<b>","schedule":0},{"list_id":7,"body":"x","schedule":1795392000},{}]}"#;
        let found = messages(body).unwrap();
        let to: Vec<_> = found.iter().map(|message| message.to.as_str()).collect();
        assert_eq!(to, ["+1", "everybody on list 7", ""]);
        assert_eq!(
            (found[0].text.as_str(), found[0].schedule.as_str()),
            ("<b>", "")
        );
        assert_eq!(found[1].schedule, "1795392000");
        assert_eq!(messages(b"to=1"), None);
        assert_eq!(messages(b"{}"), None);
    }
}
