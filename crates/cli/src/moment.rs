//! Instants as people write them: `30d` from now, `2027-01-31`, RFC 3339, or Unix seconds.

use jiff::Timestamp;
use postern_domain::time::UnixMicros;

use crate::exit::{Exit, Failure, Outcome};

/// `option` names the flag in the error.
pub fn parse(text: &str, now: UnixMicros, option: &str) -> Outcome<Timestamp> {
    let found = from_now(text, now)
        .or_else(|| {
            text.parse::<i64>()
                .ok()
                .and_then(|seconds| Timestamp::from_second(seconds).ok())
        })
        .or_else(|| text.parse::<Timestamp>().ok())
        .or_else(|| {
            let date = text.parse::<jiff::civil::Date>().ok()?;
            date.to_zoned(jiff::tz::TimeZone::UTC)
                .ok()
                .map(|zoned| zoned.timestamp())
        });
    found.ok_or_else(|| {
        Failure::new(
            Exit::Usage,
            format!("{option}: {text:?} is no point in time"),
        )
        .fix("write 90m, 12h or 30d from now, a date such as 2027-01-31, RFC 3339, or Unix seconds")
    })
}

/// `30d` is so long ago; RFC 3339.
pub fn past(text: &str, now: UnixMicros, option: &str) -> Outcome<String> {
    let ago = match text.starts_with(['+', '-']) {
        true => None,
        false => from_now(&format!("-{text}"), now),
    };
    let at = ago.map_or_else(|| parse(text, now, option), Ok)?;
    Ok(at.to_string())
}

fn from_now(text: &str, now: UnixMicros) -> Option<Timestamp> {
    let unit = text.chars().last()?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        'w' => 604_800,
        _ => return None,
    };
    let count: i64 = text[..text.len() - 1]
        .trim_start_matches('+')
        .parse()
        .ok()?;
    let micros = count.checked_mul(seconds)?.checked_mul(1_000_000)?;
    Timestamp::from_microsecond(now.0.checked_add(micros)?).ok()
}

/// `2027-01-31 12:00:00Z` for tables: seconds are enough for people.
pub fn shown(rfc3339: &str) -> String {
    rfc3339.parse::<Timestamp>().map_or_else(
        |_| rfc3339.to_owned(),
        |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
    )
}

pub fn shown_seconds(seconds: i64) -> String {
    Timestamp::from_second(seconds).map_or_else(
        |_| seconds.to_string(),
        |at| at.strftime("%Y-%m-%d %H:%M:%SZ").to_string(),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_past_is_so_long_ago() {
        let now = UnixMicros(1_800_000_000_000_000);
        for (text, same) in [
            ("90m", Some("2027-01-15T06:30:00Z")),
            ("-90m", Some("2027-01-15T06:30:00Z")),
            ("2026-01-31", Some("2026-01-31T00:00:00Z")),
            ("yesterday", None),
        ] {
            assert_eq!(past(text, now, "--since").ok().as_deref(), same, "{text}");
        }
    }

    #[test]
    fn every_way_of_writing_a_moment() {
        let now = UnixMicros(1_800_000_000_000_000);
        let table = [
            ("90m", Some(1_800_005_400)),
            ("+90m", Some(1_800_005_400)),
            ("30d", Some(1_802_592_000)),
            ("1w", Some(1_800_604_800)),
            ("1800000001", Some(1_800_000_001)),
            ("2027-01-31", Some(1_801_353_600)),
            ("2027-01-31T00:00:00+01:00", Some(1_801_350_000)),
            ("tomorrow", None),
            ("d", None),
            ("", None),
            ("99999999999999999d", None),
        ];
        for (text, seconds) in table {
            let parsed = parse(text, now, "--expires").ok().map(|at| at.as_second());
            assert_eq!(parsed, seconds, "{text:?}");
        }
    }

    #[test]
    fn tables_show_seconds() {
        assert_eq!(shown("2026-02-10T10:04:12.418030Z"), "2026-02-10 10:04:12Z");
        assert_eq!(shown("never"), "never");
    }
}
