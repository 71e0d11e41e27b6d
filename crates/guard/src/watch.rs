//! What an operator should hear of while calls are counted: a limit that is near, one that was hit, and a key that is unlike itself. Noted in
//! the unit that counts the call; a handful of comparisons unless there is something to say.

use std::collections::BTreeMap;

use postern_domain::time::UnixMicros;
use postern_store::alerts::{self, NewAlert};
use postern_store::{Result, Tx, habits};
use serde_json::json;

use crate::measure::{Measure, Span, rule};
use crate::scope::Scope;
use crate::sending::Sending;
use crate::tally::Tallies;
use crate::verdict::{plain, written};
use crate::window::Window;

/// A limit is near when so many tenths of it are used.
const NEAR_TENTHS: i64 = 8;
/// An hour is sudden when it has so many times what an hour of the last week had.
const SUDDEN_TIMES: i64 = 10;
/// Fewer messages in an hour are never sudden.
const SUDDEN_MESSAGES_LEAST: i64 = 50;
/// Without so many hours to compare with nobody can say what is usual.
const USUAL_HOURS_LEAST: i64 = 5;
const WEEK_SECONDS: i64 = 7 * 24 * 3600;

/// Whose calls are watched.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Watch {
    /// Whose habits are learned; `None`: the account sends itself.
    pub key_id: Option<String>,
}

/// Raises what a counted call gives rise to.
pub(crate) fn look(
    tx: &mut Tx<'_>,
    watch: &Watch,
    scopes: &[Scope],
    tallies: &[Tallies],
    sending: &Sending,
    passed: bool,
    now: UnixMicros,
) -> Result<()> {
    for (scope, tallies) in scopes.iter().zip(tallies) {
        for (measure, span, limit) in scope.limits.caps.iter() {
            let Some((tally, bounds)) = tallies.get(span).and_then(|t| Some((t, t.bounds?))) else {
                continue;
            };
            let (used, asked) = (tally.used[measure as usize], tally.asked[measure as usize]);
            let counted = Counted {
                scope,
                measure,
                span,
                limit,
                resets_at: bounds.end,
                period: format!("{}@{}", rule(measure, span), bounds.start.secs()),
            };
            if passed && is_near(used + asked, limit) && !is_near(used, limit) {
                alerts::raise(tx, &counted.near(used + asked), now)?;
            }
            if !passed && asked > 0 && used.saturating_add(asked) > limit {
                alerts::raise(tx, &counted.hit(used, asked), now)?;
            }
        }
    }
    match &watch.key_id {
        Some(key_id) if passed => habit(tx, key_id, sending, now),
        _ => Ok(()),
    }
}

fn is_near(used: i64, limit: i64) -> bool {
    used.saturating_mul(10) >= limit.saturating_mul(NEAR_TENTHS)
}

/// One counted limit.
struct Counted<'a> {
    scope: &'a Scope,
    measure: Measure,
    span: Span,
    limit: i64,
    resets_at: UnixMicros,
    period: String,
}

impl Counted<'_> {
    fn near(&self, used: i64) -> NewAlert {
        let number = |n| plain(self.measure, n);
        let message = format!(
            "The limit of {} {} {} of this {} is near: {} are used.",
            number(self.limit),
            self.measure.noun(),
            self.span.noun(),
            self.scope.kind.as_str(),
            number(used)
        );
        self.alert("limit_near", message, used)
    }

    fn hit(&self, used: i64, asked: i64) -> NewAlert {
        let number = |n| plain(self.measure, n);
        let message = format!(
            "The limit of {} {} {} of this {} was hit: {} are used, and a call that asked for {} was refused.",
            number(self.limit),
            self.measure.noun(),
            self.span.noun(),
            self.scope.kind.as_str(),
            number(used),
            number(asked)
        );
        self.alert("limit_hit", message, used)
    }

    fn alert(&self, kind: &'static str, message: String, used: i64) -> NewAlert {
        let detail = json!({
            "rule": rule(self.measure, self.span),
            "limit": plain(self.measure, self.limit),
            "used": plain(self.measure, used),
            "resets_at": written(self.resets_at),
        });
        NewAlert {
            kind,
            scope: self.scope.to_string(),
            period: self.period.clone(),
            message,
            detail: detail.to_string(),
            endpoint_id: None,
        }
    }
}

/// Learns where and how much a key sends, and says when that is new.
fn habit(tx: &mut Tx<'_>, key_id: &str, sending: &Sending, now: UnixMicros) -> Result<()> {
    let hour = Window::Hour.around(now, &jiff::tz::TimeZone::UTC).start;
    let day = Window::Day.around(now, &jiff::tz::TimeZone::UTC).start;
    let mut countries = BTreeMap::new();
    for item in &sending.items {
        *countries.entry(item.country).or_insert(0_i64) += 1;
    }
    let alert = |kind, period, message, detail: serde_json::Value| NewAlert {
        kind,
        scope: format!("key:{key_id}"),
        period,
        message,
        detail: detail.to_string(),
        endpoint_id: None,
    };
    for (country, messages) in &countries {
        let country = &country.map_or_else(String::new, |country| country.to_string());
        let with_it = habits::add(tx, key_id, country, hour, *messages)?;
        if with_it == *messages && !country.is_empty() {
            let (knows, sends_elsewhere) = habits::knows(tx, key_id, country, hour)?;
            if !knows && sends_elsewhere {
                let message = format!("This key sends to {country} for the first time.");
                let detail = json!({"country": country});
                let period = format!("{country}@{}", day.secs());
                alerts::raise(tx, &alert("new_country", period, message, detail), now)?;
            }
        }
        // Looked at whenever the hour's number has doubled: a few times in an hour, however much is sent.
        if with_it.checked_ilog2() == (with_it - messages).checked_ilog2() {
            continue;
        }
        let since = hour.plus_secs(-WEEK_SECONDS);
        let (this_hour, before, hours) = habits::compare(tx, key_id, hour, since)?;
        let is_sudden = this_hour >= SUDDEN_MESSAGES_LEAST
            && hours >= USUAL_HOURS_LEAST
            && this_hour.saturating_mul(hours) >= before.saturating_mul(SUDDEN_TIMES);
        if is_sudden {
            let usual = before / hours;
            let message = format!(
                "This key has sent {this_hour} messages within this hour; an hour in which it sends has {usual} as a rule."
            );
            let detail = json!({"this_hour": this_hour, "usual": usual});
            let period = day.secs().to_string();
            alerts::raise(tx, &alert("sudden_rate", period, message, detail), now)?;
        }
    }
    Ok(())
}
