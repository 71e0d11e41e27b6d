//! Looks for the messages of a send in the history of the account that it went to.

use http::uri::PathAndQuery;
use http::{Request, StatusCode, Uri};
use http_body_util::{BodyExt as _, Limited};
use postern_access::{Connection, Upstream as Place};
use postern_domain::connection::Status;
use postern_domain::time::UnixMicros;
use postern_egress::{Body, Treatment, Upstream};
use postern_vault::DigestKey;
use serde_json::Value;

use crate::guarded::ANSWER_BYTES_MAX;
use crate::reference::{Sought, SoughtMessage, text_digest};
use crate::worker::Worker;

/// The provider's clock may differ from ours so much, in seconds.
const CLOCKS_DIFFER: i64 = 120;
/// A provider may accept what it received so much later, in seconds.
const ACCEPTS_WITHIN: i64 = 3_600;
const PAGE_ROWS: i64 = 100;
/// Read for one recipient.
const PAGES_MAX: i64 = 10;
/// Recipients of a send that are looked for: what was accepted was accepted as one call.
const RECIPIENTS_MAX: usize = 3;

/// What a history says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    /// It has messages of the send.
    There,
    /// All of the time in question was read, and it has none. `by_reference`: they carried one that nobody else has.
    Absent { by_reference: bool },
    /// Nobody can tell, and why.
    Unclear(String),
}

/// A message of the history.
struct Entry {
    to: String,
    digest: String,
    reference: String,
}

impl Worker {
    /// `send_id` is our reference.
    pub(crate) async fn look_for(
        &self,
        connection: &Connection,
        send_id: &str,
        sought: &Sought,
        sent_at: UnixMicros,
    ) -> Found {
        if connection.status != Status::Active {
            return Found::Unclear("the connection is not ACTIVE".to_owned());
        }
        let carries = |message: &&SoughtMessage| message.reference.as_deref() == Some(send_id);
        let marked: Vec<_> = sought.messages.iter().filter(carries).collect();
        let by_reference = !marked.is_empty();
        let wanted: Vec<_> = match by_reference {
            true => marked,
            false => sought.messages.iter().collect(),
        };
        if wanted.is_empty() {
            return Found::Unclear("it names no messages".to_owned());
        }
        for message in wanted.iter().take(RECIPIENTS_MAX) {
            let rows = match self.rows(connection, sought, message, sent_at).await {
                Ok(rows) => rows,
                Err(why) => return Found::Unclear(why),
            };
            if by_reference {
                if rows.iter().any(|row| row.reference == send_id) {
                    return Found::There;
                }
                continue;
            }
            let same = rows.iter().filter(|row| is_same(row, message)).count();
            match same {
                0 => {}
                1 => return Found::There,
                _ => return Found::Unclear(format!("{same} messages there look like it")),
            }
        }
        Found::Absent { by_reference }
    }

    async fn rows(
        &self,
        connection: &Connection,
        sought: &Sought,
        message: &SoughtMessage,
        sent_at: UnixMicros,
    ) -> Result<Vec<Entry>, String> {
        let from = sent_at.secs() - CLOCKS_DIFFER;
        let until = sent_at.secs() + ACCEPTS_WITHIN;
        let to = message
            .to
            .as_deref()
            .map(digits)
            .filter(|to| !to.is_empty());
        let only = to.map_or_else(String::new, |to| format!("&q=to:%2B{to}"));
        let mut rows = Vec::new();
        for page in 1..=PAGES_MAX {
            let target = format!(
                "{}?date_from={from}&date_to={until}&order_by=date:desc&limit={PAGE_ROWS}&page={page}{only}",
                sought.history
            );
            let answer = self.history_page(connection, &target).await?;
            let data = &answer["data"];
            let entries = data["data"]
                .as_array()
                .ok_or("its history has another form")?;
            let old = |row: &Value| date(row).is_some_and(|date| date < from);
            let is_past = entries.last().is_some_and(old);
            let key = self.gateway.claims.key();
            rows.extend(
                entries
                    .iter()
                    .filter(|row| !old(row))
                    .map(|row| entry(row, key)),
            );
            let last = data["last_page"].as_i64().unwrap_or(0);
            if is_past || entries.is_empty() || page >= last {
                return Ok(rows);
            }
        }
        Err("its history has too much of that time".to_owned())
    }

    async fn history_page(&self, connection: &Connection, target: &str) -> Result<Value, String> {
        let Place::Url(origin) = &connection.upstream else {
            return Err("it went to the built-in platform".to_owned());
        };
        let target = PathAndQuery::try_from(target).map_err(|error| error.to_string())?;
        let mut request = Request::new(Body::empty());
        *request.uri_mut() = Uri::from(target);
        let treatment = Treatment {
            credential: connection.prepared.as_ref(),
            secret_fields: None,
        };
        let upstream = Upstream::Http(origin.clone());
        let sent = self.egress.send(request, &upstream, treatment).await;
        let response = sent.map_err(|error| format!("its history cannot be read: {error}"))?;
        if response.status() != StatusCode::OK {
            return Err(format!(
                "its history answers {}",
                response.status().as_u16()
            ));
        }
        let body = Limited::new(response.into_body(), ANSWER_BYTES_MAX);
        let bytes = body.collect().await.map_err(|_| "its history broke off")?;
        serde_json::from_slice(&bytes.to_bytes()).map_err(|_| "its history is no JSON".to_owned())
    }
}

fn entry(row: &Value, key: &DigestKey) -> Entry {
    let text = |name: &str| row[name].as_str().unwrap_or_default();
    Entry {
        to: digits(text("to")),
        digest: text_digest(key, text("body")),
        reference: match &row["custom_string"] {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => String::new(),
        },
    }
}

/// Same text to the same recipient, and the caller's own reference if it gave one.
fn is_same(row: &Entry, message: &SoughtMessage) -> bool {
    let to = message.to.as_deref().map(digits).unwrap_or_default();
    let local = to.trim_start_matches('0');
    let reference = message.reference.as_deref().unwrap_or_default();
    !local.is_empty()
        && row.to.ends_with(local)
        && row.digest == message.digest
        && (reference.is_empty() || row.reference == reference)
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// Seconds, as a number or as text; under one of two names.
fn date(row: &Value) -> Option<i64> {
    [&row["date"], &row["date_added"]]
        .into_iter()
        .find_map(|value| match value {
            Value::Number(number) => number.as_i64(),
            Value::String(text) => text.parse().ok(),
            _ => None,
        })
}
