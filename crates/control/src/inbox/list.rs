//! `GET /inbox`: what arrived, the newest first; with `wait` not before something did.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_domain::account::AccountId;
use postern_domain::channel::Content;
use postern_domain::one_time_code::one_time_code;
use postern_domain::time::UnixMicros;
use postern_store::inbox::{self, Arrival, Mail, Wanted};
use postern_wire::control::{Arrived, Inbox};
use uuid::Uuid;

use crate::guard::Context;
use crate::instant::{read, written};
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 100;
/// The longest that a caller is kept waiting.
const WAIT_MAX: Duration = Duration::from_secs(60);
/// Between two looks: carriers may report hundreds of times a second.
const LOOK_PAUSE: Duration = Duration::from_millis(20);
/// The longest without a look: mail is not reported by a carrier.
const BLIND_MAX: Duration = Duration::from_millis(500);

pub(crate) async fn read_inbox(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Inbox>, Refusal> {
    let known = ["to", "after", "wait", "limit", "connection"];
    let parameters = Parameters::new(pairs, &known)?;
    let account = super::account(&state, &context.caller, parameters.text("connection"))?;
    let after = parameters.text("after").map(|text| read("after", text));
    let wanted = Wanted {
        // `+` means a space in a query, and people forget that.
        recipient: parameters
            .text("to")
            .map(|to| to.trim().to_owned())
            .map(|to| match to.bytes().all(|b| b.is_ascii_digit()) {
                true => format!("+{to}"),
                false => to,
            }),
        after: after.transpose()?.unwrap_or(UnixMicros::EPOCH),
        limit: parameters.up_to("limit", LIMIT_MAX)?,
    };
    let wait = parameters
        .text("wait")
        .map_or(Ok(Duration::ZERO), seconds)?;
    let mut reported = state.phones.reported.clone();
    let found = async {
        loop {
            reported.borrow_and_update();
            let found = look(&state, account, &wanted).await?;
            if !found.is_empty() {
                return Ok::<_, Refusal>(found);
            }
            // A closed channel means that delivery ends, and this server with it: the wait runs out.
            let _changed = tokio::time::timeout(BLIND_MAX, reported.changed()).await;
            tokio::time::sleep(LOOK_PAUSE).await;
        }
    };
    let found = match wait.is_zero() {
        true => look(&state, account, &wanted).await?,
        false => match tokio::time::timeout(wait, found).await {
            Ok(found) => found?,
            Err(_) => Vec::new(),
        },
    };
    let newest = found.first().map_or(wanted.after, |(at, _)| *at);
    let messages: Vec<Arrived> = found.into_iter().map(|(_, arrived)| arrived).collect();
    Ok(Json(Inbox {
        code: messages.iter().find_map(|message| message.code.clone()),
        cursor: written(newest),
        messages,
    }))
}

async fn look(
    state: &ControlState,
    account: AccountId,
    wanted: &Wanted,
) -> Result<Vec<(UnixMicros, Arrived)>, Refusal> {
    let wanted = wanted.clone();
    let (by_mail, by_phone) = match &wanted.recipient {
        Some(recipient) => (recipient.contains('@'), !recipient.contains('@')),
        None => (true, true),
    };
    let limit = usize::try_from(wanted.limit).unwrap_or(0);
    let found = state.store.read(move |tx| {
        let mut found: Vec<(UnixMicros, Arrived)> = Vec::new();
        if by_phone {
            let arrivals = inbox::arrivals(tx, account, &wanted)?;
            found.extend(arrivals.into_iter().map(|one| (one.at, message(one))));
        }
        if by_mail {
            let mails = inbox::mails(tx, account, &wanted)?;
            found.extend(mails.into_iter().map(|one| (one.at, mail(one))));
        }
        Ok(found)
    });
    let mut found = found.await?;
    found.sort_by_key(|(at, _)| std::cmp::Reverse(*at));
    found.truncate(limit);
    Ok(found)
}

fn message(Arrival { at, message }: Arrival) -> Arrived {
    let picture = match &message.content {
        Content::Mms(picture) => Some(picture.clone()),
        _ => None,
    };
    Arrived {
        id: Uuid::from_bytes(message.message_id.0).to_string(),
        channel: message.content.channel().to_string(),
        at: written(at),
        from: message.sender,
        to: message.recipient,
        subject: picture.as_ref().map(|picture| picture.subject.clone()),
        media_url: picture.map(|picture| picture.media_url),
        code: one_time_code(&message.body),
        body: message.body,
    }
}

fn mail(mail: Mail) -> Arrived {
    Arrived {
        id: mail.mail_id.to_string(),
        channel: "email".to_owned(),
        at: written(mail.at),
        from: String::new(),
        to: mail.recipient,
        code: one_time_code(&mail.subject).or_else(|| one_time_code(&mail.body)),
        subject: Some(mail.subject),
        body: mail.body,
        media_url: None,
    }
}

/// `10s`, `500ms`, `1m` or plain seconds.
pub(crate) fn seconds(text: &str) -> Result<Duration, Refusal> {
    let (number, unit) = text.split_at(
        text.find(|c: char| !c.is_ascii_digit())
            .unwrap_or(text.len()),
    );
    let unit = match unit {
        "" | "s" => Some(1_000),
        "ms" => Some(1),
        "m" => Some(60_000),
        _ => None,
    };
    let wait = unit
        .zip(number.parse::<u64>().ok())
        .and_then(|(unit, number)| number.checked_mul(unit));
    wait.map(Duration::from_millis)
        .filter(|wait| *wait <= WAIT_MAX)
        .ok_or_else(|| {
            let most = WAIT_MAX.as_secs();
            Refusal::invalid(
                "wait",
                format!("`wait` must be a time such as `10s`, at most {most}s"),
            )
        })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_to_wait() {
        for (text, millis) in [
            ("10s", 10_000),
            ("3", 3_000),
            ("250ms", 250),
            ("1m", 60_000),
            ("0", 0),
        ] {
            assert_eq!(
                seconds(text).unwrap(),
                Duration::from_millis(millis),
                "{text}"
            );
        }
        for text in [
            "61s",
            "2m",
            "s",
            "-1s",
            "1h",
            "1.5s",
            "99999999999999999999s",
        ] {
            assert_eq!(
                seconds(text).unwrap_err().field.as_deref(),
                Some("wait"),
                "{text}"
            );
        }
    }
}
