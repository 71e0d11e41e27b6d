//! Numbers that the built-in provider has on sale: the same ones at every installation, made from the number plan of their country.

use crate::money::Micros;
use crate::phone::{CountryCode, Recipient, example_mobile};

/// On sale in each country that has a number plan.
pub const PER_COUNTRY: u32 = 200;
/// Neighbours are not sold side by side: customers take them for one another. Prime to ten thousand, so no number comes twice.
const STRIDE: u32 = 37;
const FIRST: u32 = 1_001;
const ENDINGS: u32 = 10_000;
const ENDING_DIGITS: usize = 4;
/// What a number costs a month, in texts to its own country.
const TEXTS_A_MONTH: u32 = 200;
const MICROS_PER_CENT: i64 = 10_000;

/// What a number costs: once, and every month.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct NumberPrice {
    pub setup: Micros,
    pub monthly: Micros,
}

/// Every number on sale in a country, in E.164; none where no plan is known.
pub fn numbers(country: CountryCode) -> Vec<String> {
    let Some(example) = example_mobile(country) else {
        return Vec::new();
    };
    let Some(stem) = example
        .len()
        .checked_sub(ENDING_DIGITS)
        .and_then(|end| example.get(..end))
    else {
        return Vec::new();
    };
    (0..PER_COUNTRY)
        .map(|n| format!("{stem}{:04}", (FIRST + n * STRIDE) % ENDINGS))
        .filter(|number| {
            Recipient::parse(number, country).is_ok_and(|n| n.country() == Some(country))
        })
        .collect()
}

/// Where a text to the country has a price a number there has one: whole cents, nothing for setting it up.
pub const fn price(of_a_text: Micros) -> NumberPrice {
    let cents = of_a_text.times(TEXTS_A_MONTH).0 / MICROS_PER_CENT;
    NumberPrice {
        setup: Micros::ZERO,
        monthly: Micros(cents * MICROS_PER_CENT),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{PER_COUNTRY, numbers, price};
    use crate::country::COUNTRIES;
    use crate::money::Micros;
    use crate::phone::CountryCode;

    #[test]
    fn a_country_has_the_same_numbers_every_time_and_none_twice() {
        for code in ["AU", "US", "GB", "DE", "NZ", "IN", "ZA"] {
            let country = CountryCode::parse(code).unwrap();
            let found = numbers(country);
            assert_eq!(found, numbers(country));
            let distinct: BTreeSet<_> = found.iter().collect();
            assert_eq!(distinct.len(), PER_COUNTRY as usize, "{code}");
        }
    }

    #[test]
    fn no_number_is_on_sale_in_two_countries() {
        let all: Vec<_> = COUNTRIES.iter().flat_map(|c| numbers(c.code)).collect();
        let distinct: BTreeSet<_> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert!(numbers(CountryCode::parse("AQ").unwrap()).is_empty());
    }

    #[test]
    fn prices_are_whole_cents() {
        let price = price(Micros(79_200));
        assert_eq!(
            (price.setup, price.monthly),
            (Micros(0), Micros(15_840_000))
        );
    }
}
