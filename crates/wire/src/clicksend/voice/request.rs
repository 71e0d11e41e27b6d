//! The body of `POST /v3/voice/send` and `/v3/voice/price`.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient::{self, Unix};
use crate::clicksend::sms;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VoiceSendRequest")
)]
pub struct SendRequest {
    #[serde(deserialize_with = "lenient::objects")]
    pub messages: Vec<Message>,
}

/// One text to be read to one recipient.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "VoiceMessage")
)]
pub struct Message {
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub to: Option<String>,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub body: Option<String>,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub from: Option<String>,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub source: Option<String>,
    #[serde(default)]
    pub schedule: Unix,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub custom_string: Option<String>,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub list_id: Option<String>,
    /// ISO 3166 alpha-2, for completing local numbers.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub country: Option<String>,
    /// `female` or `male`.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub voice: Option<String>,
    /// A code of `GET /v3/voice/lang`.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub lang: Option<String>,
    /// Report the keys that are pressed.
    #[serde(
        default,
        deserialize_with = "lenient::flag",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub require_input: bool,
    /// Report whether a machine answers.
    #[serde(
        default,
        deserialize_with = "lenient::flag",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub machine_detection: bool,
}

/// What a call has and a text has not, as the caller wrote it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct CallWishes {
    pub voice: Option<String>,
    pub lang: Option<String>,
    pub require_input: bool,
    pub machine_detection: bool,
}

impl Message {
    pub fn split(self) -> (sms::Message, CallWishes) {
        let common = sms::Message {
            to: self.to,
            body: self.body,
            from: self.from,
            source: self.source,
            schedule: self.schedule,
            custom_string: self.custom_string,
            list_id: self.list_id,
            country: self.country,
            ..sms::Message::default()
        };
        let wishes = CallWishes {
            voice: self.voice,
            lang: self.lang,
            require_input: self.require_input,
            machine_detection: self.machine_detection,
        };
        (common, wishes)
    }
}
impl SendRequest {
    /// The list of each message, as it was written.
    pub fn list_ids(&self) -> impl Iterator<Item = Option<&str>> {
        self.messages.iter().map(|m| m.list_id.as_deref())
    }

    /// Every sender that the call names.
    pub fn senders_named(&self) -> impl Iterator<Item = Option<&str>> {
        self.messages.iter().map(|m| m.from.as_deref())
    }
}
