//! Judged and stored calls as the rows of answers.

use std::borrow::Cow;

use postern_domain::channel::Content;
use postern_domain::message_id::MessageId;
use postern_domain::phone::{CountryCode, Recipient};
use postern_domain::receipt::Report;
use postern_domain::time::UnixMicros;
use postern_domain::voice::Call;
use postern_store::accounts::Account;
use postern_store::messages::Message;
use postern_store::receipts::Receipt;
use postern_wire::clicksend::voice as wire;

use crate::sms::judge::Judged;

/// Of a send (with an id) or a quote (without).
pub(crate) fn judged(
    message: &Judged,
    id: Option<MessageId>,
    account: &Account,
    at: UnixMicros,
) -> wire::Row {
    let common = wire::Row {
        to: message.to.clone(),
        body: message.body.clone(),
        from: message.from.clone(),
        message_id: id.map(|id| id.to_string()),
        message_parts: i64::from(message.segments),
        message_price: message.price.to_4_decimals(),
        custom_string: message.custom_string.clone(),
        user_id: account.id.0,
        subaccount_id: account.id.0,
        country: message.country.map(|c| c.to_string()),
        status: message.verdict.as_str().into(),
        ..wire::Row::default()
    };
    let Content::Voice(call) = &message.content else {
        return common;
    };
    if !message.is_success() {
        return wire::Row {
            message_parts: 0,
            ..common
        };
    }
    with_call(
        wire::Row {
            date: Some(at.secs().to_string()),
            date_added: Some(at.secs()),
            to_type: Some(to_type(&message.to)),
            schedule: Some(message.schedule.unwrap_or(at.secs())),
            ..common
        },
        call,
    )
}

pub(crate) fn history(message: Message, account: &Account) -> wire::Row {
    let report = Report::of(message.status, message.cause);
    let accepted = message.accepted_at.secs();
    let row = wire::Row {
        date: Some(accepted.to_string()),
        date_added: Some(accepted),
        to_type: Some(to_type(&message.recipient)),
        to: message.recipient,
        body: message.body,
        from: message.sender,
        schedule: Some(message.schedule.unwrap_or(accepted)),
        message_id: Some(message.message_id.to_string()),
        message_parts: i64::from(message.segments),
        message_price: message.price.to_4_decimals(),
        custom_string: message.custom_string,
        user_id: account.id.0,
        subaccount_id: account.id.0,
        country: Some(message.country),
        machine_detected: message.heard.machine.map(i64::from),
        digits: message.heard.digits,
        carrier: message.carrier,
        status_code: report.status_code.map(|code| code.to_string()),
        status_text: report.history_text.map(Cow::Borrowed),
        status: report.word.into(),
        api_username: Some(account.username.clone()),
        ..wire::Row::default()
    };
    match &message.content {
        Content::Voice(call) => with_call(row, call),
        _ => row,
    }
}

fn with_call(row: wire::Row, call: &Call) -> wire::Row {
    wire::Row {
        lang: Some(call.lang.clone()),
        voice: Some(call.voice.as_str().into()),
        require_input: Some(i64::from(call.require_input)),
        machine_detection: Some(i64::from(call.machine_detection)),
        ..row
    }
}

/// `landline` only where the number plan says so.
fn to_type(recipient: &str) -> Cow<'static, str> {
    // Recipients are stored with their plus, so no country is asked.
    const NOWHERE: CountryCode = CountryCode::from_upper(*b"US");
    match Recipient::parse(recipient, NOWHERE) {
        Ok(recipient) if recipient.is_landline() => "landline".into(),
        _ => "mobile".into(),
    }
}

pub(crate) fn receipt(receipt: Receipt, account: &Account) -> wire::Receipt {
    let report = Report::of(receipt.status, receipt.cause);
    wire::Receipt {
        timestamp_send: receipt.sent_at.secs().to_string(),
        timestamp: receipt.at.secs().to_string(),
        message_id: receipt.message_id.to_string(),
        status_code: report.status_code.unwrap_or(200).to_string(),
        status_text: report.receipt_text.into(),
        error_code: report.error_code.map(|code| code.to_string()),
        error_text: report.error_text.map(Cow::Borrowed),
        custom_string: Some(receipt.custom_string),
        subaccount_id: account.id.0,
        message_type: "voice".into(),
        digits: receipt.digits,
    }
}
