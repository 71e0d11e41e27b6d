//! The body of `POST /v3/sms/send` and `/v3/sms/price`.

use serde::{Deserialize, Serialize};

use crate::clicksend::lenient::{self, Unix};

/// Unknown keys are ignored, as the live service seems to; `messages` must be there.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "SmsSendRequest")
)]
pub struct SendRequest {
    #[serde(deserialize_with = "lenient::objects")]
    pub messages: Vec<Message>,
    /// Which sender to use for which country.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub senders: Option<Vec<SenderChoice>>,
    #[serde(
        default,
        deserialize_with = "lenient::flag",
        skip_serializing_if = "std::ops::Not::not"
    )]
    pub shorten_urls: bool,
}

/// One text to one recipient (`to`) or to a list (`list_id`).
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "SmsMessage")
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
    #[serde(default, skip_serializing_if = "is_absent")]
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
    pub from_email: Option<String>,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct SenderChoice {
    #[serde(default, deserialize_with = "lenient::text")]
    pub recipient_country_code: Option<String>,
    #[serde(default, deserialize_with = "lenient::text")]
    pub sender_id: Option<String>,
}

fn is_absent(unix: &Unix) -> bool {
    *unix == Unix::Absent
}

impl SendRequest {
    /// The list of each message, as it was written.
    pub fn list_ids(&self) -> impl Iterator<Item = Option<&str>> {
        self.messages.iter().map(|m| m.list_id.as_deref())
    }

    /// Every sender that the call names.
    pub fn senders_named(&self) -> impl Iterator<Item = Option<&str>> {
        let chosen = self.senders.iter().flatten();
        let froms = self.messages.iter().map(|m| m.from.as_deref());
        froms.chain(chosen.map(|choice| choice.sender_id.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::{SendRequest, Unix};

    #[test]
    fn the_example_of_the_skill_page_reads() {
        let json =
            r#"{"messages":[{"to":"+15551234567","body":"Hello from ClickSend!","source":"api"}]}"#;
        let request: SendRequest = serde_json::from_str(json).unwrap();
        assert_eq!(request.messages[0].to.as_deref(), Some("+15551234567"));
        assert_eq!(request.messages[0].schedule, Unix::Absent);
        assert_eq!(serde_json::to_string(&request).unwrap(), json);
    }

    #[test]
    fn every_scalar_may_be_written_in_the_other_way() {
        let json = r#"{"shorten_urls":null,"senders":null,"unheard_of":[1],"messages":[{"to":61411111111,"body":42,"from":null,
            "schedule":"1436874701","custom_string":7,"list_id":null,"contact_id":3,"country":"","from_email":""}]}"#;
        let request: SendRequest = serde_json::from_str(json).unwrap();
        let message = &request.messages[0];
        assert_eq!(message.to.as_deref(), Some("61411111111"));
        assert_eq!(message.body.as_deref(), Some("42"));
        assert_eq!(message.schedule, Unix::At(1_436_874_701));
        assert_eq!(message.custom_string.as_deref(), Some("7"));
    }

    #[test]
    fn a_body_without_messages_is_an_error() {
        for json in [
            "{}",
            "[]",
            "null",
            r#"{"messages":null}"#,
            r#"{"messages":{}}"#,
            r#"{"messages":[1]}"#,
            r#"{"messages":[["+15551234567","by position"]]}"#,
            r#"{"messages":[{"to":{}}]}"#,
        ] {
            assert!(serde_json::from_str::<SendRequest>(json).is_err(), "{json}");
        }
    }
}
