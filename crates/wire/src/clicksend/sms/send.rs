//! The answer to `POST /v3/sms/send`.

use std::borrow::Cow;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::clicksend::account::Currency;

/// HTTP 200 even when every message was refused; refusal shows only in `messages[].status`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(
    feature = "schema",
    derive(schemars::JsonSchema),
    schemars(rename = "Sent_{R}")
)]
pub struct Sent<R = SendRow> {
    pub total_price: TotalPrice,
    /// All messages, refused ones included.
    pub total_count: i64,
    pub queued_count: i64,
    pub messages: Vec<R>,
    #[serde(rename = "_currency")]
    pub currency: Currency,
    /// Messages to countries that are not served.
    pub blocked_count: i64,
}

/// Micro-units of the currency, written as a JSON number: `0` when free, `0.0792` otherwise.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct TotalPrice {
    pub micros: i64,
}

/// The two shapes that one request's messages come back in.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
#[serde(untagged)]
pub enum SendRow {
    Accepted(Box<AcceptedSms>),
    Refused(Box<RefusedSms>),
}

/// All nineteen keys of an accepted message.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AcceptedSms {
    pub direction: Cow<'static, str>,
    pub date: i64,
    pub to: String,
    pub body: String,
    pub from: String,
    /// As it was asked for (milliseconds stay milliseconds); the time of acceptance when nothing was.
    pub schedule: i64,
    pub message_id: String,
    pub message_parts: i64,
    /// Four decimals.
    pub message_price: String,
    pub from_email: Option<String>,
    pub list_id: Option<String>,
    pub custom_string: String,
    pub contact_id: Option<String>,
    pub user_id: i64,
    pub subaccount_id: i64,
    pub is_shared_system_number: bool,
    pub country: String,
    pub carrier: Cow<'static, str>,
    pub status: Cow<'static, str>,
}

/// A message that will not be sent. `schedule` is left out: the live service answers `""`, which its own SDK 6 refuses to read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct RefusedSms {
    pub to: String,
    pub body: String,
    pub from: String,
    /// Given even to refused messages; nothing is kept under it.
    pub message_id: String,
    /// Known only once the recipient and the price were understood.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_parts: Option<i64>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub message_price: Option<String>,
    pub custom_string: String,
    pub is_shared_system_number: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub carrier: Option<Cow<'static, str>>,
    pub status: Cow<'static, str>,
}

impl SendRow {
    pub fn status(&self) -> &str {
        match self {
            SendRow::Accepted(row) => &row.status,
            SendRow::Refused(row) => &row.status,
        }
    }

    pub fn message_id(&self) -> &str {
        match self {
            SendRow::Accepted(row) => &row.message_id,
            SendRow::Refused(row) => &row.message_id,
        }
    }
}

#[cfg(feature = "schema")]
impl schemars::JsonSchema for TotalPrice {
    fn schema_name() -> Cow<'static, str> {
        "Amount in numbers".into()
    }

    fn inline_schema() -> bool {
        true
    }

    fn json_schema(_: &mut schemars::SchemaGenerator) -> schemars::Schema {
        schemars::json_schema!({"type": "number", "description": "In the account's currency, up to six decimals."})
    }
}

impl Serialize for TotalPrice {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if self.micros % 1_000_000 == 0 {
            serializer.serialize_i64(self.micros / 1_000_000)
        } else {
            // Exact in print: the shortest decimal that reads back as this float is the amount, up to 15 digits.
            serializer.serialize_f64(self.micros as f64 / 1_000_000.0)
        }
    }
}

impl<'de> Deserialize<'de> for TotalPrice {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<TotalPrice, D::Error> {
        let amount = f64::deserialize(deserializer)?;
        Ok(TotalPrice {
            micros: (amount * 1_000_000.0).round() as i64,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::TotalPrice;

    #[test]
    fn totals_are_numbers_that_print_as_the_amount() {
        for (micros, json) in [
            (0, "0"),
            (79_200, "0.0792"),
            (15_410_000, "15.41"),
            (2_000_000, "2"),
            (7_705_000, "7.705"),
            (1, "1e-6"),
            (123_456_789_012_345, "123456789.012345"),
        ] {
            assert_eq!(serde_json::to_string(&TotalPrice { micros }).unwrap(), json);
            let back: TotalPrice = serde_json::from_str(json).unwrap();
            assert_eq!(back.micros, micros);
        }
    }
}
