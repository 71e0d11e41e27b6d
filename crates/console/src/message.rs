//! One message: what happened to it and when, and how it is cut into segments, character by character.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_domain::channel::Content;
use postern_domain::message::Status;
use postern_domain::message_id::MessageId;
use postern_domain::text::{Encoding, segmentation, segments};
use postern_domain::time::UnixMicros;
use postern_store::messages::{self, Message};
use postern_store::receipts::{self, Receipt};
use uuid::Uuid;

use crate::instant::shown;
use crate::messages::{tone, word};
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/message.html")]
struct MessagePage {
    shell: Shell,
    id: String,
    channel: String,
    to: String,
    from: String,
    state: &'static str,
    tone: &'static str,
    reason: &'static str,
    price: String,
    custom_string: String,
    timeline: Vec<Step>,
    text: Text,
    phone: Option<String>,
}

/// Something that happened.
struct Step {
    at: String,
    what: String,
}

struct Text {
    encoding: &'static str,
    units: u32,
    unit_word: &'static str,
    parts: Vec<Part>,
}

/// A segment.
struct Part {
    units: u32,
    room: u32,
    cells: Vec<Cell>,
}

/// A character: how it is drawn, how many units it takes, and its class.
struct Cell {
    shown: String,
    units: u32,
    class: &'static str,
}

pub(crate) async fn show_message(
    State(state): State<ConsoleState>,
    session: Session,
    Path((account_id, message_id)): Path<(String, String)>,
) -> Result<Response, Trouble> {
    let account = AccountId(account_id.parse().map_err(|_| Trouble::NotFound)?);
    let id = Uuid::try_parse(&message_id).map_err(|_| Trouble::NotFound)?;
    let id = MessageId(id.into_bytes());
    let found = state
        .store
        .read(move |tx| {
            let Some(message) = messages::by_id(tx, account, id)? else {
                return Ok(None);
            };
            let channel = message.content.channel();
            let receipt = receipts::newest_of(tx, account, channel, id)?;
            Ok(Some((message, receipt)))
        })
        .await?;
    let (message, receipt) = found.ok_or(Trouble::NotFound)?;
    let page = MessagePage {
        shell: Shell::of(&state, &session, Section::Messages),
        id: message_id,
        channel: message.content.channel().to_string(),
        to: message.recipient.clone(),
        from: message.sender.clone(),
        state: word(&message),
        tone: tone(&message),
        reason: message
            .cause
            .map_or("", postern_domain::receipt::Cause::text),
        price: message.price.to_4_decimals(),
        custom_string: message.custom_string.clone(),
        timeline: timeline(&message, receipt.as_ref()),
        phone: (message.carrier == "simulator").then(|| {
            let number = crate::messages::form_urlencoded(&[
                ("account", account.0.to_string()),
                ("number", message.recipient.clone()),
            ]);
            format!("/console/phone?{number}")
        }),
        text: text(&message),
    };
    Ok(live(&page))
}

fn timeline(message: &Message, receipt: Option<&Receipt>) -> Vec<Step> {
    let mut steps = vec![(message.accepted_at, "Accepted and paid for".to_owned())];
    let schedule = message.schedule.map(UnixMicros::from_secs);
    steps.extend(schedule.map(|at| (at, "Scheduled to leave".to_owned())));
    let sent = message
        .sent_at
        .map(|at| (at, format!("With the carrier {}", message.carrier)));
    steps.extend(sent);
    if let Some(receipt) = receipt {
        let what = match receipt.status {
            Status::Delivered => "On the handset",
            Status::Retrying => "The carrier tries again",
            _ => "Given up",
        };
        let why = receipt
            .cause
            .map_or(String::new(), |cause| format!(": {}", cause.text()));
        steps.push((receipt.at, format!("{what}{why}")));
    }
    steps.sort_by_key(|(at, _)| *at);
    steps
        .into_iter()
        .map(|(at, what)| Step {
            at: shown(at),
            what,
        })
        .collect()
}

/// Calls are spoken and have no segments; they are shown as one part without a bound.
fn text(message: &Message) -> Text {
    let cut = segmentation(&message.body);
    let encoding = cut.encoding;
    let spoken = matches!(message.content, Content::Voice(_));
    let parts = match spoken {
        true => vec![message.body.as_str()],
        false => segments(&message.body),
    };
    let room = match (spoken, parts.len()) {
        (true, _) => 0,
        (false, 0 | 1) => encoding.single_units(),
        (false, _) => encoding.multi_units(),
    };
    let parts: Vec<Part> = parts
        .into_iter()
        .map(|part| Part {
            units: part.chars().map(|c| encoding.units(c)).sum(),
            room,
            cells: part.chars().map(|c| cell(encoding, c)).collect(),
        })
        .collect();
    Text {
        encoding: match encoding {
            Encoding::Gsm7 => "GSM 7-bit",
            Encoding::Ucs2 => "UCS-2",
        },
        units: parts.iter().map(|part| part.units).sum(),
        unit_word: match encoding {
            Encoding::Gsm7 => "septets",
            Encoding::Ucs2 => "units of 16 bits",
        },
        parts,
    }
}

fn cell(encoding: Encoding, c: char) -> Cell {
    let units = encoding.units(c);
    // In a text that is not GSM's, those that made it so are marked.
    let foreign = encoding == Encoding::Ucs2 && Encoding::Gsm7.units(c) == 0;
    Cell {
        shown: match c {
            '\n' => "⏎".to_owned(),
            '\r' => "␍".to_owned(),
            ' ' => "\u{a0}".to_owned(),
            c => c.to_string(),
        },
        units,
        class: match (foreign, units) {
            (true, _) => "foreign",
            (false, 2) => "double",
            _ => "",
        },
    }
}
