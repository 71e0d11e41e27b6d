//! Judged and stored picture messages as the rows of answers.

use std::borrow::Cow;

use postern_domain::channel::{Content, Media, Picture};
use postern_domain::message_id::MessageId;
use postern_domain::receipt::Report;
use postern_store::accounts::Account;
use postern_store::messages::Message;
use postern_store::receipts::Receipt;
use postern_wire::clicksend::mms as wire;

use crate::sms::judge::Judged;
use crate::state::PlatformState;
use crate::uploads;

/// What the published examples show; its meaning is unknown.
const PRIORITY: i64 = 2;

/// Of a send (with an id) or a quote (without).
pub(crate) fn judged(state: &PlatformState, message: &Judged, id: Option<MessageId>) -> wire::Row {
    let picture = picture(&message.content);
    let parts = match message.is_success() {
        true => i64::from(message.segments),
        false => 0,
    };
    wire::Row {
        to: message.to.clone(),
        subject: picture.subject.clone(),
        from: message.from.clone(),
        body: message.body.clone(),
        country: message.country.map(|c| c.to_string()),
        custom_string: message.custom_string.clone(),
        schedule: message.schedule.map(|s| s.to_string()).unwrap_or_default(),
        message_parts: parts,
        message_price: message.price.to_4_decimals(),
        media_file_url: match id {
            Some(_) if message.is_success() => media_file_url(state, &picture),
            _ => picture.media_url.clone(),
        },
        message_id: id.map(|id| id.to_string()),
        status: message.verdict.as_str().into(),
    }
}

pub(crate) fn history(
    state: &PlatformState,
    message: Message,
    account: &Account,
) -> wire::HistoryRow {
    let report = Report::of(message.status, message.cause);
    wire::HistoryRow {
        date: message.accepted_at.secs().to_string(),
        error_text: report.error_text.unwrap_or_default().into(),
        first_name: String::new(),
        last_name: String::new(),
        api_username: account.username.clone(),
        message: self::message(state, message, account),
    }
}

pub(crate) fn message(
    state: &PlatformState,
    message: Message,
    account: &Account,
) -> wire::MessageRow {
    let report = Report::of(message.status, message.cause);
    let accepted = message.accepted_at.secs();
    let picture = picture(&message.content);
    wire::MessageRow {
        direction: "out".into(),
        to: message.recipient,
        body: message.body,
        media_file_url: media_file_url(state, &picture),
        subject: picture.subject,
        priority: PRIORITY,
        status: report.word.into(),
        from: message.sender,
        schedule: message.schedule.unwrap_or(accepted).to_string(),
        date_added: accepted,
        status_code: report.status_code.map(|code| code.to_string()),
        status_text: report.history_text.map(Cow::Borrowed),
        error_code: report.error_code.map(|code| code.to_string()),
        message_id: message.message_id.to_string(),
        message_parts: format!("{}.00", message.segments),
        message_price: message.price.to_string(),
        from_email: message.from_email,
        list_id: message.origin.map(|origin| origin.list_id.to_string()),
        custom_string: message.custom_string,
        contact_id: message.origin.map_or(0, |origin| origin.contact_id),
        user_id: account.id.0,
        subaccount_id: account.id.0,
        country: message.country,
        carrier: message.carrier,
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
        error_code: report
            .error_code
            .map(|code| code.to_string())
            .unwrap_or_default(),
        error_text: report.error_text.unwrap_or_default().into(),
        custom_string: receipt.custom_string,
        subaccount_id: account.id.0,
        message_type: "mms".into(),
    }
}

/// Where our copy is served; from before there were copies, the address that was given.
pub(crate) fn media_file_url(state: &PlatformState, picture: &Picture) -> String {
    match &picture.media {
        Some(media) => uploads::link(state, &media_name(media)),
        None => picture.media_url.clone(),
    }
}

/// As the file is called there.
pub(crate) fn media_name(media: &Media) -> String {
    let extension = match media.content_type.as_str() {
        "image/gif" => "gif",
        _ => "jpg",
    };
    uploads::file_name(&media.file_id, extension)
}

fn picture(content: &Content) -> Picture {
    match content {
        Content::Mms(picture) => picture.clone(),
        _ => Picture::default(),
    }
}
