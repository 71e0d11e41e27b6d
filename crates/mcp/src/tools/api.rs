//! `api`: any call of an app, as its own documentation has it.

use http::Method;
use postern_apps::{is_reserved, normal_path};
use postern_domain::effect::Effect;
use rmcp::model::JsonObject;
use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::{Value, json};

use super::outgoing::derived_key;
use crate::advice::Trouble;
use crate::answer::Answer;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::{Ask, Visit};

/// More of an answer is not for a model to read.
const SHOWN_BYTES_MAX: usize = 256 << 10;

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct Api {
    /// `GET` (default), `POST`, `PUT`, `PATCH` or `DELETE`.
    method: Option<String>,
    /// The app and its native path: `/clicksend/v3/account`.
    path: String,
    /// Query parameters.
    query: Option<JsonObject>,
    /// The JSON body.
    body: Option<Value>,
    /// For calls that send: names this send. The same key again means the same send and sends nothing twice. Left out: made from the call.
    idempotency_key: Option<String>,
}

pub(super) fn answer_schema() -> JsonObject {
    output(
        json!({
            "status": {"type": "integer", "description": "HTTP status"},
            "answer": {"description": "The app's answer as it came: JSON, or a text"},
            "request_id": {"type": ["string", "null"]},
            "repeated": {"type": "boolean", "description": "This is the first call's answer; nothing was done again"},
        }),
        &["status", "answer"],
    )
}

pub(super) fn shown(answer: &Answer) -> Value {
    let body = match answer.bytes() {
        0..=SHOWN_BYTES_MAX => answer.json(),
        bytes => format!("The answer has {bytes} bytes, which is too much to show. Ask for fewer rows: `limit`, `page`.").into(),
    };
    json!({
        "status": answer.status.as_u16(),
        "answer": body,
        "request_id": answer.request_id(),
        "repeated": answer.header("idempotency-replayed").is_some(),
    })
}

/// Adds what an object of simple values says.
pub(super) fn with_query(mut ask: Ask, query: &Value, name: &str) -> Result<Ask, Trouble> {
    let Value::Object(fields) = query else {
        return Err(Trouble::arguments(format!("`{name}` is not an object.")));
    };
    for (field, value) in fields {
        ask = match value {
            Value::Null => ask,
            Value::String(text) => ask.query(field, text),
            Value::Number(number) => ask.query(field, number),
            Value::Bool(value) => ask.query(field, value),
            _ => {
                return Err(Trouble::arguments(format!(
                    "`{name}.{field}` is not a text, number or boolean."
                )));
            }
        };
    }
    Ok(ask)
}

async fn call(visit: Visit, arguments: JsonObject) -> Result<Value, Trouble> {
    let wish: Api = read(arguments)?;
    let named = json!([wish.method, wish.path, wish.query, wish.body]);
    let method = wish.method.as_deref().unwrap_or("GET").to_ascii_uppercase();
    let method = ["GET", "POST", "PUT", "PATCH", "DELETE"]
        .contains(&method.as_str())
        .then(|| method.parse::<Method>().ok())
        .flatten();
    let method = method
        .ok_or_else(|| Trouble::arguments("`method` is not GET, POST, PUT, PATCH or DELETE."))?;
    let app = wish
        .path
        .strip_prefix('/')
        .and_then(|rest| rest.split('/').next())
        .unwrap_or_default();
    if app.is_empty() || wish.path.contains(['?', '#']) {
        return Err(Trouble::arguments(
            "`path` is an app and its native path, such as /clicksend/v3/account; parameters go into `query`.",
        ));
    }
    if is_reserved(app) {
        return Err(Trouble::arguments(format!(
            "`path`: /{app} is not an app. The app comes first: /clicksend/v3/account. For connections, approvals and sends there are tools."
        )));
    }
    let sends = sends(&visit, app, &method, &wish.path[1 + app.len()..]);
    let mut ask = Ask::new(method, wish.path);
    if let Some(query) = &wish.query {
        ask = with_query(ask, &Value::Object(query.clone()), "query")?;
    }
    if let Some(body) = wish.body {
        ask = ask.body(body);
    }
    if sends {
        let key = wish
            .idempotency_key
            .unwrap_or_else(|| derived_key(&visit, "api", &named));
        ask = ask.once(&key);
    }
    Ok(shown(&visit.make(ask).await?))
}

/// What nobody knows might send.
fn sends(visit: &Visit, app: &str, method: &Method, native: &str) -> bool {
    let known = visit.registry.get(app).zip(normal_path(native).ok());
    let judged = known.and_then(|(app, path)| Some(app.effect(method, &path)?.effect));
    judged.map_or(!method.is_safe(), |effect| effect == Effect::Send)
}

pub(super) fn tools() -> Vec<Tool> {
    vec![Tool::new::<Api>(
        "api",
        "Call an app's API",
        "Any call of an app by path, as the app's own API documentation has it: GET /clicksend/v3/account. The key's scopes and limits hold as everywhere; another path does not open \
         what a tool was refused. Prefer the tools for messages, then run_action.",
        Kind::Anything,
        Needs::Something,
        answer_schema(),
        |visit, arguments| Box::pin(call(visit, arguments)),
    )]
}
