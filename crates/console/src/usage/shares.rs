//! The same numbers by country or by key: who has most comes first.

use std::collections::BTreeMap;

use postern_store::statistics::Part;

use super::{money, rate};

/// The rest is one line.
const SHOWN_MAX: usize = 20;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Share {
    pub(super) name: String,
    pub(super) href: Option<String>,
    pub(super) messages: i64,
    pub(super) failed: i64,
    pub(super) arrived: String,
    pub(super) spend: String,
    micros: i64,
    /// Of the largest, for its bar.
    pub(super) percent: i64,
}

impl Share {
    fn add(&mut self, messages: i64, failed: i64, micros: i64) {
        self.messages += messages;
        self.failed += failed;
        self.micros += micros;
    }
}

pub(super) fn shares(
    parts: &[Part],
    name: impl Fn(&Part) -> (String, Option<String>),
) -> Vec<Share> {
    let mut by_name: BTreeMap<(String, Option<String>), Share> = BTreeMap::new();
    for part in parts {
        let share = by_name.entry(name(part)).or_default();
        share.add(part.messages, part.bounced, part.price.0);
    }
    let named = by_name.into_iter().map(|((name, href), share)| Share {
        name,
        href,
        ..share
    });
    let mut shares: Vec<Share> = named.filter(|share| share.messages > 0).collect();
    shares.sort_by_key(|share| std::cmp::Reverse(share.messages));
    if shares.len() > SHOWN_MAX {
        let mut rest = Share {
            name: format!("{} others", shares.len() - SHOWN_MAX),
            ..Share::default()
        };
        for share in shares.drain(SHOWN_MAX..) {
            rest.add(share.messages, share.failed, share.micros);
        }
        shares.push(rest);
    }
    let largest = shares.iter().map(|share| share.messages).max().unwrap_or(1);
    for share in &mut shares {
        share.percent = (share.messages * 100 / largest.max(1)).max(1);
        share.arrived = rate(share.messages, share.failed);
        share.spend = money(postern_domain::money::Micros(share.micros));
    }
    shares
}

#[cfg(test)]
mod tests {
    use super::*;
    use postern_domain::money::Micros;

    #[test]
    fn the_largest_come_first_and_the_rest_is_one_line() {
        let part = |country: String, messages| Part {
            country,
            key_id: String::new(),
            messages,
            price: Micros(messages * 10_000),
            bounced: 1,
        };
        let mut parts: Vec<Part> = (1..=22).map(|n| part(format!("C{n:02}"), n)).collect();
        parts.push(part("C01".to_owned(), 100));
        let found = shares(&parts, |part| (part.country.clone(), None));
        assert_eq!(
            (found[0].name.as_str(), found[0].messages, found[0].failed),
            ("C01", 101, 2)
        );
        assert_eq!(found[0].percent, 100);
        assert_eq!(found[20].name, "2 others");
        assert_eq!(
            (found.len(), found[20].messages, found[20].spend.as_str()),
            (21, 5, "0.0500")
        );
    }
}
