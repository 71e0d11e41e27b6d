//! `get_message`, `list_messages`, `cancel_message`: what was sent, and what became of it.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{data, id, page, page_schema, part, rows};
use crate::advice::Trouble;
use crate::schema::output;
use crate::tool::{Kind, Needs, Tool, read};
use crate::visit::{Ask, Visit};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Deserialize, Serialize, JsonSchema)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Channel {
    #[default]
    Sms,
    Mms,
    Voice,
}

impl Channel {
    pub(crate) const ALL: [Self; 3] = [Self::Sms, Self::Mms, Self::Voice];

    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Sms => "sms",
            Self::Mms => "mms",
            Self::Voice => "voice",
        }
    }
}

pub(super) const HISTORIES: &[(&str, &str)] = &[
    ("GET", "/v3/sms/history"),
    ("GET", "/v3/mms/history"),
    ("GET", "/v3/voice/history"),
];
const CANCELS: &[(&str, &str)] = &[
    ("PUT", "/v3/sms/{message_id}/cancel"),
    ("PUT", "/v3/mms/{message_id}/cancel"),
    ("PUT", "/v3/voice/{message_id}/cancel"),
];
/// ClickSend's `status_code` of receipts.
const DELIVERED: &str = "201";
const NOT_DELIVERED: &str = "301";

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct One {
    /// As send_message gave it.
    message_id: String,
    /// `sms` (default), `mms` or `voice`: the one it was sent by.
    channel: Option<Channel>,
}

#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
struct List {
    /// `sms` (default), `mms` or `voice`.
    channel: Option<Channel>,
    /// Only to this number, with + and country code.
    to: Option<String>,
    /// Only with this status, such as `Scheduled`, `Sent` or `Failed`.
    status: Option<String>,
    /// Only since this moment, RFC 3339.
    since: Option<String>,
    /// Which page, from 1.
    page: Option<u32>,
    /// Rows a page, up to 100 (default 20).
    limit: Option<u32>,
}

async fn get(visit: Visit, wish: One) -> Result<Value, Trouble> {
    let channel = wish.channel.unwrap_or_default();
    let name = channel.as_str();
    let message_id = wish.message_id.trim().to_owned();
    let in_path = id("message_id", &message_id)?;
    let ask = Ask::account(Method::GET, &format!("/v3/{name}/history"));
    let found = visit
        .make(
            ask.query("q", format!("message_id:{message_id}"))
                .query("limit", 1),
        )
        .await?;
    let row = part(data(&found), "/data/0");
    if row.is_null() {
        return Err(Trouble::Missing(format!(
            "There is no {name} message {message_id} in this account."
        )));
    }
    let ask = Ask::account(Method::GET, &format!("/v3/{name}/receipts/{in_path}"));
    let receipt = visit.any(ask).await?;
    let receipt = if receipt.is_good() {
        data(&receipt)
    } else {
        Value::Null
    };
    let code = match &receipt["status_code"] {
        Value::String(code) => code.clone(),
        other => other.to_string(),
    };
    let delivered = match code.as_str() {
        DELIVERED => Value::Bool(true),
        NOT_DELIVERED => Value::Bool(false),
        _ => Value::Null,
    };
    Ok(json!({
        "message_id": message_id,
        "channel": name,
        "to": row["to"],
        "status": row["status"],
        "delivered": delivered,
        "message": row,
        "receipt": receipt,
    }))
}

async fn list(visit: Visit, wish: List) -> Result<Value, Trouble> {
    let since = wish
        .since
        .as_deref()
        .map(|text| text.parse::<jiff::Timestamp>());
    let since = since.transpose().map_err(|_| {
        Trouble::arguments("`since` is not a moment in RFC 3339, such as 2027-01-31T09:00:00Z.")
    })?;
    let filters: Vec<String> = [("to", &wish.to), ("status", &wish.status)]
        .into_iter()
        .filter_map(|(name, value)| {
            Some(format!(
                "{name}:{}",
                value.as_ref()?.replace([',', ':'], " ")
            ))
        })
        .collect();
    let ask = history(wish.channel.unwrap_or_default(), wish.page, wish.limit)
        .query_if("q", (!filters.is_empty()).then(|| filters.join(",")))
        .query_if("date_from", since.map(|moment| moment.as_second()));
    Ok(page(&visit.make(ask).await?, "messages"))
}

/// A page of what was sent, the newest first.
pub(crate) fn history(channel: Channel, page: Option<u32>, limit: Option<u32>) -> Ask {
    Ask::account(Method::GET, &format!("/v3/{}/history", channel.as_str()))
        .query("order_by", "date:desc")
        .query("page", page.unwrap_or(1).max(1))
        .query("limit", rows(limit))
}

async fn cancel(visit: Visit, wish: One) -> Result<Value, Trouble> {
    let channel = wish.channel.unwrap_or_default().as_str();
    let path = format!(
        "/v3/{channel}/{}/cancel",
        id("message_id", &wish.message_id)?
    );
    visit.make(Ask::account(Method::PUT, &path)).await?;
    Ok(json!({"cancelled": true, "message_id": wish.message_id, "channel": channel}))
}

pub(super) fn tools() -> Vec<Tool> {
    vec![
        Tool::new::<One>(
            "get_message",
            "Status of a message",
            "What became of one message: its status, and whether it was delivered (`delivered` is null as long as nobody knows). Delivery takes seconds to minutes: look again later instead of \
             sending again.",
            Kind::Reads,
            Needs::Account(HISTORIES),
            output(
                json!({
                    "message_id": {"type": "string"},
                    "channel": {"type": "string"},
                    "to": {"type": ["string", "null"]},
                    "status": {"type": ["string", "null"], "description": "Queued, Scheduled, Sent, Failed, Cancelled and so on"},
                    "delivered": {"type": ["boolean", "null"], "description": "null: not known yet"},
                    "message": {"type": "object"},
                    "receipt": {"type": ["object", "null"]},
                }),
                &["message_id", "channel", "status", "delivered", "message"],
            ),
            |visit, arguments| Box::pin(async move { get(visit, read(arguments)?).await }),
        ),
        Tool::new::<List>(
            "list_messages",
            "List sent messages",
            "What this account has sent, the newest first, a page at a time.",
            Kind::Reads,
            Needs::Account(HISTORIES),
            page_schema(
                "messages",
                "message_id, to, body, status, date (Unix seconds), price",
            ),
            |visit, arguments| Box::pin(async move { list(visit, read(arguments)?).await }),
        ),
        Tool::new::<One>(
            "cancel_message",
            "Cancel a message",
            "Takes back one message that is scheduled for later. What has left cannot be taken back.",
            Kind::Removes,
            Needs::Account(CANCELS),
            output(
                json!({"cancelled": {"type": "boolean"}, "message_id": {"type": "string"}, "channel": {"type": "string"}}),
                &["cancelled", "message_id"],
            ),
            |visit, arguments| Box::pin(async move { cancel(visit, read(arguments)?).await }),
        ),
    ]
}
