//! What all operations of the platform have in common: its envelope of errors, and values that are read leniently.

use serde_json::{Map, Value, json};

use super::parts::in_path;
use crate::document::Surface;
use crate::operation::Operation;
use crate::parameter::Parameter;

pub(super) struct Platform;

/// Statuses that any call may be answered with, `response_code` and what it means.
const ALWAYS: &[(u16, &str, &str)] = &[
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
        let mut refusals = Vec::new();
        let mut add = |status: u16, codes: &[&str], sentence: &str| {
            refusals.push((status, sentence.to_owned(), error(codes, status)));
        };
        let asks = operation.body.is_some()
            || !operation.parameters.is_empty()
            || operation.path.contains('{');
        if asks {
            let codes = ["BAD_REQUEST", "ALREADY_EXISTS", "INSUFFICIENT_CREDIT"];
            add(
                400,
                &codes,
                "Part of the request means nothing, is there already, or is not covered by the balance; the sentence names it.",
            );
        }
        if !operation.public {
            add(
                401,
                &["UNAUTHORIZED"],
                "Username and API key are not those of an account.",
            );
            add(
                403,
                &["FORBIDDEN"],
                "The account is closed, the thing is somebody else's or nobody's, or limits do not allow the send.",
            );
        }
        if operation.path.contains('{') || operation.words.contains(&"NOT_FOUND") {
            add(404, &["NOT_FOUND"], "There is no such thing.");
        }
        if operation.method != "GET" {
            add(
                409,
                &["OUTCOME_UNKNOWN"],
                "It is not known whether this was done. Look before trying again.",
            );
        }
        if operation.body.is_some() {
            add(
                413,
                &["PAYLOAD_TOO_LARGE"],
                "The body is larger than is read.",
            );
        }
        for (status, code, sentence) in ALWAYS {
            add(*status, &[code], sentence);
        }
        refusals
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
