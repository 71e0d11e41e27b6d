use proptest::prelude::*;

use super::Micros;

#[test]
fn amounts_are_written_with_four_and_six_decimals() {
    for (micros, four, six) in [
        (0, "0.0000", "0.000000"),
        (79_200, "0.0792", "0.079200"),
        (7_705_000, "7.7050", "7.705000"),
        (4_998_000, "4.9980", "4.998000"),
        (49, "0.0000", "0.000049"),
        (50, "0.0001", "0.000050"),
        (-50, "-0.0001", "-0.000050"),
        (-49, "0.0000", "-0.000049"),
        (i64::MAX, "9223372036854.7758", "9223372036854.775807"),
        (i64::MIN, "-9223372036854.7758", "-9223372036854.775808"),
    ] {
        assert_eq!(Micros(micros).to_4_decimals(), four);
        assert_eq!(Micros(micros).to_string(), six);
    }
}

#[test]
fn amounts_that_two_people_could_read_differently_are_refused() {
    for text in [
        "",
        ".",
        "-1",
        "+1",
        "1e3",
        "1,5",
        "1 000",
        "0.0000001",
        "١",
        "1.2.3",
        "99999999999999999999",
        "9223372036855",
    ] {
        assert!(Micros::parse(text).is_err(), "{text}");
    }
    assert_eq!(Micros::parse(".5"), Ok(Micros(500_000)));
    assert_eq!(Micros::parse("3."), Ok(Micros(3_000_000)));
}

proptest! {
    #[test]
    fn six_decimals_read_back(micros in 0..=i64::MAX) {
        prop_assert_eq!(Micros::parse(&Micros(micros).to_string()), Ok(Micros(micros)));
    }
}
