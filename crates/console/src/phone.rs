//! `/console/phone`: the simulator's handsets and its mailbox. What arrived is read there, and answered as the person would.

mod person;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use postern_access::operator_entry;
use postern_delivery::Taken;
use postern_domain::chaos;
use postern_domain::message_id::MessageId;
use postern_domain::one_time_code::one_time_code;
use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::audit::{self, Entry};
use postern_store::inbound::{self, Incoming};
use postern_store::inbox::{self, Wanted};
use serde::Deserialize;

use crate::accounts::{Choice, choose, named};
use crate::form::Typed;
use crate::instant::shown;
use crate::query::{form_urlencoded, number};
use crate::session::{Session, visitor};
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) use person::{handle, put_handset};

/// Arrivals that are looked through for handsets, and shown of one.
const SHOWN_MAX: i64 = 100;
/// Ten segments.
const BODY_CHARS_MAX: usize = 1_530;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    number: Option<String>,
    /// Why the last text was not written.
    problem: Option<String>,
}

#[derive(Template)]
#[template(path = "console/phone.html")]
struct PhonePage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    handsets: Vec<Handset>,
    mailboxes: Vec<Handset>,
    switches: Vec<person::Switch>,
    waiting: Vec<person::Waiting>,
    number: String,
    is_mail: bool,
    /// What `to` of an answer is: whoever wrote last.
    partner: String,
    bubbles: Vec<Bubble>,
    problem: &'static str,
}

struct Handset {
    number: String,
    href: String,
    chosen: bool,
}

/// One text on the screen; `own`: the person wrote it.
struct Bubble {
    at: String,
    own: bool,
    who: String,
    subject: String,
    text: String,
    code: String,
    picture: String,
    /// That were pressed in a call.
    keys: String,
}

/// What a handset shows, as it was found.
struct Found {
    accounts: Vec<Choice>,
    account: i64,
    numbers: Vec<String>,
    number: String,
    partner: String,
    texts: Vec<(UnixMicros, Bubble)>,
    state: chaos::Handset,
    waiting: Vec<person::Waiting>,
}

pub(crate) async fn show_phone(
    State(state): State<ConsoleState>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(asked.account.as_deref());
    let wanted = asked.number.as_deref().map(|typed| number(typed.trim()));
    let wanted = wanted.filter(|number| !number.is_empty());
    let mut found = state
        .store
        .read(move |tx| find(tx, named, wanted.as_deref()))
        .await?;
    found.texts.sort_by_key(|(at, _)| *at);
    let account = found.account;
    let handsets = found.numbers.into_iter().map(|one| Handset {
        href: place(account, &one),
        chosen: one == found.number,
        number: one,
    });
    let (mailboxes, handsets) = handsets.partition(|one| one.number.contains('@'));
    let page = PhonePage {
        shell: Shell::of(&state, &session, Section::Phone),
        accounts: found.accounts,
        account,
        handsets,
        mailboxes,
        switches: person::switches(found.state),
        waiting: found.waiting,
        is_mail: found.number.contains('@'),
        number: found.number,
        partner: found.partner,
        bubbles: found.texts.into_iter().map(|(_, bubble)| bubble).collect(),
        problem: match asked.problem.as_deref() {
            Some("text") => "Write a text of 1 to 1,530 characters.",
            Some("nobody") => {
                "No account has the number that this was written to, so nobody got it."
            }
            Some("over") => "It is over already: somebody decided, or the network gave up.",
            Some("keys") => "Keys are 0 to 9, * and #, up to 32 of them.",
            Some("later") => "It could not be kept at the moment. Try again.",
            _ => "",
        },
    };
    Ok(live(&page))
}

fn find(
    tx: &mut postern_store::Tx<'_>,
    named: Option<i64>,
    wanted: Option<&str>,
) -> postern_store::Result<Found> {
    let (accounts, chosen) = choose(tx, named)?;
    let mut found = Found {
        accounts,
        account: 0,
        numbers: Vec::new(),
        number: wanted.unwrap_or_default().to_owned(),
        partner: String::new(),
        texts: Vec::new(),
        state: chaos::Handset::On,
        waiting: Vec::new(),
    };
    let Some(account) = chosen else {
        return Ok(found);
    };
    found.account = account.id.0;
    let of = |recipient: Option<&str>| Wanted {
        recipient: recipient.map(str::to_owned),
        after: UnixMicros::EPOCH,
        limit: SHOWN_MAX,
    };
    let arrivals = inbox::arrivals(tx, account.id, &of(None))?;
    let mails = inbox::mails(tx, account.id, &of(None))?;
    let recent = arrivals.iter().map(|one| &one.message.recipient);
    for number in recent.chain(mails.iter().map(|mail| &mail.recipient)) {
        if !found.numbers.contains(number) {
            found.numbers.push(number.clone());
        }
    }
    if found.number.is_empty() {
        found.number = found.numbers.first().cloned().unwrap_or_default();
    }
    let number = found.number.clone();
    if number.is_empty() {
        return Ok(found);
    }
    if number.contains('@') {
        let mails = inbox::mails(tx, account.id, &of(Some(&number)))?;
        found.texts.extend(mails.into_iter().map(|mail| {
            let code = one_time_code(&mail.subject).or_else(|| one_time_code(&mail.body));
            let bubble = Bubble {
                at: shown(mail.at),
                own: false,
                who: "Postern".to_owned(),
                subject: mail.subject,
                text: mail.body,
                code: code.unwrap_or_default(),
                picture: String::new(),
                keys: String::new(),
            };
            (mail.at, bubble)
        }));
        return Ok(found);
    }
    found.state = person::state(tx, account.id, &number)?;
    found.waiting = person::waiting(tx, account.id, &number)?;
    let arrivals = inbox::arrivals(tx, account.id, &of(Some(&number)))?;
    if let Some(newest) = arrivals.first() {
        found.partner.clone_from(&newest.message.sender);
    }
    found.texts.extend(arrivals.into_iter().map(|one| {
        let picture = match &one.message.content {
            postern_domain::channel::Content::Mms(picture) => Some(picture.clone()),
            _ => None,
        };
        let bubble = Bubble {
            at: shown(one.at),
            own: false,
            who: one.message.sender,
            subject: picture
                .as_ref()
                .map(|p| p.subject.clone())
                .unwrap_or_default(),
            code: one_time_code(&one.message.body).unwrap_or_default(),
            text: one.message.body,
            picture: picture.map(|p| p.media_url).unwrap_or_default(),
            keys: one.message.heard.digits.unwrap_or_default(),
        };
        (one.at, bubble)
    }));
    let written = inbound::newest_from(tx, account.id, &number, inbox::DEPTH, SHOWN_MAX)?;
    found.texts.extend(written.into_iter().map(|one| {
        let bubble = Bubble {
            at: shown(one.at),
            own: true,
            who: one.sender,
            subject: String::new(),
            text: one.body,
            code: String::new(),
            picture: String::new(),
            keys: String::new(),
        };
        (one.at, bubble)
    }));
    Ok(found)
}

fn place(account: i64, number: &str) -> String {
    let query = form_urlencoded(&[
        ("account", account.to_string()),
        ("number", number.to_owned()),
    ]);
    format!("/console/phone?{query}")
}

/// Whoever has the handset writes.
pub(crate) async fn write_back(
    State(state): State<ConsoleState>,
    session: Session,
    request: Request,
) -> Result<Response, Trouble> {
    let visitor = visitor(request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let account: i64 = typed
        .text("account")
        .parse()
        .map_err(|_| Trouble::BadForm)?;
    let (from, to) = (
        number(typed.text("number")),
        typed.text("to").trim().to_owned(),
    );
    let body = typed.text("text").trim();
    let back = place(account, &from);
    let said = |problem: &str| Redirect::to(&format!("{back}&problem={problem}")).into_response();
    if body.is_empty() || body.chars().count() > BODY_CHARS_MAX || to.is_empty() {
        return Ok(said("text"));
    }
    let now = (state.clock)();
    let entry = Entry {
        object_kind: "account".to_owned(),
        object_id: account.to_string(),
        ..operator_entry(&session.0.operator_id, &visitor, now, "inbox.reply")
    };
    state
        .store
        .write(Lane::CONTROL, move |tx| audit::record(tx, &entry))
        .await?;
    let text = Incoming {
        message_id: MessageId::new(now, postern_vault::random()),
        sender: from,
        recipient: to,
        body: body.to_owned(),
    };
    Ok(match state.simulator.write(text).await {
        Taken::Kept => Redirect::to(&back).into_response(),
        Taken::Nobody => said("nobody"),
        Taken::NotNow => said("later"),
    })
}
