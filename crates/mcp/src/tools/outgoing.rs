//! A message as an agent describes it, and the call that it becomes. Preview, send and request for approval take the same arguments.

use http::Method;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};

use super::messages::Channel;
use crate::advice::Trouble;
use crate::visit::{ACCOUNT, Ask, Visit};

/// What one call of the account's takes.
const RECIPIENTS_MAX: usize = 1000;
/// Of the digest: enough to tell any two messages apart.
const KEY_BYTES: usize = 16;
/// As long as the gateway takes one.
const KEY_CHARS_MAX: usize = 255;

#[derive(Debug, Deserialize, Serialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct Outgoing {
    /// Who gets it: numbers in E.164, with + and country code, such as +15551234567. Each gets the same text.
    to: Vec<String>,
    /// The text; for `voice` what is spoken. One part has up to 160 characters (70 with an emoji or other characters outside GSM-7); each part costs.
    body: String,
    /// `sms` (default), `mms` (a picture) or `voice` (a call that speaks the text).
    channel: Option<Channel>,
    /// A sender that the account owns. Leave it out otherwise.
    from: Option<String>,
    /// For later, in RFC 3339 with a zone: 2027-01-31T09:00:00Z.
    send_at: Option<String>,
    /// Your own short note; it comes back in history, receipts and replies.
    reference: Option<String>,
    /// `mms` only: where the picture lies (https).
    media_url: Option<String>,
    /// `mms` only.
    subject: Option<String>,
    /// `voice` only: `female` (default) or `male`.
    voice: Option<String>,
    /// `voice` only: the language, such as en-us (default).
    lang: Option<String>,
    /// Names this send, such as order-17-confirmation. The same key again means the same send and sends nothing twice. Left out: made from the message, so
    /// that the same message to the same people is sent once within 24 hours. Give a new key to send the same text again on purpose.
    #[serde(skip_serializing)]
    idempotency_key: Option<String>,
}

/// The call that sends.
pub(super) struct Sending {
    pub(super) channel: Channel,
    /// Native: `/v3/sms/send`.
    pub(super) path: String,
    pub(super) body: Value,
    pub(super) idempotency_key: String,
}

impl Sending {
    pub(super) fn ask(&self) -> Ask {
        Ask::account(Method::POST, &self.path)
            .body(self.body.clone())
            .once(&self.idempotency_key)
    }

    /// The call that tells what it would do.
    pub(super) fn preview(&self, visit: &Visit) -> Ask {
        let mut body = json!({"path": format!("/{ACCOUNT}{}", self.path), "body": self.body});
        if let Some(connection) = &visit.connection {
            body["connection"] = connection.clone().into();
        }
        Ask::new(Method::POST, "/sends/preview").body(body)
    }
}

impl Outgoing {
    /// Checked as far as that can be done before the account sees it.
    pub(super) fn sending(self, visit: &Visit) -> Result<Sending, Trouble> {
        let channel = self.channel.unwrap_or_default();
        let wrong = |text: &str| Err(Trouble::arguments(text));
        if self.to.is_empty() || self.to.len() > RECIPIENTS_MAX {
            return Err(Trouble::arguments(format!(
                "`to` needs 1 to {RECIPIENTS_MAX} numbers."
            )));
        }
        if self.body.trim().is_empty() {
            return wrong("`body` is empty.");
        }
        if channel == Channel::Mms && self.media_url.is_none() {
            return wrong("`media_url` is missing: an mms needs a picture.");
        }
        if channel != Channel::Mms && (self.media_url.is_some() || self.subject.is_some()) {
            return wrong("`media_url` and `subject` are for the channel mms.");
        }
        if channel != Channel::Voice && (self.voice.is_some() || self.lang.is_some()) {
            return wrong("`voice` and `lang` are for the channel voice.");
        }
        let schedule = self.send_at.as_deref().map(unix_seconds).transpose()?;
        let idempotency_key = match &self.idempotency_key {
            Some(key)
                if key.is_empty()
                    || key.len() > KEY_CHARS_MAX
                    || !key.bytes().all(|b| (0x20..0x7f).contains(&b)) =>
            {
                return wrong("`idempotency_key` is one short line of plain ASCII.");
            }
            Some(key) => key.clone(),
            None => derived_key(
                visit,
                "message",
                &serde_json::to_value(&self).unwrap_or_default(),
            ),
        };
        let messages = self.to.iter().map(|to| self.message(to, channel, schedule));
        let mut body = json!({"messages": messages.collect::<Vec<_>>()});
        if let Some(url) = &self.media_url {
            body["media_file"] = url.clone().into();
        }
        Ok(Sending {
            channel,
            path: format!("/v3/{}/send", channel.as_str()),
            body,
            idempotency_key,
        })
    }

    fn message(&self, to: &str, channel: Channel, schedule: Option<i64>) -> Value {
        let mut message = json!({"to": to.trim(), "body": self.body, "source": "mcp"});
        let texts = [
            ("from", &self.from),
            ("custom_string", &self.reference),
            ("subject", &self.subject),
            ("voice", &self.voice),
            ("lang", &self.lang),
        ];
        for (name, value) in texts {
            if let Some(value) = value {
                message[name] = value.clone().into();
            }
        }
        if channel == Channel::Voice {
            for (name, usual) in [("voice", "female"), ("lang", "en-us")] {
                if message[name].is_null() {
                    message[name] = usual.into();
                }
            }
        }
        if channel == Channel::Mms && self.subject.is_none() {
            message["subject"] = "".into();
        }
        if let Some(seconds) = schedule {
            message["schedule"] = seconds.into();
        }
        message
    }
}

/// What a send is called when its caller has no name for it: a digest of what would be sent and over which connection. A model that lost an answer calls again
/// with the same arguments, and a name of another kind would make that a second send.
pub(super) fn derived_key(visit: &Visit, what: &str, arguments: &Value) -> String {
    let connection = visit.connection.as_deref().unwrap_or_default();
    let digest = Sha256::digest(json!([what, connection, arguments]).to_string());
    let hex: String = digest
        .iter()
        .take(KEY_BYTES)
        .map(|byte| format!("{byte:02x}"))
        .collect();
    format!("mcp-{hex}")
}

fn unix_seconds(text: &str) -> Result<i64, Trouble> {
    let moment: jiff::Timestamp = text.parse().map_err(|_| {
        Trouble::arguments(
            "`send_at` is not a moment in RFC 3339 with a zone, such as 2027-01-31T09:00:00Z.",
        )
    })?;
    Ok(moment.as_second())
}
