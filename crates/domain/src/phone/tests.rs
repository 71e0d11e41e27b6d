use proptest::prelude::*;

use super::{CountryCode, Recipient};

fn country(code: &str) -> CountryCode {
    CountryCode::parse(code).unwrap()
}

fn e164(text: &str, default_country: &str) -> Option<(String, String)> {
    Recipient::parse(text, country(default_country))
        .ok()
        .map(|r| {
            let home = r.country().map(|c| c.to_string()).unwrap_or_default();
            (r.as_str().to_owned(), home)
        })
}

#[test]
fn numbers_are_completed_and_tidied() {
    let table = [
        ("+61411111111", "US", "+61411111111", "AU"),
        ("0411 111 111", "AU", "+61411111111", "AU"),
        ("(555) 123-4567", "US", "+15551234567", "US"),
        ("+15551234567", "AU", "+15551234567", "US"),
        ("1-555-123-4567", "US", "+15551234567", "US"),
        ("+1 604 555 0100", "US", "+16045550100", "CA"),
        ("07700 900123", "GB", "+447700900123", "GB"),
        ("011 61 411 111 111", "US", "+61411111111", "AU"),
        ("61411111111", "US", "+61411111111", "AU"),
        ("447400123456", "AU", "+447400123456", "GB"),
        ("+390612345678", "AU", "+390612345678", "IT"),
        ("+800 1234 5678", "AU", "+80012345678", ""),
    ];
    for (text, default_country, expected, home) in table {
        assert_eq!(
            e164(text, default_country),
            Some((expected.to_owned(), home.to_owned())),
            "{text} in {default_country}"
        );
    }
}

#[test]
fn what_cannot_be_reached_is_refused() {
    for text in [
        "",
        "+",
        "+000",
        "000",
        "12345",
        "hello",
        "1800FLOWERS",
        "+61411111111x5",
        "+61411111111;ext=5",
        "tel:+61411111111",
        "+999123456789",
        "+6141111111111111",
        "*100#",
        "+61411111111,+61422222222",
        "a@b.example",
    ] {
        assert_eq!(e164(text, "AU"), None, "{text}");
    }
    assert_eq!(e164(&"1".repeat(10_000), "US"), None);
}

#[test]
fn the_test_numbers_are_accepted_and_recognised() {
    for text in super::TEST_NUMBERS {
        let recipient = Recipient::parse(text, country("US")).unwrap();
        assert_eq!(recipient.as_str(), text);
        assert!(recipient.is_test_number());
    }
    assert!(
        !Recipient::parse("+61411111112", country("AU"))
            .unwrap()
            .is_test_number()
    );
}

#[test]
fn country_codes_are_two_letters() {
    assert_eq!(CountryCode::parse("au"), Some(country("AU")));
    for text in ["", "A", "AUS", "A1", "Å", "  "] {
        assert_eq!(CountryCode::parse(text), None, "{text}");
    }
}

proptest! {
    #[test]
    fn anything_parses_to_e164_or_is_refused(text in "\\PC{0,48}") {
        if let Ok(recipient) = Recipient::parse(&text, country("US")) {
            let digits = recipient.as_str().strip_prefix('+').expect("a plus");
            prop_assert!((5..=17).contains(&digits.len()), "{digits}");
            prop_assert!(digits.bytes().all(|b| b.is_ascii_digit()));
        }
    }

    #[test]
    fn parsing_is_idempotent_whatever_the_country(digits in "[1-9][0-9]{6,14}", home in 0..247usize) {
        let home = crate::country::COUNTRIES[home].code;
        if let Ok(once) = Recipient::parse(&format!("+{digits}"), home) {
            let twice = Recipient::parse(once.as_str(), country("AU")).expect("its own output");
            prop_assert_eq!(once, twice);
        }
    }
}

proptest! {
    #[test]
    fn the_short_way_for_north_america_is_no_other_way(digits in "[0-9]{8,12}") {
        // With a space the text takes the library's way.
        let (short, long) = (format!("+1{digits}"), format!("+1 {digits}"));
        prop_assert_eq!(
            Recipient::parse(&short, country("US")).ok(),
            Recipient::parse(&long, country("US")).ok()
        );
    }
}

#[test]
fn landlines_are_known_where_the_plan_tells_them_apart() {
    let is_landline = |text: &str| {
        Recipient::parse(text, CountryCode::parse("AU").unwrap())
            .unwrap()
            .is_landline()
    };
    assert!(is_landline("+61298441484"));
    assert!(!is_landline("+61411111111"));
    assert!(!is_landline("+18019234886"), "either, in America");
}
