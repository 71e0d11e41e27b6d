//! What webhooks of an account tell, in the order in which it was numbered: for whoever listens without an address of their own. Texts and
//! receipts are read from where they are kept; nothing is written for it.

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;

use crate::inbound::{self, Inbound};
use crate::messages::numbering;
use crate::receipts::{self, Receipt};
use crate::{Result, Tx};

/// Of each stretch of numbers, read at once: seven hundred rows at most.
const STEP: i64 = 100;
/// Stretches of receipts: those that are polled and those that are not, of each channel.
const STRETCHES: usize = 2 * Channel::ALL.len();

/// Up to where an account's events have been seen: the last number of each stretch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    inbound: i64,
    receipts: [i64; STRETCHES],
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    Inbound(i64, Inbound),
    Receipt(i64, Channel, Receipt),
}

impl Event {
    pub fn at(&self) -> UnixMicros {
        match self {
            Event::Inbound(_, text) => text.at,
            Event::Receipt(_, _, receipt) => receipt.at,
        }
    }
}

impl Place {
    /// As [`Place::parse`] reads it.
    pub fn to_text(&self) -> String {
        let numbers = std::iter::once(&self.inbound).chain(&self.receipts);
        let numbers: Vec<String> = numbers.map(i64::to_string).collect();
        numbers.join("-")
    }

    pub fn parse(text: &str) -> Option<Place> {
        let numbers: Option<Vec<i64>> = text
            .split('-')
            .map(|number| number.parse().ok().filter(|number| *number >= 0))
            .collect();
        let (inbound, receipts) = numbers?.split_first().map(|(a, b)| (*a, b.to_vec()))?;
        Some(Place {
            inbound,
            receipts: receipts.try_into().ok()?,
        })
    }
}

/// The first number before each stretch, and its last one.
fn stretches() -> impl Iterator<Item = (Channel, i64, i64)> {
    Channel::ALL.iter().flat_map(|channel| {
        let (base, middle, end) = (
            numbering::base(*channel),
            numbering::unpolled(*channel, 0),
            numbering::end(*channel),
        );
        [(*channel, base, middle), (*channel, middle, end)]
    })
}

/// Behind everything that is there.
pub fn newest(tx: &mut Tx<'_>, account: AccountId) -> Result<Place> {
    let mut receipts = [0; STRETCHES];
    for (place, (_, low, high)) in receipts.iter_mut().zip(stretches()) {
        *place = receipts::last_number(tx, account, low, high)?.unwrap_or(low);
    }
    Ok(Place {
        inbound: inbound::last_number(tx, account)?,
        receipts,
    })
}

/// What comes next, the earliest first, and the place behind it.
pub fn after(tx: &mut Tx<'_>, account: AccountId, place: &Place) -> Result<(Vec<Event>, Place)> {
    let mut next = place.clone();
    let mut found = Vec::new();
    for (number, text) in inbound::after(tx, account, place.inbound, STEP)? {
        next.inbound = number;
        found.push(Event::Inbound(number, text));
    }
    for (seen, (channel, low, high)) in next.receipts.iter_mut().zip(stretches()) {
        for (number, receipt) in receipts::after(tx, account, (*seen).max(low), high, STEP)? {
            *seen = number;
            found.push(Event::Receipt(number, channel, receipt));
        }
    }
    found.sort_by_key(Event::at);
    Ok((found, next))
}

#[cfg(test)]
mod tests {
    use super::Place;

    #[test]
    fn places_are_read_as_they_are_written() {
        let place = Place {
            inbound: 7,
            receipts: [1, 2, 3, 4, 5, 1_000_000_000_000_001],
        };
        assert_eq!(Place::parse(&place.to_text()), Some(place));
        for text in [
            "",
            "7",
            "1-2-3-4-5-6-7-8",
            "1-2-3-4-5-6-x",
            "1-2-3-4-5-6--7",
        ] {
            assert_eq!(Place::parse(text), None, "{text}");
        }
    }
}
