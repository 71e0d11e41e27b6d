//! The body of `POST /v3/mms/send` and `/v3/mms/price`.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient::{self, Unix};
use crate::clicksend::sms;

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MmsSendRequest")
)]
pub struct SendRequest {
    /// For every message that has none of its own.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub media_file: Option<String>,
    #[serde(deserialize_with = "lenient::objects")]
    pub messages: Vec<Message>,
}

/// One picture with a text to one recipient.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "MmsMessage")
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
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub subject: Option<String>,
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub from_email: Option<String>,
    /// Address of the picture; the SDKs write it beside `messages`.
    #[serde(
        default,
        deserialize_with = "lenient::text",
        skip_serializing_if = "Option::is_none"
    )]
    pub media_file: Option<String>,
}

impl Message {
    /// The message as a text, its subject, and its own picture.
    pub fn split(self) -> (sms::Message, Option<String>, Option<String>) {
        let common = sms::Message {
            from_email: self.from_email,
            to: self.to,
            body: self.body,
            from: self.from,
            source: self.source,
            schedule: self.schedule,
            custom_string: self.custom_string,
            list_id: self.list_id,
            country: self.country,
        };
        (common, self.subject, self.media_file)
    }
}

impl SendRequest {
    /// Every address of a picture that is named anywhere.
    pub fn media_files(&self) -> impl Iterator<Item = &str> {
        let own = self.messages.iter().filter_map(|m| m.media_file.as_deref());
        own.chain(self.media_file.as_deref())
    }

    /// The list of each message, as it was written.
    pub fn list_ids(&self) -> impl Iterator<Item = Option<&str>> {
        self.messages.iter().map(|m| m.list_id.as_deref())
    }

    /// Every sender that the call names.
    pub fn senders_named(&self) -> impl Iterator<Item = Option<&str>> {
        self.messages.iter().map(|m| m.from.as_deref())
    }
}
