//! From the bytes of a send to a remote account to what they would send. Whatever could be read in two ways is not understood, and a key with
//! limits does not send what nobody understands: the upstream is not ours, and its reading might be the other one.

use postern_domain::channel::Channel;
use postern_domain::phone::{CountryCode, Recipient};
use postern_domain::schedule::Schedule;
use postern_domain::time::UnixMicros;
use postern_domain::{text, voice};
use postern_wire::clicksend::lenient::Unix;
use postern_wire::clicksend::{mms, sms, voice as calls};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::sending::{Item, Sending};
use crate::unique::Unique;

#[cfg(test)]
mod tests;

/// The body of a send that is looked at; a larger one is not understood.
pub const INSPECTION_BYTES_MAX: usize = 1 << 20;

/// Messages in one call.
pub const INSPECTION_MESSAGES_MAX: usize = 1_000;

/// A call as it would leave.
#[derive(Clone, Copy, Debug)]
pub struct RawSend<'a> {
    /// Method and pattern, as the table of effects writes them: `POST /v3/sms/send`.
    pub operation: &'a str,
    pub query: Option<&'a str>,
    pub content_type: Option<&'a str>,
    /// It is compressed, or otherwise not what its bytes say.
    pub is_encoded: bool,
    pub body: &'a [u8],
}

#[derive(Clone, Debug, PartialEq)]
pub enum Parsed {
    /// Its prices are not known yet.
    Sending(Sending),
    /// To a list, whose contacts the upstream knows.
    List,
}

/// Why a call is not understood.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotUnderstood {
    #[error("{0}")]
    Because(String),
    #[error("it is larger than {INSPECTION_BYTES_MAX} bytes or {INSPECTION_MESSAGES_MAX} messages")]
    TooLarge,
}

impl NotUnderstood {
    pub fn code(&self) -> &'static str {
        match self {
            NotUnderstood::Because(_) => "send_not_understood",
            NotUnderstood::TooLarge => "inspection_limit",
        }
    }
}

fn because(why: impl Into<String>) -> NotUnderstood {
    NotUnderstood::Because(why.into())
}

/// The channel of a send that can be understood: only messages that go to recipients that the body names.
pub fn channel(operation: &str) -> Option<Channel> {
    match operation {
        "POST /v3/sms/send" => Some(Channel::Sms),
        "POST /v3/mms/send" => Some(Channel::Mms),
        "POST /v3/voice/send" => Some(Channel::Voice),
        _ => None,
    }
}

/// Where the upstream tells what a send would cost.
pub fn price_path(channel: Channel) -> &'static str {
    match channel {
        Channel::Sms => "/v3/sms/price",
        Channel::Mms => "/v3/mms/price",
        Channel::Voice => "/v3/voice/price",
    }
}

/// # Errors
/// What keeps the call from being understood, in words for whoever made it.
pub fn parse(send: RawSend<'_>, now: UnixMicros) -> Result<Parsed, NotUnderstood> {
    let campaign = matches!(
        send.operation,
        "POST /v3/sms-campaigns/send" | "POST /v3/mms-campaigns/send"
    );
    if campaign {
        return Ok(Parsed::List);
    }
    let channel = channel(send.operation).ok_or_else(|| {
        because("of all sends only those of texts, pictures and calls to recipients that the body names are understood")
    })?;
    if send.query.is_some_and(|query| !query.is_empty()) {
        return Err(because(
            "it has a query, which an upstream could mix with the body",
        ));
    }
    if send.is_encoded || !send.content_type.is_some_and(is_json) {
        return Err(because(
            "its content type is not `application/json`, or it is encoded",
        ));
    }
    if send.body.len() > INSPECTION_BYTES_MAX {
        return Err(NotUnderstood::TooLarge);
    }
    let Unique(body) = serde_json::from_slice::<Unique>(send.body).map_err(|error| {
        because(format!(
            "its body is not JSON that can be read in one way only: {error}"
        ))
    })?;
    known_fields(&body, channel)?;
    no_contacts(&body)?;
    let messages = match channel {
        Channel::Sms => read::<sms::SendRequest>(body)?.messages,
        Channel::Mms => read::<mms::SendRequest>(body)?
            .messages
            .into_iter()
            .map(|message| message.split().0)
            .collect(),
        Channel::Voice => read::<calls::SendRequest>(body)?
            .messages
            .into_iter()
            .map(|message| message.split().0)
            .collect(),
    };
    if messages.len() > INSPECTION_MESSAGES_MAX {
        return Err(NotUnderstood::TooLarge);
    }
    let to_list = |message: &sms::Message| {
        let list_id = message.list_id.as_deref().map(str::trim);
        list_id.is_some_and(|id| !matches!(id, "" | "0"))
    };
    if messages.iter().any(to_list) {
        return Ok(Parsed::List);
    }
    let items = messages
        .iter()
        .enumerate()
        .map(|(position, message)| item(position, message, channel, now))
        .collect::<Result<_, _>>()?;
    Ok(Parsed::Sending(Sending {
        channel,
        currency: None,
        items,
        refused_by_platform: 0,
    }))
}

/// A form is read by rules of its own: its fields could name other recipients than the JSON that it also is.
fn is_json(content_type: &str) -> bool {
    let mut parts = content_type.split(';').map(str::trim);
    let is = |text: &str, wanted: &str| text.eq_ignore_ascii_case(wanted);
    parts
        .next()
        .is_some_and(|kind| is(kind, "application/json"))
        && parts
            .all(|parameter| is(parameter, "charset=utf-8") || is(parameter, "charset=\"utf-8\""))
}

fn read<T: DeserializeOwned>(body: Value) -> Result<T, NotUnderstood> {
    serde_json::from_value(body)
        .map_err(|error| because(format!("its body is not what the operation takes: {error}")))
}

const MESSAGE_FIELDS: [&str; 16] = [
    "to",
    "body",
    "from",
    "source",
    "schedule",
    "custom_string",
    "list_id",
    "country",
    "from_email",
    "contact_id",
    "subject",
    "media_file",
    "voice",
    "lang",
    "require_input",
    "machine_detection",
];

/// A field that we do not know could name a recipient.
fn known_fields(body: &Value, channel: Channel) -> Result<(), NotUnderstood> {
    let object = body
        .as_object()
        .ok_or_else(|| because("its body is no JSON object"))?;
    let top: &[&str] = match channel {
        Channel::Sms => &["messages", "senders", "shorten_urls"],
        Channel::Mms => &["messages", "media_file"],
        Channel::Voice => &["messages"],
    };
    let unknown = |name: &str| {
        because(format!(
            "its field `{}` is not known",
            name.chars().take(64).collect::<String>()
        ))
    };
    if let Some(name) = object.keys().find(|name| !top.contains(&name.as_str())) {
        return Err(unknown(name));
    }
    let messages = object
        .get("messages")
        .and_then(Value::as_array)
        .into_iter()
        .flatten();
    for message in messages.filter_map(Value::as_object) {
        if let Some(name) = message
            .keys()
            .find(|name| !MESSAGE_FIELDS.contains(&name.as_str()))
        {
            return Err(unknown(name));
        }
    }
    Ok(())
}

/// A contact is a recipient beside `to`, and only the upstream knows its number.
fn no_contacts(body: &Value) -> Result<(), NotUnderstood> {
    let messages = body.get("messages").and_then(Value::as_array);
    let names_one = |message: &Value| message.get("contact_id").is_some_and(|id| !id.is_null());
    match messages.into_iter().flatten().any(names_one) {
        true => Err(because(
            "it names a contact in `contact_id`, and only the upstream knows whom it means",
        )),
        false => Ok(()),
    }
}

fn item(
    position: usize,
    message: &sms::Message,
    channel: Channel,
    now: UnixMicros,
) -> Result<Item, NotUnderstood> {
    let at = |why: &str| because(format!("messages[{position}]: {why}"));
    let to = message.to.as_deref().map(str::trim).unwrap_or_default();
    let home = message
        .country
        .as_deref()
        .map(str::trim)
        .filter(|code| !code.is_empty());
    let home = home
        .map(|code| CountryCode::parse(code).ok_or_else(|| at("`country` is no country code")))
        .transpose()?;
    // How the upstream completes a local number depends on its account.
    if !to.starts_with('+') && home.is_none() {
        return Err(at(
            "`to` is not in international form; write it with its `+`",
        ));
    }
    let recipient = Recipient::parse(to, home.unwrap_or(CountryCode::from_upper(*b"US")))
        .map_err(|_| at("`to` is no telephone number"))?;
    let schedule = match message.schedule {
        Unix::Malformed => return Err(at("`schedule` is no unix time")),
        given => Schedule::parse(given.as_option(), now).map_err(|error| at(&error.to_string()))?,
    };
    let body = message.body.as_deref().unwrap_or_default();
    let segments = match channel {
        Channel::Sms => text::segmentation(body).segments,
        Channel::Voice => voice::parts(body),
        Channel::Mms => 1,
    };
    Ok(Item {
        to: recipient.as_str().to_owned(),
        country: recipient.country(),
        // What is sent without a text is a message all the same.
        segments: segments.max(1),
        price: None,
        leaves_at: schedule.due(now),
    })
}
