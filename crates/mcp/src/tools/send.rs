//! `send_message` and `request_approval`.

use http::StatusCode;
use serde_json::{Value, json};

use super::outgoing::{Outgoing, Sending};
use crate::advice::{Trouble, about_message};
use crate::answer::Answer;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::Visit;

pub(super) const SENDS: &[(&str, &str)] = &[
    ("POST", "/v3/sms/send"),
    ("POST", "/v3/mms/send"),
    ("POST", "/v3/voice/send"),
];

async fn send(visit: Visit, outgoing: Outgoing) -> Result<Value, Trouble> {
    let sending = outgoing.sending(&visit)?;
    let answer = visit.make(sending.ask()).await?;
    sent(&answer, &sending)
}

/// What became of each message: a 200 can hold some that were not accepted.
fn sent(answer: &Answer, sending: &Sending) -> Result<Value, Trouble> {
    let json = answer.json();
    let data = &json["data"];
    let rows = data["messages"].as_array().cloned().unwrap_or_default();
    let is_accepted = |row: &&Value| row["status"] == "SUCCESS";
    let accepted = rows.iter().filter(is_accepted).count();
    let messages: Vec<Value> = rows.iter().map(|row| one(row, sending)).collect();
    let repeated = answer.header("idempotency-replayed").is_some();
    let summary = match (accepted, rows.len() - accepted, repeated) {
        (_, _, true) => {
            "This was sent before; nothing was sent again. These are the first call's results."
                .to_owned()
        }
        (0, refused, _) => format!(
            "Nothing was sent: {refused} not accepted, the first because {}.",
            messages
                .first()
                .and_then(|first| first["problem"].as_str())
                .unwrap_or("the account gave no reason")
        ),
        (accepted, 0, _) => format!(
            "{accepted} accepted. Accepted is not yet delivered: get_message says what became of one."
        ),
        (accepted, refused, _) => format!(
            "{accepted} accepted, {refused} not accepted: `problem` says why. Do not send to the accepted ones again."
        ),
    };
    let result = json!({
        "summary": summary,
        "channel": sending.channel.as_str(),
        "accepted": accepted,
        "not_accepted": rows.len() - accepted,
        "messages": messages,
        "total_price": data["total_price"],
        "currency": data["_currency"]["currency_name_short"],
        "repeated": repeated,
        "idempotency_key": sending.idempotency_key,
        "request_id": answer.request_id(),
    });
    match accepted {
        0 => Err(Trouble::NothingAccepted(result)),
        _ => Ok(result),
    }
}

fn one(row: &Value, sending: &Sending) -> Value {
    let status = row["status"].as_str().unwrap_or_default();
    let mut one = json!({
        "message_id": row["message_id"],
        "to": row["to"],
        "status": status,
        "parts": row["message_parts"],
        "price": row["message_price"],
        "channel": sending.channel.as_str(),
    });
    if status != "SUCCESS" {
        one["problem"] = about_message(status).into();
    }
    one
}

async fn request(visit: Visit, outgoing: Outgoing) -> Result<Value, Trouble> {
    let sending = outgoing.sending(&visit)?;
    let previewed = visit.make(sending.preview(&visit)).await?;
    if previewed.json()["verdict"] == "allowed" {
        return Ok(json!({
            "state": "not_needed",
            "next": "No approval is needed, and nothing was sent. send_message with the same arguments sends it.",
        }));
    }
    let answer = visit.make(sending.ask().respond_async()).await?;
    if answer.status != StatusCode::ACCEPTED {
        // It was asked for before and has been decided since, or limits were raised in between.
        let result = sent(&answer, &sending)?;
        return Ok(
            json!({"state": "sent", "next": "It has been sent. Do not send it again.", "result": result}),
        );
    }
    let approval = answer.json();
    Ok(json!({
        "state": approval["state"],
        "approval_id": approval["approval_id"],
        "expires_at": approval["expires_at"],
        "why": approval["why"],
        "messages": approval["messages"],
        "recipients": approval["recipients"],
        "cost": approval["cost"],
        "currency": approval["currency"],
        "next": "Nothing was sent yet. Tell the person who asked you that it waits for an operator. Do not resend: once approved it is sent by itself, once. get_approval says how it \
                 stands.",
    }))
}

pub(super) fn tools() -> Vec<Tool> {
    let message = json!({
        "type": "object",
        "properties": {
            "message_id": {"type": ["string", "null"], "description": "For get_message and cancel_message"},
            "to": {"type": ["string", "null"]},
            "status": {"type": "string", "description": "SUCCESS: accepted, not yet delivered"},
            "problem": {"type": "string"},
        },
    });
    vec![
        Tool::new::<Outgoing>(
            "send_message",
            "Send a message",
            "Sends a text (sms), a picture (mms) or a spoken call (voice) to one or more people, now or later. It costs money and cannot be taken back: call preview_message with the same \
             arguments first, and send only what the person you work for wants sent. Each send has an idempotency key, so a call that is made again with the same arguments sends nothing \
             twice. A refusal is an answer: never resend, split or reword to get around it.",
            Kind::Sends,
            Needs::Account(SENDS),
            output(
                json!({
                    "summary": {"type": "string"},
                    "channel": {"type": "string"},
                    "accepted": {"type": "integer"},
                    "not_accepted": {"type": "integer"},
                    "messages": {"type": "array", "items": message},
                    "total_price": {"type": ["number", "string", "null"]},
                    "currency": {"type": ["string", "null"]},
                    "repeated": {"type": "boolean", "description": "It was sent before; nothing was sent again"},
                    "idempotency_key": {"type": "string"},
                    "request_id": {"type": ["string", "null"]},
                }),
                &[
                    "summary",
                    "accepted",
                    "not_accepted",
                    "messages",
                    "repeated",
                    "idempotency_key",
                ],
            ),
            |visit, arguments| Box::pin(async move { send(visit, read(arguments)?).await }),
        ),
        Tool::new::<Outgoing>(
            "request_approval",
            "Request approval of a message",
            "For a message that a person must agree to (preview_message says so, or send_message answered approval_required): hands it to the operators, who see it and decide. Once approved \
             it is sent by itself, exactly as it is, once. Sends nothing that needs no approval.",
            Kind::Sends,
            Needs::Account(SENDS),
            output(
                json!({
                    "state": {"type": "string", "description": "pending: waits; not_needed: send it with send_message; sent: done"},
                    "approval_id": {"type": "string", "description": "For get_approval"},
                    "expires_at": {"type": "string"},
                    "why": {"type": "array", "items": {"type": "string"}},
                    "next": {"type": "string", "description": "What to do now"},
                    "result": {"type": "object"},
                }),
                &["state", "next"],
            ),
            |visit, arguments| Box::pin(async move { request(visit, read(arguments)?).await }),
        ),
    ]
}
