//! `/console/usage`: messages and money by day, country and key. The numbers are counted when messages are accepted and fail, so a page over
//! a million messages reads as many rows as there are days, countries and keys.

mod bars;
mod shares;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;
use postern_store::statistics::{self, Part, Tally, Usage};
use serde::Deserialize;

use self::bars::{Bar, Chart};
use self::shares::{Share, shares};
use crate::accounts::{Choice, choose, named};
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const DAY_SECONDS: i64 = 86_400;
/// In days, with how many of them a bar stands for.
const PERIODS: [(i64, i64, &str); 4] = [
    (7, 1, "7 days"),
    (30, 1, "30 days"),
    (90, 1, "90 days"),
    (364, 7, "52 weeks"),
];

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    days: Option<String>,
}

#[derive(Template)]
#[template(path = "console/usage.html")]
struct UsagePage {
    shell: Shell,
    accounts: Vec<Choice>,
    periods: Vec<(i64, &'static str, bool)>,
    title: &'static str,
    /// A bar is a week.
    weekly: bool,
    currency: &'static str,
    total: Row,
    rows: Vec<Row>,
    messages: Chart,
    spend: Chart,
    countries: Vec<Share>,
    keys: Vec<Share>,
}

/// Numbers of a day, of a week, or of all together, as they are written.
struct Row {
    day: String,
    messages: i64,
    parts: i64,
    failed: i64,
    arrived: String,
    spend: String,
    inbound: i64,
}

impl Row {
    fn of(day: String, tally: &Tally) -> Row {
        Row {
            day,
            messages: tally.messages,
            parts: tally.parts,
            failed: tally.bounced,
            arrived: rate(tally.messages, tally.bounced),
            spend: money(tally.price),
            inbound: tally.inbound,
        }
    }
}

pub(crate) async fn show_usage(
    State(state): State<ConsoleState>,
    session: Session,
    Query(asked): Query<Asked>,
) -> Result<Response, Trouble> {
    let wanted = asked.days.as_deref().and_then(|text| text.parse().ok());
    let period = PERIODS.iter().find(|(days, ..)| Some(*days) == wanted);
    let (days, step, title) = *period.unwrap_or(&PERIODS[1]);
    let midnight = (state.clock)().secs().div_euclid(DAY_SECONDS) + 1;
    let (from, until) = (midnight - days, midnight);
    let at = |day: i64| UnixMicros::from_secs(day * DAY_SECONDS);
    let named = named(asked.account.as_deref());
    let (accounts, currency, Usage { days: found, parts }) = state
        .store
        .read(move |tx| {
            let (accounts, chosen) = choose(tx, named)?;
            let Some(account) = chosen else {
                return Ok((accounts, "", Usage::default()));
            };
            let usage = statistics::usage(tx, account.id, at(from), at(until))?;
            Ok((accounts, account.currency.as_str(), usage))
        })
        .await?;
    let tallies: Vec<(i64, Tally)> = (from..until)
        .step_by(usize::try_from(step).unwrap_or(1))
        .map(|first| {
            let within = |(_, day): &&(_, statistics::Day)| {
                let day = day.midnight.secs().div_euclid(DAY_SECONDS);
                (first..first + step).contains(&day)
            };
            let days = found.iter().filter(within);
            (
                first,
                days.fold(Tally::default(), |sum, (_, day)| sum.plus(day.tally)),
            )
        })
        .collect();
    let total = tallies
        .iter()
        .fold(Tally::default(), |sum, (_, tally)| sum.plus(*tally));
    let page = UsagePage {
        shell: Shell::of(&state, &session, Section::Usage),
        accounts,
        periods: PERIODS
            .iter()
            .map(|(one, _, title)| (*one, *title, *one == days))
            .collect(),
        title,
        weekly: step > 1,
        currency,
        messages: Chart::of(
            "messages",
            format!("Messages in {title}"),
            told_messages(&tallies),
            tallies.iter().map(|(day, tally)| Bar {
                at: date(*day),
                parts: [tally.messages - tally.bounced, tally.bounced],
                said: format!("{} messages, {} failed", tally.messages, tally.bounced),
            }),
        ),
        spend: Chart::of(
            "spend",
            format!("Spend in {title}"),
            told_spend(&tallies, currency),
            tallies.iter().map(|(day, tally)| Bar {
                at: date(*day),
                parts: [tally.price.0, 0],
                said: format!("{} {currency}", money(tally.price)),
            }),
        ),
        rows: tallies
            .iter()
            .rev()
            .filter(|(_, tally)| *tally != Tally::default())
            .map(|(day, tally)| Row::of(date(*day), tally))
            .collect(),
        countries: shares(&parts, |part| match part.country.as_str() {
            "" => ("no country".to_owned(), None),
            country => (country.to_owned(), None),
        }),
        keys: shares(&parts, |part| named_key(&state, part)),
        total: Row::of(String::new(), &total),
    };
    Ok(html(StatusCode::OK, &page))
}

fn named_key(state: &ConsoleState, part: &Part) -> (String, Option<String>) {
    match (part.key_id.as_str(), state.directory.key(&part.key_id)) {
        ("", _) => ("the account’s own API key".to_owned(), None),
        (id, Some(key)) => (key.name.clone(), Some(format!("/console/keys/{id}"))),
        (_, None) => ("a key that is gone".to_owned(), None),
    }
}

fn told_messages(tallies: &[(i64, Tally)]) -> String {
    let most = tallies.iter().max_by_key(|(_, tally)| tally.messages);
    most.map_or_else(String::new, |(day, tally)| {
        format!("The most were {} on {}.", tally.messages, date(*day))
    })
}

fn told_spend(tallies: &[(i64, Tally)], currency: &str) -> String {
    let most = tallies.iter().max_by_key(|(_, tally)| tally.price);
    most.map_or_else(String::new, |(day, tally)| {
        format!(
            "The most was {} {currency} on {}.",
            money(tally.price),
            date(*day)
        )
    })
}

/// `2026-11-23`
fn date(day: i64) -> String {
    jiff::Timestamp::from_second(day * DAY_SECONDS)
        .map_or_else(|_| String::new(), |at| at.strftime("%Y-%m-%d").to_string())
}

/// What did not fail, in percents. Nothing sent is nothing to speak of.
fn rate(messages: i64, failed: i64) -> String {
    match messages {
        ..=0 => "–".to_owned(),
        messages => {
            let tenths = (messages - failed) * 1000 / messages;
            format!("{}.{} %", tenths / 10, tenths % 10)
        }
    }
}

fn money(amount: Micros) -> String {
    amount.to_4_decimals()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_are_cut_and_never_rounded_up() {
        assert_eq!(rate(0, 0), "–");
        assert_eq!(rate(3, 1), "66.6 %");
        assert_eq!(rate(100_000, 1), "99.9 %");
        assert_eq!(rate(5, 0), "100.0 %");
        assert_eq!(date(0), "1970-01-01");
    }
}
