//! A schema as rows of a table: every field under its whole name, with what may stand there.

use serde_json::Value;

use crate::documents::{Document, text};
use crate::prose;

/// Deeper objects are named and not unfolded. The documents have none.
const DEPTH_MAX: usize = 8;

pub(crate) struct Field {
    /// `messages[].to`; empty for the whole body when it is no object.
    pub(crate) name: String,
    pub(crate) kind: String,
    pub(crate) required: bool,
    /// HTML.
    pub(crate) description: String,
}

/// Fields of an object, required ones first.
pub(crate) fn of(document: &Document, schema: &Value) -> Vec<Field> {
    let mut fields = Vec::new();
    walk(document, schema, "", &mut fields, 0);
    if fields.is_empty() {
        let kind = kind(document, schema);
        let description = prose::line(text(&document.resolve(schema)["description"]));
        if kind != "nothing" {
            fields.push(Field {
                name: String::new(),
                kind,
                required: true,
                description,
            });
        }
    }
    fields
}

fn walk(document: &Document, schema: &Value, name: &str, fields: &mut Vec<Field>, depth: usize) {
    if depth > DEPTH_MAX {
        return;
    }
    let schema = document.resolve(schema);
    for part in ["allOf", "anyOf", "oneOf"] {
        for one in schema[part].as_array().into_iter().flatten() {
            walk(document, one, name, fields, depth + 1);
        }
    }
    if schema["items"].is_object() {
        walk(
            document,
            &schema["items"],
            &format!("{name}[]"),
            fields,
            depth + 1,
        );
    }
    let required: Vec<&str> = schema["required"]
        .as_array()
        .into_iter()
        .flatten()
        .map(text)
        .collect();
    let mut properties: Vec<(&String, &Value)> = schema["properties"]
        .as_object()
        .into_iter()
        .flatten()
        .collect();
    properties.sort_by_key(|(field, _)| !required.contains(&field.as_str()));
    for (field, property) in properties {
        let whole = match name {
            "" => field.clone(),
            name => format!("{name}.{field}"),
        };
        // Alternatives have fields in common.
        if fields.iter().any(|known| known.name == whole) {
            continue;
        }
        let described = match text(&property["description"]) {
            "" => text(&document.resolve(property)["description"]),
            own => own,
        };
        fields.push(Field {
            name: whole.clone(),
            kind: kind(document, property),
            required: required.contains(&field.as_str()),
            description: prose::line(described),
        });
        walk(document, property, &whole, fields, depth + 1);
    }
}

/// What may stand there, in a few words.
pub(crate) fn kind(document: &Document, schema: &Value) -> String {
    let schema = document.resolve(schema);
    if let Some(value) = schema.get("const") {
        return format!("always {}", word(value));
    }
    if let Some(values) = schema["enum"].as_array() {
        let words: Vec<String> = values
            .iter()
            .filter(|value| **value != "")
            .map(word)
            .collect();
        return words.join(" | ");
    }
    for part in ["anyOf", "oneOf", "allOf"] {
        if let Some(parts) = schema[part].as_array() {
            let mut kinds: Vec<String> = Vec::new();
            for one in parts
                .iter()
                .filter(|one| **one != serde_json::json!({"const": ""}))
            {
                let one = kind(document, one);
                if !kinds.contains(&one) {
                    kinds.push(one);
                }
            }
            return kinds.join(" or ");
        }
    }
    let types: Vec<&str> = match &schema["type"] {
        Value::String(one) => vec![one],
        Value::Array(several) => several.iter().map(text).collect(),
        _ => return "anything".to_owned(),
    };
    let one = |of: &&str| match *of {
        "array" => format!("list of {}", kind(document, &schema["items"])),
        "null" if types.len() == 1 => "nothing".to_owned(),
        "object" if schema["additionalProperties"].is_object() => {
            format!(
                "object of {}",
                kind(document, &schema["additionalProperties"])
            )
        }
        "string" if schema["format"] == "date-time" => "RFC 3339 instant".to_owned(),
        "string" if schema["format"] == "uuid" => "UUID".to_owned(),
        "string" if schema["format"] == "uri" => "address".to_owned(),
        other => other.to_owned(),
    };
    let kinds: Vec<String> = types.iter().map(one).collect();
    format!("{}{}", kinds.join(" or "), bounds(schema))
}

fn bounds(schema: &Value) -> String {
    let number = |name: &str| schema.get(name).map(word);
    let range = match (number("minimum"), number("maximum")) {
        (Some(least), Some(most)) => format!(", {least} to {most}"),
        (Some(least), None) => format!(", from {least}"),
        (None, Some(most)) => format!(", up to {most}"),
        (None, None) => String::new(),
    };
    let length = match (number("minLength"), number("maxLength")) {
        (Some(least), Some(most)) => format!(", {least} to {most} characters"),
        (None, Some(most)) => format!(", up to {most} characters"),
        _ => String::new(),
    };
    let entries = number("maxItems").map_or_else(String::new, |most| format!(", at most {most}"));
    format!("{range}{length}{entries}")
}

fn word(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Null => "null".to_owned(),
        other => other.to_string(),
    }
}
