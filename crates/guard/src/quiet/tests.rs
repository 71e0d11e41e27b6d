use postern_domain::country::COUNTRIES;
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use proptest::prelude::*;

use super::{QuietHours, Zones};

fn at(text: &str) -> UnixMicros {
    UnixMicros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond())
}

fn country(code: &str) -> Option<CountryCode> {
    CountryCode::parse(code)
}

#[test]
fn every_country_with_inhabitants_has_a_zone() {
    let zones = Zones::shipped();
    let without: Vec<_> = COUNTRIES
        .iter()
        .filter(|country| !zones.of.contains_key(&country.code))
        .map(|country| country.code.as_str())
        .collect();
    // Uninhabited, gone, or without a code in the time zone database.
    assert_eq!(without, ["BV", "HM", "XK", "AN"]);
}

#[test]
fn it_is_night_where_the_recipient_is() {
    let zones = Zones::shipped();
    let hours: QuietHours = "21:00-08:00".parse().unwrap();
    for (code, now, want) in [
        // 22:00 in Berlin, 08:00 on the next day after that.
        (
            "DE",
            "2026-11-23T21:00:00Z",
            Some(Some("2026-11-24T07:00:00Z")),
        ),
        ("DE", "2026-11-23T07:00:00Z", None),
        (
            "DE",
            "2026-11-23T06:59:59Z",
            Some(Some("2026-11-23T07:00:00Z")),
        ),
        // Noon in New York is 07:00 in Honolulu.
        (
            "US",
            "2026-11-23T17:00:00Z",
            Some(Some("2026-11-23T18:00:00Z")),
        ),
        ("US", "2026-11-23T20:00:00Z", None),
        // Nobody knows where: as in UTC.
        (
            "BV",
            "2026-11-23T22:00:00Z",
            Some(Some("2026-11-24T08:00:00Z")),
        ),
    ] {
        let want = want.map(|until: Option<&str>| until.map(at));
        assert_eq!(
            zones.quiet(hours, country(code), at(now)),
            want,
            "{code} {now}"
        );
    }
}

#[test]
fn zones_that_cover_the_day_between_them_never_end() {
    let zones = Zones::shipped();
    let hours: QuietHours = "08:00-07:30".parse().unwrap();
    assert_eq!(
        zones.quiet(hours, country("RU"), at("2026-11-23T12:00:00Z")),
        Some(None)
    );
}

#[test]
fn what_is_no_stretch_of_time_is_refused() {
    for text in [
        "",
        "21-8",
        "24:00-08:00",
        "21:00-08:60",
        "21:00",
        "08:00-08:00",
        "2100-0800",
        "21:00-08:00-09:00",
    ] {
        assert!(text.parse::<QuietHours>().is_err(), "{text}");
    }
    assert_eq!(
        "21:00-08:00".parse::<QuietHours>().unwrap().to_string(),
        "21:00-08:00"
    );
}

proptest! {
    #[test]
    fn the_end_of_quiet_is_not_quiet_and_lies_ahead(secs in 1_700_000_000_i64..1_900_000_000, from in 0_u32..24, to in 0_u32..24, nth in 0..COUNTRIES.len()) {
        prop_assume!(from != to);
        let hours: QuietHours = format!("{from:02}:00-{to:02}:30").parse().unwrap();
        let zones = Zones::shipped();
        let (now, country) = (UnixMicros::from_secs(secs), Some(COUNTRIES[nth].code));
        if let Some(Some(until)) = zones.quiet(hours, country, now) {
            prop_assert!(until > now);
            prop_assert_eq!(zones.quiet(hours, country, until), None);
        }
    }
}
