//! The fields of `limits`, for keys and connections: from what is set to a form, and from what was typed to the words of the API. What they
//! mean and whether they hold together is the control plane's to say.

use postern_wire::control::{Limits, Problem};
use serde_json::{Map, Value, json};

use crate::form::Typed;
use crate::input::{Input, Kind, is_about, sentence};

/// A field: its name in the API, its label, and how it is typed.
type Field = (&'static str, &'static str, Kind);

const MESSAGES: &[Field] = &[
    ("messages_per_call", "In one call", Kind::Number),
    ("messages_per_hour", "An hour", Kind::Number),
    ("messages_per_day", "A day", Kind::Number),
    ("messages_per_month", "A month", Kind::Number),
];
const MONEY: &[Field] = &[
    ("spend_per_call", "In one call", Kind::Decimal),
    ("spend_per_hour", "An hour", Kind::Decimal),
    ("spend_per_day", "A day", Kind::Decimal),
    ("spend_per_month", "A month", Kind::Decimal),
    ("currency", "Currency", Kind::Text),
    ("ceiling_price", "Ceiling price of a segment", Kind::Decimal),
];
const APPROVAL: &[Field] = &[
    ("approval_above.messages", "Messages", Kind::Number),
    ("approval_above.spend", "Money", Kind::Decimal),
    ("approval_above.recipients", "Recipients", Kind::Number),
    ("approval_above.segments", "Segments", Kind::Number),
];
const WHO: &[Field] = &[
    ("recipients_allow", "Only to", Kind::Lines),
    ("recipients_deny", "Never to", Kind::Lines),
    ("channels", "Channels", Kind::Text),
    ("quiet_hours", "Quiet hours where they are", Kind::Text),
    ("timezone", "Time zone of days", Kind::Text),
];
const FINER: &[Field] = &[
    ("recipients_per_call", "Recipients a call", Kind::Number),
    ("recipients_per_hour", "Recipients an hour", Kind::Number),
    ("recipients_per_day", "Recipients a day", Kind::Number),
    ("recipients_per_month", "Recipients a month", Kind::Number),
    ("segments_per_call", "Segments a call", Kind::Number),
    ("segments_per_hour", "Segments an hour", Kind::Number),
    ("segments_per_day", "Segments a day", Kind::Number),
    ("segments_per_month", "Segments a month", Kind::Number),
    ("repeats_per_hour", "To one number an hour", Kind::Number),
    ("repeats_per_day", "To one number a day", Kind::Number),
    (
        "prefix_messages_per_hour",
        "To one prefix an hour",
        Kind::Number,
    ),
    (
        "prefix_messages_per_day",
        "To one prefix a day",
        Kind::Number,
    ),
];
/// Their values are lists.
const LISTS: [&str; 3] = ["recipients_allow", "recipients_deny", "channels"];

pub(crate) struct LimitsForm {
    pub(crate) messages: Vec<Input>,
    pub(crate) money: Vec<Input>,
    pub(crate) approval: Vec<Input>,
    pub(crate) who: Vec<Input>,
    pub(crate) finer: Vec<Input>,
    /// Something in the part that is folded up wants to be seen.
    pub(crate) unfolded: bool,
    pub(crate) unlimited: bool,
    /// What is wrong with "no limits".
    pub(crate) unlimited_error: String,
}

impl LimitsForm {
    /// With what is set.
    pub(crate) fn of(limits: &Limits) -> LimitsForm {
        let set = serde_json::to_value(limits).unwrap_or_default();
        form(None, limits.unlimited, &|name| written(&set, name))
    }

    /// With what was typed and is wrong.
    pub(crate) fn again(typed: &Typed, problem: &Problem) -> LimitsForm {
        form(Some(problem), typed.has("limits.unlimited"), &|name| {
            typed.text(&format!("limits.{name}")).to_owned()
        })
    }
}

fn form(problem: Option<&Problem>, unlimited: bool, value: &dyn Fn(&str) -> String) -> LimitsForm {
    let input = |(name, label, kind): &Field| {
        let input = Input::new(&format!("limits.{name}"), label)
            .kind(*kind)
            .value(value(name))
            .blamed(problem);
        match *name {
            "recipients_allow" => input
                .hint("Numbers, prefixes and countries, one a line.")
                .placeholder("+61*"),
            "recipients_deny" => input
                .hint("Wins over those above.")
                .placeholder("+61411111111"),
            "currency" => input.placeholder("USD"),
            "quiet_hours" => input.placeholder("21:00-08:00"),
            "timezone" => input.placeholder("UTC"),
            "channels" => input.placeholder("sms, mms, voice"),
            _ => input,
        }
    };
    let inputs = |fields: &[Field]| fields.iter().map(input).collect::<Vec<_>>();
    let finer = inputs(FINER);
    LimitsForm {
        messages: inputs(MESSAGES),
        money: inputs(MONEY),
        approval: inputs(APPROVAL),
        who: inputs(WHO),
        unfolded: FINER.iter().any(|(name, ..)| !value(name).is_empty())
            || finer.iter().any(Input::is_blamed),
        finer,
        unlimited,
        unlimited_error: problem
            .filter(|problem| is_about(problem, "limits.unlimited") || is_whole(problem))
            .map(sentence)
            .unwrap_or_default(),
    }
}

/// Nothing in particular is to blame, only all of them together.
fn is_whole(problem: &Problem) -> bool {
    problem.field.as_deref() == Some("limits")
}

fn fields() -> impl Iterator<Item = &'static Field> {
    [MESSAGES, MONEY, APPROVAL, WHO, FINER]
        .into_iter()
        .flatten()
}

fn written(set: &Value, name: &str) -> String {
    let value = match name.split_once('.') {
        Some((outer, inner)) => &set[outer][inner],
        None => &set[name],
    };
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Array(entries) => {
            let separator = if name == "channels" { ", " } else { "\n" };
            let entries: Vec<_> = entries.iter().filter_map(Value::as_str).collect();
            entries.join(separator)
        }
        other => other.to_string(),
    }
}

/// What was typed, in the words of the API. Fields that are empty are not there.
pub(crate) fn read(typed: &Typed) -> Value {
    let mut limits = Map::new();
    for (name, _, kind) in fields() {
        let text = typed.text(&format!("limits.{name}")).trim();
        if text.is_empty() {
            continue;
        }
        let value = match kind {
            Kind::Number => text
                .parse::<i64>()
                .map_or_else(|_| json!(text), |n| json!(n)),
            _ if LISTS.contains(name) => json!(entries(text)),
            _ => json!(text),
        };
        match name.split_once('.') {
            None => {
                limits.insert((*name).to_owned(), value);
            }
            Some((outer, inner)) => {
                let outer = limits.entry(outer).or_insert_with(|| json!({}));
                outer[inner] = value;
            }
        }
    }
    if typed.has("limits.unlimited") {
        limits.insert("unlimited".to_owned(), json!(true));
    }
    Value::Object(limits)
}

/// One a line, or with commas between them.
pub(crate) fn entries(text: &str) -> Vec<&str> {
    let parts = text.split(['\n', ',']).map(str::trim);
    parts.filter(|part| !part.is_empty()).collect()
}

/// Those that are set, as people read them.
pub(crate) fn in_words(limits: &Limits) -> Vec<(String, String)> {
    let set = serde_json::to_value(limits).unwrap_or_default();
    let of = |group: &'static [Field], before: &'static str| {
        let set = &set;
        group.iter().filter_map(move |(name, label, _)| {
            let value = written(set, name).replace('\n', ", ");
            let label = match before {
                _ if matches!(*name, "currency" | "ceiling_price") => (*label).to_owned(),
                "" => (*label).to_owned(),
                before => format!("{before} {}", label.to_lowercase()),
            };
            (!value.is_empty()).then_some((label, value))
        })
    };
    of(MESSAGES, "Messages")
        .chain(of(MONEY, "Money"))
        .chain(of(APPROVAL, "A person is asked beyond"))
        .chain(of(WHO, ""))
        .chain(of(FINER, ""))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_field_for_every_limit() {
        let every = r#"{"messages_per_call":1,"messages_per_hour":1,"messages_per_day":1,"messages_per_month":1,
            "segments_per_call":1,"segments_per_hour":1,"segments_per_day":1,"segments_per_month":1,
            "spend_per_call":"1","spend_per_hour":"1","spend_per_day":"1","spend_per_month":"1",
            "recipients_per_call":1,"recipients_per_hour":1,"recipients_per_day":1,"recipients_per_month":1,
            "repeats_per_hour":1,"repeats_per_day":1,"prefix_messages_per_hour":1,"prefix_messages_per_day":1,
            "currency":"USD","ceiling_price":"1","recipients_allow":["+61*"],"recipients_deny":["AU"],"channels":["sms"],
            "quiet_hours":"21:00-08:00","timezone":"UTC","approval_above":{"messages":1,"segments":1,"recipients":1,"spend":"1"}}"#;
        let limits: Limits = serde_json::from_str(every).unwrap();
        // Whatever the API can say: a new limit fails here until it has a field.
        let set = serde_json::to_value(&limits).unwrap();
        let mut leaves = Vec::new();
        for (name, value) in set.as_object().unwrap() {
            match value.as_object() {
                Some(inner) => leaves.extend(inner.keys().map(|inner| format!("{name}.{inner}"))),
                None => leaves.push(name.clone()),
            }
        }
        let mut named: Vec<_> = fields().map(|(name, ..)| (*name).to_owned()).collect();
        named.sort();
        leaves.sort();
        assert_eq!(named, leaves);
        assert_eq!(in_words(&limits).len(), leaves.len());
    }

    #[test]
    fn lists_as_people_type_them() {
        assert_eq!(entries(" +61*,\r\n+64* \n\n"), ["+61*", "+64*"]);
    }
}
