//! What is told, in the three ways in which receivers want to hear it.

use std::borrow::Cow;

use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::receipt::Report;
use postern_store::inbound::Inbound;
use postern_store::pushes::{ClaimedPush, Story};
use postern_store::receipts::Receipt;
use postern_wire::clicksend::push::{InboundPush, ReceiptPush};
use serde::Serialize;

/// What a call brings.
pub struct Content {
    pub payload: String,
    /// `None`: the payload is the query.
    pub content_type: Option<&'static str>,
}

pub(super) fn content(push: &ClaimedPush) -> Content {
    told(push.account, &push.story, push.encoding)
}

/// What is told, byte for byte.
pub fn told(account: AccountId, story: &Story, encoding: Encoding) -> Content {
    match story {
        Story::Inbound(text) => written(encoding, &inbound(account, text)),
        Story::Receipt(channel, told) => written(encoding, &receipt(account, *channel, told)),
        Story::Gone => written(encoding, &[("", ""); 0]),
    }
}

fn written<T: Serialize>(encoding: Encoding, value: &T) -> Content {
    let form = || serde_urlencoded::to_string(value).expect("flat structs of texts and numbers");
    match encoding {
        Encoding::Post => Content {
            payload: form(),
            content_type: Some("application/x-www-form-urlencoded"),
        },
        Encoding::Get => Content {
            payload: form(),
            content_type: None,
        },
        Encoding::Json => Content {
            payload: serde_json::to_string(value).expect("flat structs of texts and numbers"),
            content_type: Some("application/json"),
        },
    }
}

fn inbound(account: AccountId, text: &Inbound) -> InboundPush<'_> {
    let original = text.original.as_ref();
    let original_id = original
        .map(|o| o.message_id.to_string())
        .unwrap_or_default();
    let original_body = original.map_or("", |o| o.body.as_str());
    let custom_string = original.map_or("", |o| o.custom_string.as_str());
    InboundPush {
        originalsenderid: Cow::Borrowed(&text.recipient),
        body: Cow::Borrowed(&text.body),
        message: Cow::Borrowed(&text.body),
        sms: Cow::Borrowed(&text.sender),
        from: Cow::Borrowed(&text.sender),
        to: Cow::Borrowed(&text.recipient),
        timestamp: text.at.secs(),
        message_id: text.message_id.to_string(),
        original_message_id: original_id.clone(),
        original_body: Cow::Borrowed(original_body),
        user_id: account.0,
        subaccount_id: account.0,
        custom_string: Cow::Borrowed(custom_string),
        originalmessage: Cow::Borrowed(original_body),
        originalmessageid: original_id,
        customstring: Cow::Borrowed(custom_string),
    }
}

fn receipt(account: AccountId, channel: Channel, receipt: &Receipt) -> ReceiptPush<'_> {
    let report = Report::of(receipt.status, receipt.cause);
    let status = match receipt.status {
        Status::Delivered => "Delivered",
        _ => "Undelivered",
    };
    ReceiptPush {
        message_id: receipt.message_id.to_string(),
        messageid: receipt.message_id.to_string(),
        message_type: Cow::Borrowed(channel.as_str()),
        status: Cow::Borrowed(status),
        status_code: report.status_code.map_or(200, i64::from),
        status_text: Cow::Borrowed(report.receipt_text),
        error_code: report
            .error_code
            .map(|code| code.to_string())
            .unwrap_or_default(),
        error_text: Cow::Borrowed(report.error_text.unwrap_or_default()),
        timestamp_send: receipt.sent_at.secs(),
        timestamp: receipt.at.secs(),
        custom_string: Cow::Borrowed(&receipt.custom_string),
        customstring: Cow::Borrowed(&receipt.custom_string),
        user_id: account.0,
        subaccount_id: account.0,
        digits: (channel == Channel::Voice)
            .then(|| Cow::Borrowed(receipt.digits.as_deref().unwrap_or_default())),
    }
}
