//! History as CSV (RFC 4180): the words of the history rows as columns. ClickSend's own layout is not public.

use std::fmt::Write as _;

use postern_domain::channel::{Channel, Content};
use postern_domain::receipt::Report;
use postern_store::accounts::Account;
use postern_store::messages::Message;

use crate::csv::harmless;
use crate::mms::rows::media_file_url;
use crate::state::PlatformState;

const COMMON: &str = "date,to,from,body,status,status_code,status_text,error_code,error_text,schedule,message_id,message_parts,\
    message_price,custom_string,country,carrier,user_id,username";
const OF_CALLS: &str = ",lang,voice,require_input,machine_detection,machine_detected,digits";
const OF_PICTURES: &str = ",subject,media_file_url";

pub(super) fn header(out: &mut String, channel: Channel) {
    out.push_str(COMMON);
    out.push_str(match channel {
        Channel::Sms => "",
        Channel::Voice => OF_CALLS,
        Channel::Mms => OF_PICTURES,
    });
    out.push_str("\r\n");
}

pub(super) fn row(out: &mut String, state: &PlatformState, message: &Message, account: &Account) {
    let report = Report::of(message.status, message.cause);
    let accepted = message.accepted_at.secs();
    number(out, Some(accepted));
    for text in [
        message.recipient.as_str(),
        &message.sender,
        &message.body,
        report.word,
    ] {
        cell(out, text);
    }
    number(out, report.status_code.map(i64::from));
    cell(out, report.history_text.unwrap_or_default());
    number(out, report.error_code.map(i64::from));
    cell(out, report.error_text.unwrap_or_default());
    number(out, Some(message.schedule.unwrap_or(accepted)));
    cell(out, &message.message_id.to_string());
    number(out, Some(i64::from(message.segments)));
    for text in [
        message.price.to_4_decimals().as_str(),
        &message.custom_string,
        &message.country,
        &message.carrier,
    ] {
        cell(out, text);
    }
    number(out, Some(account.id.0));
    cell(out, &account.username);
    of_channel(out, state, message);
    // Every cell has put a comma behind itself.
    out.pop();
    out.push_str("\r\n");
}

fn of_channel(out: &mut String, state: &PlatformState, message: &Message) {
    match &message.content {
        Content::Sms => {}
        Content::Voice(call) => {
            cell(out, &call.lang);
            cell(out, call.voice.as_str());
            number(out, Some(i64::from(call.require_input)));
            number(out, Some(i64::from(call.machine_detection)));
            number(out, message.heard.machine.map(i64::from));
            cell(out, message.heard.digits.as_deref().unwrap_or_default());
        }
        Content::Mms(picture) => {
            cell(out, &picture.subject);
            cell(out, &media_file_url(state, picture));
        }
    }
}

fn number(out: &mut String, number: Option<i64>) {
    if let Some(number) = number {
        write!(out, "{number}").expect("a string takes everything");
    }
    out.push(',');
}

fn cell(out: &mut String, text: &str) {
    let text = harmless(text);
    if text.contains([',', '"', '\r', '\n']) {
        out.push('"');
        out.push_str(&text.replace('"', "\"\""));
        out.push('"');
    } else {
        out.push_str(&text);
    }
    out.push(',');
}

#[cfg(test)]
mod tests {
    use super::cell;

    #[test]
    fn only_what_needs_quotes_gets_them() {
        let mut out = String::new();
        for text in [
            "plain",
            "a,b",
            "say \"hi\"",
            "two\nlines",
            "",
            "=1+1",
            "+61",
        ] {
            cell(&mut out, text);
        }
        assert_eq!(
            out,
            "plain,\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\",,'=1+1,+61,"
        );
    }
}
