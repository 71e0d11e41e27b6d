//! What all operations of the control plane have in common: who may call, and what any of them may answer.

use std::collections::BTreeMap;

use postern_access::role::{Line, TABLE};
use postern_wire::control::Problem;
use serde_json::{Map, Value, json};

use super::schemas;
use crate::document::Surface;
use crate::operation::{Operation, Shape, shape};
use crate::parameter::{Parameter, text};
use crate::words::{sentence_of, status_of};

pub(super) struct Control;

fn line(operation: &Operation) -> Option<&'static Line> {
    TABLE
        .iter()
        .find(|line| line.method == operation.method && line.path == operation.path)
}

/// Everything that the operation refuses with, by its stable word.
fn words(operation: &Operation) -> Vec<&'static str> {
    let mut words = vec!["internal", "store_unavailable"];
    words.extend(&operation.words);
    let line = line(operation);
    if !operation.public {
        words.extend([
            "missing_key",
            "invalid_key",
            "expired_key",
            "revoked_key",
            "address_not_allowed",
            "rate_limited",
        ]);
        match line {
            Some(line) => {
                words.extend(line.operator.then_some("invalid_session"));
                let everybody = line.full && line.agent && line.operator;
                words.extend((!everybody).then_some("forbidden"));
                words.push("forbidden");
            }
            None => words.push("key_address"),
        }
    }
    if operation.parameters.iter().any(|one| one.place == "query") {
        words.push("invalid_request");
    }
    if operation.body.is_some() {
        words.extend(["invalid_json", "body_too_large", "invalid_request"]);
    }
    if operation.path.contains('{') {
        words.push("invalid_request");
    }
    if operation.method != "GET" && line.is_some() {
        words.extend(["outcome_unknown", "not_in_force"]);
    }
    words.sort_unstable();
    words.dedup();
    words
}

fn callers(operation: &Operation) -> Vec<&'static str> {
    match line(operation) {
        Some(line) => [
            (line.full, "full"),
            (line.agent, "agent"),
            (line.operator, "operator"),
        ]
        .into_iter()
        .filter_map(|(may, who)| may.then_some(who))
        .collect(),
        None if operation.public => vec!["anyone"],
        None => vec!["full", "agent"],
    }
}

impl Surface for Control {
    fn path_parameter(&self, _operation: &Operation, name: &str) -> Parameter {
        schemas::in_path(name)
    }

    fn refusals(&self, operation: &Operation) -> Vec<(u16, String, Value)> {
        let mut by_status: BTreeMap<u16, Vec<&str>> = BTreeMap::new();
        for word in words(operation) {
            by_status.entry(status_of(word)).or_default().push(word);
        }
        let one = |(status, words): (u16, Vec<&str>)| {
            let sentences = words
                .iter()
                .map(|word| format!("- `{word}`: {}", sentence_of(word)));
            let description = sentences.collect::<Vec<_>>().join("\n");
            let schema = json!({
                "allOf": [{"$ref": "#/components/schemas/Problem"}],
                "properties": {"error": {"enum": words}, "code": {"const": status}},
            });
            (status, description, schema)
        };
        by_status.into_iter().map(one).collect()
    }

    fn always(&self) -> &[Shape] {
        &[shape::<Problem>]
    }

    fn headers(&self, _operation: &Operation, status: u16) -> Map<String, Value> {
        let mut headers = Map::new();
        let mut add = |name: &str, of: &str| {
            let reference = json!({"$ref": format!("#/components/headers/{of}")});
            headers.insert(name.to_owned(), reference);
        };
        add("X-Request-Id", "RequestId");
        if status == 429 {
            add("Retry-After", "RetryAfter");
        }
        if status == 401 {
            add("WWW-Authenticate", "Challenge");
        }
        headers
    }

    fn finish(&self, operation: &Operation, made: &mut Map<String, Value>) {
        let callers = callers(operation);
        let mut security = Vec::new();
        if callers.contains(&"full") || callers.contains(&"agent") {
            security.extend([json!({"key": []}), json!({"keyAsPassword": []})]);
        }
        if callers.contains(&"operator") {
            security.push(json!({"session": []}));
        }
        made.insert("security".to_owned(), json!(security));
        made.insert("x-callers".to_owned(), json!(callers));
    }

    fn request_schema(&self, name: &str, schema: &mut Value) {
        schemas::narrow(name, schema);
    }
}

/// Of the paths of this surface: text that is no empty segment.
pub(super) fn segment(name: &'static str, description: &str) -> Parameter {
    let mut schema = text();
    schema["minLength"] = json!(1);
    Parameter::path(name, description, schema)
}
