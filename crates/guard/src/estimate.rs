//! Prices while the provider does not tell its own: what it charged before, and failing that a ceiling that somebody set.

use std::collections::BTreeMap;

use postern_domain::money::{Currency, Micros};

use crate::sending::{Item, Sending};

/// By what a segment to each country (ISO 3166) cost before. `false`: a country is missing, and nothing was priced.
pub fn by_rates(
    sending: &mut Sending,
    currency: Currency,
    rates: &BTreeMap<String, Micros>,
) -> bool {
    let rate = |item: &Item| rates.get(&item.country?.to_string()).copied();
    let prices: Option<Vec<Micros>> = sending
        .items
        .iter()
        .map(|item| Some(times(rate(item)?, item)))
        .collect();
    let Some(prices) = prices else {
        return false;
    };
    sending.currency = Some(currency);
    for (item, price) in sending.items.iter_mut().zip(prices) {
        item.price = Some(price);
    }
    true
}

/// By the most that a segment may cost.
pub fn by_ceiling(sending: &mut Sending, currency: Currency, ceiling: Micros) {
    sending.currency = Some(currency);
    for item in &mut sending.items {
        item.price = Some(times(ceiling, item));
    }
}

fn times(rate: Micros, item: &Item) -> Micros {
    Micros(rate.0.saturating_mul(i64::from(item.segments)))
}

#[cfg(test)]
mod tests {
    use postern_domain::channel::Channel;
    use postern_domain::phone::CountryCode;
    use postern_domain::time::UnixMicros;

    use super::*;

    fn item(country: Option<&str>, segments: u32) -> Item {
        Item {
            to: "+61411000000".to_owned(),
            country: country.and_then(CountryCode::parse),
            segments,
            price: None,
            leaves_at: UnixMicros(0),
        }
    }

    fn sending(items: Vec<Item>) -> Sending {
        Sending {
            channel: Channel::Sms,
            currency: None,
            items,
            refused_by_platform: 0,
        }
    }

    #[test]
    fn every_segment_costs_what_its_country_cost() {
        let rates = BTreeMap::from([
            ("AU".to_owned(), Micros(70_000)),
            ("NZ".to_owned(), Micros(90_000)),
        ]);
        let mut known = sending(vec![item(Some("AU"), 2), item(Some("NZ"), 1)]);
        assert!(by_rates(&mut known, Currency::Aud, &rates));
        assert_eq!(
            (known.cost(), known.currency),
            (Some(Micros(230_000)), Some(Currency::Aud))
        );
        for unknown in [Some("US"), None] {
            let mut sending = sending(vec![item(Some("AU"), 2), item(unknown, 1)]);
            assert!(!by_rates(&mut sending, Currency::Aud, &rates));
            assert_eq!((sending.cost(), sending.currency), (None, None));
            by_ceiling(&mut sending, Currency::Usd, Micros(500_000));
            assert_eq!(
                (sending.cost(), sending.currency),
                (Some(Micros(1_500_000)), Some(Currency::Usd))
            );
        }
    }
}
