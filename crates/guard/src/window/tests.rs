use jiff::tz::TimeZone;
use postern_domain::time::UnixMicros;
use proptest::prelude::*;

use super::Window;

/// Half-hour changes, a change at midnight, a skipped day, zones without changes.
const ZONES: [&str; 8] = [
    "UTC",
    "Australia/Lord_Howe",
    "Australia/Sydney",
    "America/New_York",
    "America/Sao_Paulo",
    "Pacific/Apia",
    "Asia/Kathmandu",
    "Africa/Casablanca",
];

fn zone(name: &str) -> TimeZone {
    TimeZone::get(name).expect("a zone that is shipped")
}

proptest! {
    #[test]
    fn windows_hold_their_instants_and_meet(at in 0_i64..4_102_444_800, zone_at in 0..ZONES.len(), window_at in 0_usize..3) {
        let (zone, window) = (zone(ZONES[zone_at]), Window::ALL[window_at]);
        let now = UnixMicros::from_secs(at);
        let bounds = window.around(now, &zone);
        prop_assert!(bounds.start <= now && now < bounds.end);
        prop_assert_eq!(window.around(bounds.start, &zone), bounds);
        prop_assert_eq!(window.around(UnixMicros(bounds.end.0 - 1), &zone), bounds);
        prop_assert_eq!(window.around(bounds.end, &zone).start, bounds.end);
    }

    #[test]
    fn also_near_changes_of_the_clock(minutes in -200_i64..200, zone_at in 0..ZONES.len(), window_at in 0_usize..3, change in 0_usize..4) {
        // 2026-04-04T15:00Z (Lord Howe, Sydney back), 2026-10-03T15:30Z, 2018-11-04T03:00Z (São Paulo at midnight), 2011-12-30T10:00Z (Apia).
        let change = [1_775_314_800, 1_791_041_400, 1_541_300_400, 1_325_239_200][change];
        let (zone, window) = (zone(ZONES[zone_at]), Window::ALL[window_at]);
        let now = UnixMicros::from_secs(change + minutes * 60);
        let bounds = window.around(now, &zone);
        prop_assert!(bounds.start <= now && now < bounds.end);
        prop_assert_eq!(window.around(bounds.end, &zone).start, bounds.end);
        prop_assert_eq!(window.around(UnixMicros(bounds.start.0 - 1), &zone).end, bounds.start);
    }
}

#[test]
fn a_day_is_the_day_of_its_zone() {
    let at = |text: &str| UnixMicros(text.parse::<jiff::Timestamp>().unwrap().as_microsecond());
    let day = Window::Day.around(at("2026-11-23T14:00:00Z"), &zone("Australia/Sydney"));
    assert_eq!(day.start, at("2026-11-23T13:00:00Z"));
    assert_eq!(day.end, at("2026-11-24T13:00:00Z"));
    let month = Window::Month.around(at("2026-12-31T23:59:59Z"), &zone("UTC"));
    assert_eq!(
        (month.start, month.end),
        (at("2026-12-01T00:00:00Z"), at("2027-01-01T00:00:00Z"))
    );
}
