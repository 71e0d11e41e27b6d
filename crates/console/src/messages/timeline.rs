//! What happened to a message, in the order in which it did.

use postern_access::Key;
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;
use postern_store::inbound::Inbound;
use postern_store::messages::Message;
use postern_store::pushes::{Push, Try};
use postern_store::queue::Deferrals;
use postern_store::receipts::Receipt;

use super::received_place;
use crate::instant::shown;

/// A message and what is kept about it elsewhere.
pub(super) struct Story {
    pub(super) message: Message,
    pub(super) put_off: Option<Deferrals>,
    /// The newest first.
    pub(super) receipts: Vec<Receipt>,
    /// Whom the account's own rules told about them, and every try.
    pub(super) told: Vec<(Push, Vec<Try>)>,
    /// The first answer.
    pub(super) reply: Option<Inbound>,
}

/// Something that happened.
pub(super) struct Step {
    pub(super) at: String,
    pub(super) what: String,
    /// Where there is more about it.
    pub(super) href: Option<String>,
}

/// `key`: by which it was asked for.
pub(super) fn timeline(story: &Story, key: Option<&Key>) -> Vec<Step> {
    let message = &story.message;
    let mut steps = vec![(message.accepted_at, accepted(message, key), None)];
    let schedule = message.schedule.map(UnixMicros::from_secs);
    steps.extend(schedule.map(|at| (at, "Scheduled to leave".to_owned(), None)));
    steps.extend(story.put_off.map(put_off));
    let sent = message
        .sent_at
        .map(|at| (at, given(message, story.put_off), None));
    steps.extend(sent);
    steps.extend(story.receipts.iter().rev().map(received));
    if let Some(digits) = &message.heard.digits
        && let Some(last) = story.receipts.first()
    {
        steps.push((last.at, format!("Keys pressed: {digits}"), None));
    }
    steps.extend(calls(&story.told));
    if let Some(reply) = &story.reply {
        let href = received_place(message.key.account, reply.message_id);
        steps.push((reply.at, format!("Answered: {}", reply.body), Some(href)));
    }
    in_order(steps)
}

/// Every call about a text that came in.
pub(super) fn webhooks(told: &[(Push, Vec<Try>)]) -> Vec<Step> {
    in_order(calls(told).collect())
}

/// What happened at one instant stays as it is told.
fn in_order(mut steps: Vec<Told>) -> Vec<Step> {
    steps.sort_by_key(|(at, _, _)| *at);
    steps
        .into_iter()
        .map(|(at, what, href)| Step {
            at: shown(at),
            what,
            href,
        })
        .collect()
}

type Told = (UnixMicros, String, Option<String>);

/// All of it is one unit of work: there is no moment between them.
fn accepted(message: &Message, key: Option<&Key>) -> String {
    let price = message.price.to_4_decimals();
    match key {
        Some(key) if key.is_limited() => format!(
            "Reserved within the limits of {}, accepted and paid for: {price}",
            key.name
        ),
        Some(key) => format!("Accepted from {} and paid for: {price}", key.name),
        None => format!("Accepted and paid for: {price}"),
    }
}

fn put_off(deferrals: Deferrals) -> Told {
    let what = match deferrals.times {
        1 => "Tried: the carrier wanted it later".to_owned(),
        times => format!(
            "Tried {times} times until {}: the carrier wanted it later",
            shown(deferrals.last_at)
        ),
    };
    (deferrals.first_at, what, None)
}

fn given(message: &Message, put_off: Option<Deferrals>) -> String {
    let attempt = put_off.map_or(1, |deferrals| deferrals.times + 1);
    let carrier = &message.carrier;
    match message.status {
        Status::InDoubt => {
            format!("Attempt {attempt}: nobody knows whether the carrier {carrier} took it")
        }
        _ => format!("Attempt {attempt}: with the carrier {carrier}"),
    }
}

fn received(receipt: &Receipt) -> Told {
    let what = match receipt.status {
        Status::Delivered => "Receipt: on the handset",
        Status::Completed => "Receipt: it is over",
        Status::Retrying => "Receipt: the carrier tries again",
        _ => "Given up",
    };
    let why = receipt
        .cause
        .map_or(String::new(), |cause| format!(": {}", cause.text()));
    (receipt.at, format!("{what}{why}"), None)
}

fn calls(told: &[(Push, Vec<Try>)]) -> impl Iterator<Item = Told> {
    told.iter()
        .flat_map(|(push, tries)| tries.iter().map(move |one| called(push, one)))
}

fn called(push: &Push, one: &Try) -> Told {
    let came = match (one.status, &one.problem) {
        (Some(status), _) => format!("answered {status}"),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "nothing came".to_owned(),
    };
    let what = format!("Webhook to {}, try {}: {came}", push.url, one.number);
    let place = format!(
        "/console/webhooks/pushes/{}/push_{}",
        push.account.0, push.push_id
    );
    (one.at, what, Some(place))
}
