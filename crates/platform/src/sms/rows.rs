//! Judged and stored messages as the rows of answers.

use std::borrow::Cow;

use postern_domain::account::AccountId;
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Report;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::messages::{Message, NewMessage};
use postern_store::receipts::Receipt;
use postern_wire::clicksend::sms as wire;

use super::judge::{Judged, Verdict};

const NO_PRICE: &str = "0.0000";

/// What the store is to keep of a message that passed.
pub(crate) fn new_message(judged: &Judged, id: MessageId) -> NewMessage {
    NewMessage {
        message_id: id,
        schedule: judged.schedule,
        due: judged.due,
        recipient: judged.to.clone(),
        country: judged.country.map(|c| c.to_string()).unwrap_or_default(),
        sender: judged.from.clone(),
        shared_sender: judged.shared_sender,
        body: judged.body.clone(),
        custom_string: judged.custom_string.clone(),
        from_email: judged.from_email.clone(),
        source: judged.source.clone(),
        segments: judged.segments,
        price: judged.price,
        test_number: judged.test_number,
        origin: judged.origin,
        content: judged.content.clone(),
    }
}

pub(crate) fn sent(
    judged: &Judged,
    id: MessageId,
    account: AccountId,
    accepted_at: UnixMicros,
) -> wire::SendRow {
    if !judged.is_success() {
        return wire::SendRow::Refused(Box::new(refused(judged, id)));
    }
    wire::SendRow::Accepted(Box::new(wire::AcceptedSms {
        direction: "out".into(),
        date: accepted_at.secs(),
        to: judged.to.clone(),
        body: judged.body.clone(),
        from: judged.from.clone(),
        schedule: judged.schedule.unwrap_or(accepted_at.secs()),
        message_id: id.to_string(),
        message_parts: i64::from(judged.segments),
        message_price: judged.price.to_4_decimals(),
        from_email: judged.from_email.clone(),
        list_id: judged.origin.map(|origin| origin.list_id.to_string()),
        custom_string: judged.custom_string.clone(),
        contact_id: judged.origin.map(|origin| origin.contact_id.to_string()),
        user_id: account.0,
        subaccount_id: account.0,
        is_shared_system_number: judged.shared_sender,
        country: judged.country.map(|c| c.to_string()).unwrap_or_default(),
        carrier: "".into(),
        status: judged.verdict.as_str().into(),
    }))
}

/// Eight keys, and four more where recipient and country were understood.
fn refused(judged: &Judged, id: MessageId) -> wire::RefusedSms {
    let understood = matches!(
        judged.verdict,
        Verdict::CountryNotEnabled | Verdict::InsufficientCredit | Verdict::Throttled
    );
    wire::RefusedSms {
        to: judged.to.clone(),
        body: judged.body.clone(),
        from: judged.from.clone(),
        message_id: id.to_string(),
        message_parts: understood.then_some(i64::from(judged.segments)),
        message_price: understood.then(|| NO_PRICE.to_owned()),
        custom_string: judged.custom_string.clone(),
        is_shared_system_number: judged.shared_sender,
        country: understood.then(|| judged.country.map(|c| c.to_string()).unwrap_or_default()),
        carrier: understood.then_some(Cow::Borrowed("")),
        status: judged.verdict.as_str().into(),
    }
}

pub(crate) fn priced(judged: &Judged, now: UnixMicros) -> wire::PricedSms {
    wire::PricedSms {
        date: now.secs().to_string(),
        to: judged.to.clone(),
        body: judged.body.clone(),
        from: judged.from.clone(),
        schedule: judged.schedule.map(|s| s.to_string()).unwrap_or_default(),
        message_parts: i64::from(judged.segments),
        message_price: judged.price.to_4_decimals(),
        custom_string: judged.custom_string.clone(),
        is_shared_system_number: judged.shared_sender,
        country: judged.country.map(|c| c.to_string()),
        list_id: judged.origin.map(|origin| origin.list_id.to_string()),
        contact_id: judged.origin.map(|origin| origin.contact_id.to_string()),
        status: judged.verdict.as_str().into(),
    }
}

pub(crate) fn history(message: Message, account: &Account) -> wire::HistoryRow {
    let report = Report::of(message.status, message.cause);
    let accepted = message.accepted_at.secs();
    wire::HistoryRow {
        direction: "out".into(),
        date: accepted,
        to: message.recipient,
        body: message.body,
        status: report.word.into(),
        from: message.sender,
        schedule: message.schedule.unwrap_or(accepted).to_string(),
        status_code: report.status_code.map(|code| code.to_string()),
        status_text: report.history_text.map(Cow::Borrowed),
        error_code: report.error_code.map(|code| code.to_string()),
        error_text: report.error_text.map(Cow::Borrowed),
        message_id: message.message_id.to_string(),
        message_parts: i64::from(message.segments),
        message_price: message.price.to_4_decimals(),
        from_email: message.from_email,
        list_id: message.origin.map(|origin| origin.list_id.to_string()),
        custom_string: message.custom_string,
        contact_id: message.origin.map(|origin| origin.contact_id.to_string()),
        user_id: account.id.0,
        subaccount_id: account.id.0,
        country: message.country,
        carrier: message.carrier.into(),
        first_name: None,
        last_name: None,
        api_username: account.username.clone(),
    }
}

pub(crate) fn receipt(receipt: Receipt, account: AccountId) -> wire::Receipt {
    let report = Report::of(receipt.status, receipt.cause);
    wire::Receipt {
        timestamp_send: receipt.sent_at.secs(),
        timestamp: receipt.at.secs(),
        message_id: receipt.message_id.to_string(),
        status_code: report.status_code.map_or(200, i64::from),
        status_text: report.receipt_text.into(),
        error_code: report.error_code.map(i64::from),
        error_text: report.error_text.map(Cow::Borrowed),
        custom_string: Some(receipt.custom_string),
        subaccount_id: account.0,
        message_type: "sms".into(),
    }
}
