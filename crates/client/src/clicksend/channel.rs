//! The three channels of messages: the same calls, with types of their own.

use postern_wire::clicksend::{mms, sms, voice};
use serde::Serialize;
use serde::de::DeserializeOwned;

/// Sealed by its use: only the three below make sense.
pub trait Channel {
    /// The first segment: `/v3/{PATH}/send`.
    const PATH: &'static str;
    type SendRequest: Serialize;
    /// A message in the answer to a send.
    type SendRow: DeserializeOwned;
    type PriceRow: DeserializeOwned;
    type HistoryRow: DeserializeOwned + Send + 'static;
    type Receipt: DeserializeOwned + Send + 'static;
}

/// Texts.
pub struct Sms;
/// Pictures.
pub struct Mms;
/// Calls that read a text.
pub struct Voice;

impl Channel for Sms {
    const PATH: &'static str = "sms";
    type SendRequest = sms::SendRequest;
    type SendRow = sms::SendRow;
    type PriceRow = sms::PricedSms;
    type HistoryRow = sms::HistoryRow;
    type Receipt = sms::Receipt;
}

impl Channel for Mms {
    const PATH: &'static str = "mms";
    type SendRequest = mms::SendRequest;
    type SendRow = mms::Row;
    type PriceRow = mms::Row;
    type HistoryRow = mms::HistoryRow;
    type Receipt = mms::Receipt;
}

impl Channel for Voice {
    const PATH: &'static str = "voice";
    type SendRequest = voice::SendRequest;
    type SendRow = voice::Row;
    type PriceRow = voice::Row;
    type HistoryRow = voice::Row;
    type Receipt = voice::Receipt;
}
