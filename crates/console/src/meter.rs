//! How much of a limit is used: in words, and as a bar that repeats them.

use askama::Template;
use askama::filters::HtmlSafe;
use postern_domain::time::UnixMicros;
use postern_wire::control::Remaining;

use crate::moment::Moment;

/// Beyond this a limit is near; alerts say the same.
const NEAR_PERCENT: u32 = 80;

#[derive(Clone, Debug, Template)]
#[template(path = "console/meter.html")]
pub(crate) struct Meter {
    title: String,
    used: String,
    limit: String,
    left: String,
    resets: Moment,
    percent: u32,
    tone: &'static str,
}

impl HtmlSafe for Meter {}

impl Meter {
    pub(crate) fn of(remaining: &Remaining, currency: &str, now: UnixMicros) -> Meter {
        let percent = percent(&remaining.used, &remaining.limit);
        let money = remaining.rule.starts_with("spend");
        let shown = |number: &str| match money {
            true => format!("{} {currency}", amount(number))
                .trim_end()
                .to_owned(),
            false => number.to_owned(),
        };
        Meter {
            title: title(&remaining.rule),
            used: shown(&remaining.used),
            limit: shown(&remaining.limit),
            left: shown(&remaining.remaining),
            resets: Moment::read(&remaining.resets_at, now),
            percent,
            tone: match percent {
                100.. => "bad",
                NEAR_PERCENT.. => "warn",
                _ => "",
            },
        }
    }
}

/// Money with the decimals that say something, two at least.
fn amount(number: &str) -> String {
    let Some((whole, decimals)) = number.split_once('.') else {
        return number.to_owned();
    };
    let decimals = decimals.trim_end_matches('0');
    format!("{whole}.{decimals:0<2}")
}

/// `messages_per_day` as `Messages a day`.
pub(crate) fn title(rule: &str) -> String {
    let words = rule.replace("_per_", " a ").replace('_', " ");
    let mut chars = words
        .replace("a hour", "an hour")
        .chars()
        .collect::<Vec<_>>();
    if let Some(first) = chars.first_mut() {
        first.make_ascii_uppercase();
    }
    chars.into_iter().collect()
}

/// Whole percents, up; a limit of nothing is used up.
fn percent(used: &str, limit: &str) -> u32 {
    let read = |text: &str| text.parse::<f64>().unwrap_or_default();
    let (used, limit) = (read(used), read(limit));
    match limit > 0.0 {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "clamped to 0..=100 before"
        )]
        true => (used / limit * 100.0).ceil().clamp(0.0, 100.0) as u32,
        false => 100,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn percents_and_words() {
        for (used, limit, expected) in [
            ("0", "10", 0),
            ("1", "1000", 1),
            ("4.25", "5.00", 85),
            ("12", "10", 100),
            ("0", "0", 100),
        ] {
            assert_eq!(percent(used, limit), expected);
        }
        assert_eq!(amount("5.000000"), "5.00");
        assert_eq!(amount("0.031500"), "0.0315");
        assert_eq!(title("messages_per_hour"), "Messages an hour");
        assert_eq!(title("prefix_messages_per_day"), "Prefix messages a day");
    }
}
