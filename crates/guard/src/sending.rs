//! What one call would send: the one thing that is judged, whoever would carry it.

use std::collections::BTreeMap;

use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;

/// One message to one recipient.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Item {
    /// E.164.
    pub to: String,
    pub country: Option<CountryCode>,
    pub segments: u32,
    /// `None`: nobody knows.
    pub price: Option<Micros>,
    /// When it would leave: its schedule, or now.
    pub leaves_at: UnixMicros,
}

/// A call's messages that would be accepted, in their order.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sending {
    pub channel: Channel,
    /// The account's; `None`: not known.
    pub currency: Option<Currency>,
    pub items: Vec<Item>,
    /// Messages that the platform itself refuses. They count nowhere.
    pub refused_by_platform: usize,
}

impl Sending {
    pub fn messages(&self) -> i64 {
        self.items.len() as i64
    }

    pub fn segments(&self) -> i64 {
        self.items.iter().map(|item| i64::from(item.segments)).sum()
    }

    /// `None`: the price of a message is not known.
    pub fn cost(&self) -> Option<Micros> {
        self.items
            .iter()
            .try_fold(Micros::ZERO, |sum, item| Some(sum.plus(item.price?)))
    }

    /// Messages to each recipient, in the order of their numbers.
    pub fn by_recipient(&self) -> BTreeMap<&str, i64> {
        self.count_by(|item| &item.to)
    }

    /// Messages to each prefix.
    pub fn by_prefix(&self) -> BTreeMap<&str, i64> {
        self.count_by(|item| prefix(&item.to))
    }

    fn count_by<'a>(&'a self, name: impl Fn(&'a Item) -> &'a str) -> BTreeMap<&'a str, i64> {
        let mut counts = BTreeMap::new();
        for item in &self.items {
            *counts.entry(name(item)).or_insert(0) += 1;
        }
        counts
    }
}

/// Digits behind the calling code that belong to a prefix.
const PREFIX_DIGITS: usize = 4;

/// Country calling code and four digits, of a number in E.164.
pub fn prefix(e164: &str) -> &str {
    let digits = e164.trim_start_matches('+');
    let length = (e164.len() - digits.len()) + calling_code_digits(digits) + PREFIX_DIGITS;
    e164.get(..length).unwrap_or(e164)
}

/// ITU-T E.164 hands calling codes out by zone; no code is the beginning of another one.
fn calling_code_digits(digits: &str) -> usize {
    match digits.as_bytes() {
        [b'1' | b'7', ..] => 1,
        [b'2', b'0' | b'7', ..]
        | [b'3', b'0'..=b'4' | b'6' | b'9', ..]
        | [b'4', b'0' | b'1' | b'3'..=b'9', ..]
        | [b'5', b'1'..=b'8', ..]
        | [b'6', b'0'..=b'6', ..]
        | [b'8', b'1' | b'2' | b'4' | b'6', ..]
        | [b'9', b'0'..=b'5' | b'8', ..] => 2,
        _ => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::prefix;

    #[test]
    fn a_prefix_is_the_calling_code_and_four_digits() {
        for (number, want) in [
            ("+61411111111", "+614111"),
            ("+15551234567", "+15551"),
            ("+79161234567", "+79161"),
            ("+447777777777", "+447777"),
            ("+35312345678", "+3531234"),
            ("+5931234567", "+5931234"),
            ("+961123456", "+9611234"),
            ("+612", "+612"),
        ] {
            assert_eq!(prefix(number), want, "{number}");
        }
    }
}
