//! `GET /usage`: what an account sent and received, by day, channel, country and key. The same numbers as the console's page.

use std::collections::BTreeMap;

use axum::Json;
use axum::extract::{Query, State};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan as _};
use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;
use postern_store::accounts::Account;
use postern_store::statistics::{self, Part, Tally};
use postern_wire::control::{Usage, Used, UsedBy, UsedOn, UsedOver, UsedTo};

use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

/// When nothing else is asked for.
const DAYS_DEFAULT: i64 = 30;

pub(crate) async fn read_usage(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Usage>, Refusal> {
    let known = ["since", "until"];
    let (whose, parameters) = Whose::asked_with(&state, asker, pairs, &known).await?;
    let until = match day(&parameters, "until")? {
        Some(day) => day,
        None => date(state.now()).saturating_add(1.day()),
    };
    let since = match day(&parameters, "since")? {
        Some(day) => day,
        None => until.saturating_sub(DAYS_DEFAULT.days()),
    };
    let days = i64::from((until - since).get_days());
    if !(1..=statistics::DAYS_MAX).contains(&days) {
        let most = statistics::DAYS_MAX;
        let message = format!("`since` must be before `until`, by at most {most} days");
        return Err(Refusal::invalid("since", message));
    }
    let (from, to) = (midnight(since), midnight(until));
    let account = whose.account;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| statistics::usage(tx, id, from, to))
        .await?;
    Ok(Json(shown(&found, &account, since, until)))
}

fn shown(found: &statistics::Usage, account: &Account, since: Date, until: Date) -> Usage {
    let mut days: BTreeMap<UnixMicros, Tally> = BTreeMap::new();
    let mut channels: Vec<(Channel, Tally)> = Vec::new();
    let mut total = Tally::default();
    for (channel, day) in &found.days {
        let sum = days.entry(day.midnight).or_default();
        *sum = sum.plus(day.tally);
        total = total.plus(day.tally);
        match channels.last_mut() {
            Some((last, sum)) if last == channel => *sum = sum.plus(day.tally),
            _ => channels.push((*channel, day.tally)),
        }
    }
    let part = |name: fn(&Part) -> &str| summed(&found.parts, name);
    Usage {
        account_id: account.id.0,
        currency: account.currency.as_str().to_owned(),
        since: since.to_string(),
        until: until.to_string(),
        total: used(&total),
        days: days
            .iter()
            .map(|(midnight, tally)| UsedOn {
                day: date(*midnight).to_string(),
                used: used(tally),
            })
            .collect(),
        channels: channels
            .iter()
            .map(|(channel, tally)| UsedOver {
                channel: channel.to_string(),
                used: used(tally),
            })
            .collect(),
        countries: part(|part| &part.country)
            .into_iter()
            .map(|(country, sum)| UsedTo {
                country,
                messages: sum.messages,
                failed: sum.bounced,
                spend: sum.price.to_4_decimals(),
            })
            .collect(),
        keys: part(|part| &part.key_id)
            .into_iter()
            .map(|(key_id, sum)| UsedBy {
                key_id: (!key_id.is_empty()).then_some(key_id),
                messages: sum.messages,
                failed: sum.bounced,
                spend: sum.price.to_4_decimals(),
            })
            .collect(),
    }
}

fn used(tally: &Tally) -> Used {
    Used {
        messages: tally.messages,
        segments: tally.parts,
        failed: tally.bounced,
        spend: tally.price.to_4_decimals(),
        received: tally.inbound,
    }
}

/// Of all parts with the same name, those with most messages first.
fn summed(parts: &[Part], name: fn(&Part) -> &str) -> Vec<(String, Tally)> {
    let mut sums: BTreeMap<&str, Tally> = BTreeMap::new();
    for part in parts {
        let sum = sums.entry(name(part)).or_default();
        *sum = sum.plus(Tally {
            messages: part.messages,
            bounced: part.bounced,
            price: part.price,
            ..Tally::default()
        });
    }
    let mut sums: Vec<_> = sums
        .into_iter()
        .map(|(name, sum)| (name.to_owned(), sum))
        .collect();
    sums.sort_by_key(|(_, sum)| std::cmp::Reverse(sum.messages));
    sums
}

/// A parameter that is a day.
fn day(parameters: &Parameters, name: &str) -> Result<Option<Date>, Refusal> {
    let read = |text: &str| {
        // Years that a calendar of people has, so that what is counted from them is one, too.
        let day = text.parse::<Date>().ok();
        day.filter(|day| (1970..=9000).contains(&day.year()))
            .ok_or_else(|| {
                let message = format!("`{name}` must be a day such as 2026-11-24");
                Refusal::invalid(name, message)
            })
    };
    parameters.text(name).map(read).transpose()
}

fn date(at: UnixMicros) -> Date {
    let at = Timestamp::from_microsecond(at.0).unwrap_or(Timestamp::UNIX_EPOCH);
    at.to_zoned(TimeZone::UTC).date()
}

fn midnight(day: Date) -> UnixMicros {
    let epoch = Date::constant(1970, 1, 1);
    UnixMicros::from_secs(i64::from((day - epoch).get_days()) * 86_400)
}
