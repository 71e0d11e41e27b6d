use proptest::prelude::*;

use super::RateTable;
use crate::country::COUNTRIES;
use crate::money::{Currency, Micros};
use crate::phone::CountryCode;

#[test]
fn the_sample_serves_every_country_in_every_currency() {
    let table = RateTable::sample();
    for country in COUNTRIES {
        for currency in Currency::ALL {
            let rate = table.rate(country.code, *currency).expect(country.name);
            assert!(rate > Micros::ZERO);
            assert_eq!(rate.0 % 100, 0, "four decimals are what answers show");
        }
    }
    assert!(super::SAMPLE.starts_with("# SAMPLE PRICES."));
}

#[test]
fn errors_name_the_line_and_the_fix() {
    for (text, message) in [
        (
            "",
            "price table, line 1: no header; the first line names the columns: `country`, tab, currency codes",
        ),
        (
            "# x\nland\tUSD",
            "price table, line 2: the first column is called `country`",
        ),
        ("country", "price table, line 1: no currency column"),
        (
            "country\tUSD\tUSD",
            "price table, line 1: USD has two columns",
        ),
        (
            "country\tXXX",
            "price table, line 1: `XXX` is not one of `AUD` `CAD` `EUR` `GBP` `INR` `NZD` `USD` `ZAR`",
        ),
        (
            "country\tUSD\nAUS\t1",
            "price table, line 2: `AUS` is not a two-letter country code",
        ),
        (
            "country\tUSD\nAU",
            "price table, line 2: no cell for USD; leave it empty but keep its tab",
        ),
        (
            "country\tUSD\nAU\t-1",
            "price table, line 2: `-1` is not an amount: write digits, at most six of them after the point",
        ),
        (
            "country\tUSD\nAU\t1001",
            "price table, line 2: 1001 USD for one segment is more than 1000",
        ),
        (
            "country\tUSD\n\nAU\t1\nAU\t2",
            "price table, line 4: AU has a price in USD already",
        ),
        (
            "country\tUSD\nAU\t1\t2",
            "price table, line 2: `2` stands in a column without a currency",
        ),
    ] {
        assert_eq!(RateTable::parse(text).unwrap_err().to_string(), message);
    }
}

#[test]
fn an_empty_cell_is_a_country_not_served() {
    let table = RateTable::parse("\u{feff}country\tUSD\tAUD\r\nAU\t\t0.07\r\n").unwrap();
    let au = CountryCode::parse("AU").unwrap();
    assert_eq!(table.quote(au, Currency::Usd, 1), None);
    assert_eq!(table.quote(au, Currency::Aud, 3), Some(Micros(210_000)));
}

proptest! {
    #[test]
    fn a_quote_is_the_sum_of_its_segments(price in 0..=super::PRICE_MICROS_MAX, segments in 0u32..9) {
        let table = RateTable::parse(&format!("country\tEUR\nDE\t{}", Micros(price))).unwrap();
        let de = CountryCode::parse("DE").unwrap();
        let one = table.rate(de, Currency::Eur).unwrap();
        let sum: Micros = (0..segments).map(|_| one).sum();
        prop_assert_eq!(table.quote(de, Currency::Eur, segments), Some(sum));
    }
}

#[test]
fn every_channels_sample_serves_the_same_countries() {
    let sms = RateTable::sample();
    for table in [RateTable::sample_voice(), RateTable::sample_mms()] {
        let countries: std::collections::HashSet<_> = table.rates.keys().collect();
        assert_eq!(countries, sms.rates.keys().collect());
    }
}
