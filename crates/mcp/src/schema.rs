//! The schemas of arguments and results, as plain as clients want them: no references, no `null` beside a type.

use rmcp::model::JsonObject;
use schemars::JsonSchema;
use schemars::generate::SchemaSettings;
use serde_json::{Value, json};

/// Of arguments. Every tool takes `connection`: Maton's toolkit adds it to each call, whatever the tool.
pub(crate) fn input<T: JsonSchema>() -> JsonObject {
    let settings = SchemaSettings::draft2020_12().with(|settings| {
        settings.inline_subschemas = true;
        settings.meta_schema = None;
    });
    let schema = settings.into_generator().into_root_schema_for::<T>();
    let mut schema = plain(schema.to_value());
    if let Value::Object(object) = &mut schema {
        for name in ["title", "description"] {
            object.remove(name);
        }
    }
    schema["type"] = "object".into();
    schema["properties"]["connection"] = json!({
        "type": "string",
        "description": "Which connection (account) to use; list_connections shows them. Left out: the oldest active one."
    });
    schema["additionalProperties"] = false.into();
    into_object(schema)
}

/// Of a result: what is certainly there, and what else is worth knowing. More may come.
pub(crate) fn output(properties: Value, required: &[&str]) -> JsonObject {
    into_object(json!({"type": "object", "properties": properties, "required": required}))
}

fn into_object(value: Value) -> JsonObject {
    match value {
        Value::Object(object) => object,
        _ => JsonObject::new(),
    }
}

fn plain(schema: Value) -> Value {
    match schema {
        Value::Object(mut object) => {
            if let Some(Value::Array(kinds)) = object.get_mut("type") {
                kinds.retain(|kind| kind != "null");
                if let [kind] = kinds.as_slice() {
                    let kind = kind.clone();
                    object.insert("type".to_owned(), kind);
                }
            }
            if let Some(Value::Array(words)) = object.get_mut("enum") {
                words.retain(|word| !word.is_null());
            }
            if object.get("default").is_some_and(Value::is_null) {
                object.remove("default");
            }
            for name in ["format", "writeOnly"] {
                object.remove(name);
            }
            // Comments are wrapped, descriptions are not.
            if let Some(Value::String(about)) = object.get_mut("description") {
                *about = about.replace('\n', " ");
            }
            if let Some(Value::Array(kinds)) = object.get_mut("anyOf") {
                kinds.retain(|kind| kind["type"] != "null");
                if let [Value::Object(only)] = kinds.as_slice() {
                    let only = only.clone();
                    object.remove("anyOf");
                    for (name, value) in only {
                        object.entry(name).or_insert(value);
                    }
                    return plain(Value::Object(object));
                }
            }
            Value::Object(
                object
                    .into_iter()
                    .map(|(name, value)| (name, plain(value)))
                    .collect(),
            )
        }
        Value::Array(parts) => Value::Array(parts.into_iter().map(plain).collect()),
        other => other,
    }
}
