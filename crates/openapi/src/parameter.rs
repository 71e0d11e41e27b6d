//! Parameters of queries and paths, with their limits.

use serde_json::{Value, json};

#[derive(Clone, Debug)]
pub(crate) struct Parameter {
    pub(crate) place: &'static str,
    pub(crate) name: &'static str,
    pub(crate) description: String,
    pub(crate) schema: Value,
    pub(crate) required: bool,
    pub(crate) example: Option<Value>,
}

impl Parameter {
    /// Of the query, optional.
    pub(crate) fn query(name: &'static str, description: &str, schema: Value) -> Self {
        Self {
            place: "query",
            name,
            description: description.to_owned(),
            schema,
            required: false,
            example: None,
        }
    }

    pub(crate) fn path(name: &'static str, description: &str, schema: Value) -> Self {
        Self {
            place: "path",
            required: true,
            ..Self::query(name, description, schema)
        }
    }

    pub(crate) fn required(mut self) -> Self {
        self.required = true;
        self
    }

    pub(crate) fn example(mut self, example: Value) -> Self {
        self.example = Some(example);
        self
    }

    pub(crate) fn to_json(&self) -> Value {
        let mut parameter = json!({
            "name": self.name,
            "in": self.place,
            "description": self.description,
            "required": self.required,
            "schema": self.schema,
        });
        if let Some(example) = &self.example {
            parameter["example"] = example.clone();
        }
        parameter
    }
}

/// A whole number from 1 to `max`; `max` when absent.
pub(crate) fn limit(max: i64) -> Parameter {
    let schema = json!({"type": "integer", "minimum": 1, "maximum": max, "default": max});
    Parameter::query("limit", "How many at most.", schema)
}

pub(crate) fn text() -> Value {
    json!({"type": "string"})
}

/// One of a closed set, in a query. An empty value is the same as none.
pub(crate) fn words(words: &[&str]) -> Value {
    let empty = [""];
    json!({"type": "string", "enum": words.iter().chain(&empty).collect::<Vec<_>>()})
}

/// RFC 3339, or empty.
pub(crate) fn instant() -> Value {
    json!({"anyOf": [{"type": "string", "format": "date-time"}, {"const": ""}]})
}
