//! `/hooks/{token}`: incoming texts of a remote account, as ClickSend's automation rules push them: a form, a query or JSON. STOP and its like
//! opt the sender out of the connection, START and its like back in. Whoever knows the token may say so; nothing else comes of it.

use axum::Json;
use axum::body::to_bytes;
use axum::extract::{Path, Request, State};
use http::header::CONTENT_TYPE;
use http::{Method, StatusCode};
use postern_access::time_ordered;
use postern_domain::opt_out::Wish;
use postern_domain::phone::{CountryCode, Recipient};
use postern_store::audit::{Entry, record};
use postern_store::{Lane, hooks};
use serde_json::{Value, json};

use crate::guard::peer;
use crate::payload::BODY_BYTES_MAX;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// What a push says: names and values, in their order.
type Said = Vec<(String, String)>;

pub(crate) async fn hear(
    State(state): State<ControlState>,
    Path(token): Path<String>,
    request: Request,
) -> Result<Json<Value>, Refusal> {
    let now = state.now();
    let hook = state.directory.hook(&token).ok_or_else(|| {
        Refusal::not_found("unknown_hook", "nobody is told anything at this address")
    })?;
    hook.admit(now).map_err(|throttled| Refusal {
        retry_after_seconds: Some(throttled.retry_after_seconds),
        ..Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            "too many texts at once",
        )
    })?;
    let from_peer = peer(request.extensions());
    let said = said(request).await?;
    let find = |name: &str| {
        said.iter()
            .find(|(key, _)| key == name)
            .map(|(_, value)| value.as_str())
    };
    let text = find("body").or_else(|| find("message")).unwrap_or_default();
    let sender = find("from").and_then(number);
    let (Some(wish), Some(sender)) = (Wish::of(text), sender) else {
        return Ok(Json(json!({"heard": "nothing"})));
    };
    let (subject, connection_id) = (hook.subject(&sender), hook.connection_id.clone());
    let heard = match wish {
        Wish::Out => "opt_out",
        Wish::Back => "opt_in",
    };
    let entry = Entry {
        actor_kind: "hook".to_owned(),
        object_kind: "connection".to_owned(),
        object_id: connection_id.to_string(),
        peer: from_peer.to_string(),
        outcome: Some("done".to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, &format!("hook.{heard}"))
    };
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            hooks::heard(tx, &connection_id, now)?;
            let changed = match wish {
                Wish::Out => hooks::opt_out(tx, &connection_id, &subject, now)?,
                Wish::Back => hooks::opt_in(tx, &connection_id, &subject)?,
            };
            // The provider says everything at least once.
            if changed {
                record(tx, &entry)?;
            }
            Ok(())
        })
        .await?;
    Ok(Json(json!({"heard": heard})))
}

/// E.164, with or without its plus.
fn number(text: &str) -> Option<String> {
    let digits = text.trim().trim_start_matches('+');
    let us = CountryCode::parse("US")?;
    let recipient = Recipient::parse(&format!("+{digits}"), us).ok()?;
    Some(recipient.as_str().to_owned())
}

async fn said(request: Request) -> Result<Said, Refusal> {
    let unreadable = |what: &str| {
        Refusal::new(
            StatusCode::BAD_REQUEST,
            "invalid_request",
            format!("{what} cannot be read; a form, a query and a JSON object can"),
        )
    };
    let (parts, body) = request.into_parts();
    if parts.method != Method::POST {
        let query = parts.uri.query().unwrap_or_default();
        return serde_urlencoded::from_str(query).map_err(|_| unreadable("the query"));
    }
    let body = to_bytes(body, BODY_BYTES_MAX).await.map_err(|_| {
        let message = format!("the body was cut off, or is larger than {BODY_BYTES_MAX} bytes");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "body_too_large", message)
    })?;
    let kind = parts
        .headers
        .get(CONTENT_TYPE)
        .map(|kind| kind.as_bytes().to_ascii_lowercase());
    let is_form = kind.is_some_and(|kind| kind.starts_with(b"application/x-www-form-urlencoded"));
    // What the JSON pushes call themselves is not documented: the body decides.
    if is_form || body.trim_ascii_start().first() != Some(&b'{') {
        return serde_urlencoded::from_bytes(&body).map_err(|_| unreadable("the form"));
    }
    let object: serde_json::Map<String, Value> =
        serde_json::from_slice(&body).map_err(|_| unreadable("the JSON"))?;
    Ok(object
        .into_iter()
        .filter_map(|(name, value)| Some((name, written(value)?)))
        .collect())
}

/// Numbers come with and without quotes.
fn written(value: Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text),
        Value::Number(number) => Some(number.to_string()),
        _ => None,
    }
}
