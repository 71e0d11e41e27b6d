//! What all operations of the platform have in common: its envelope of errors, and values that are read leniently.

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use super::parts::in_path;
use crate::document::Surface;
use crate::operation::Operation;
use crate::parameter::Parameter;

pub(super) struct Platform;

/// Status, `response_code`, and what it means.
pub(super) const CODES: &[(u16, &str, &str)] = &[
    (
        400,
        "BAD_REQUEST",
        "Part of the request means nothing; the sentence names it.",
    ),
    (
        400,
        "ALREADY_EXISTS",
        "What is to be made is there already.",
    ),
    (400, "INSUFFICIENT_CREDIT", "The balance does not cover it."),
    (
        401,
        "UNAUTHORIZED",
        "Username and API key are not those of an account.",
    ),
    (
        403,
        "FORBIDDEN",
        "The account is closed, the thing is somebody else's or nobody's, or limits do not allow the send.",
    ),
    (404, "NOT_FOUND", "There is no such thing."),
    (
        409,
        "OUTCOME_UNKNOWN",
        "It is not known whether this was done. Look before trying again.",
    ),
    (413, "PAYLOAD_TOO_LARGE", "The body is larger than is read."),
    (
        429,
        "HTTP_TOO_MANY_REQUESTS",
        "Too many calls in this minute.",
    ),
    (
        500,
        "INTERNAL_SERVER_ERROR",
        "Something is wrong on the server's side. Nothing was done.",
    ),
    (
        503,
        "SERVICE_UNAVAILABLE",
        "Nothing was done: the service cannot store anything at the moment.",
    ),
];

/// Which of them the operation may answer.
fn may_answer(operation: &Operation, status: u16) -> bool {
    let is_about_something = operation.path.contains('{');
    match status {
        400 => operation.body.is_some() || !operation.parameters.is_empty() || is_about_something,
        401 | 403 => !operation.public,
        404 => is_about_something || operation.words.contains(&"NOT_FOUND"),
        409 => operation.method != "GET",
        413 => operation.body.is_some(),
        _ => true,
    }
}

fn error(codes: &[&str], status: u16) -> Value {
    json!({
        "type": "object",
        "required": ["http_code", "response_code", "response_msg", "data"],
        "properties": {
            "http_code": {"const": status},
            "response_code": {"enum": codes},
            "response_msg": {"type": "string", "description": "A sentence for a person, which names the field."},
            "data": {"description": "Null, unless the operation says more."},
        },
    })
}

impl Surface for Platform {
    fn path_parameter(&self, _operation: &Operation, name: &str) -> Parameter {
        in_path(name)
    }

    fn refusals(&self, operation: &Operation) -> Vec<(u16, String, Value)> {
        let mut by_status: BTreeMap<u16, (Vec<&str>, Vec<&str>)> = BTreeMap::new();
        for (status, code, sentence) in CODES {
            if may_answer(operation, *status) {
                let (codes, sentences) = by_status.entry(*status).or_default();
                codes.push(code);
                sentences.push(sentence);
            }
        }
        let one = |(status, (codes, sentences)): (u16, (Vec<&str>, Vec<&str>))| {
            (status, sentences.join(" "), error(&codes, status))
        };
        by_status.into_iter().map(one).collect()
    }

    fn headers(&self, operation: &Operation, _status: u16) -> Map<String, Value> {
        let mut headers = Map::new();
        if !operation.public {
            let reference = |of: &str| json!({"$ref": format!("#/components/headers/{of}")});
            headers.insert("X-RateLimit-Limit".to_owned(), reference("Limit"));
            headers.insert("X-RateLimit-Remaining".to_owned(), reference("Remaining"));
        }
        headers
    }

    fn finish(&self, operation: &Operation, made: &mut Map<String, Value>) {
        let security = match operation.public {
            true => json!([]),
            false => json!([{"key": []}, {"account": []}]),
        };
        made.insert("security".to_owned(), security);
        let callers = match operation.public {
            true => ["anyone"].as_slice(),
            false => &["full", "agent", "account"],
        };
        made.insert("x-callers".to_owned(), json!(callers));
    }

    fn request_schema(&self, name: &str, schema: &mut Value) {
        lenient(schema);
        if let Some((_, fields)) = REQUIRED.iter().find(|(of, _)| *of == name) {
            schema["required"] = json!(fields);
        }
    }
}

/// Types say that every field may be missing, so that the refusal can name it in a sentence; these must be there.
const REQUIRED: &[(&str, &[&str])] = &[
    ("AlphaTagRequest", &["alpha_tag"]),
    ("EmailAddressRequest", &["email_address"]),
    (
        "IssueRequest",
        &["message_id", "type", "description", "email_address"],
    ),
    ("ListRequest", &["list_name"]),
    ("TestRequest", &["url"]),
];

/// Where text may be missing, numbers and booleans are read as their text: callers of every generation write them so.
fn lenient(schema: &mut Value) {
    match schema {
        Value::Object(map) => {
            if map.get("type") == Some(&json!(["string", "null"])) {
                map.insert(
                    "type".to_owned(),
                    json!(["string", "number", "boolean", "null"]),
                );
            }
            map.values_mut().for_each(lenient);
        }
        Value::Array(values) => values.iter_mut().for_each(lenient),
        _ => {}
    }
}
