//! What a remote account says that a send would cost, and what it says that it did cost: the answers of its `price` and `send` routes.

use std::collections::BTreeMap;
use std::str::FromStr as _;

use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use serde_json::Value;

use crate::sending::Sending;

#[cfg(test)]
mod tests;

/// The parts of ClickSend's answer that money depends on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Quoted {
    pub total: Micros,
    pub currency: Currency,
    /// Messages that are (or would be) accepted.
    pub accepted: i64,
    /// Price and segments of each message, where the answer has them.
    messages: Vec<(Option<Micros>, Option<u32>)>,
    /// What one segment cost, by the recipient's country: the dearest of each.
    rates: BTreeMap<String, Micros>,
}

impl Quoted {
    /// `None`: the answer is not ClickSend's envelope with a price in it.
    pub fn read(answer: &[u8]) -> Option<Quoted> {
        let answer: Value = serde_json::from_slice(answer).ok()?;
        let data = answer.get("data")?;
        let currency = data
            .get("_currency")?
            .get("currency_name_short")?
            .as_str()?;
        let messages = data.get("messages").and_then(Value::as_array)?;
        let messages: Vec<_> = messages
            .iter()
            .map(|message| {
                (
                    message.get("message_price").and_then(amount),
                    message.get("message_parts").and_then(count),
                )
            })
            .collect();
        let listed = data.get("messages").and_then(Value::as_array);
        let mut rates = BTreeMap::new();
        for (country, rate) in listed.into_iter().flatten().filter_map(rate) {
            let dearest = rates.entry(country).or_insert(rate);
            *dearest = rate.max(*dearest);
        }
        let queued = data.get("queued_count").and_then(Value::as_i64);
        Some(Quoted {
            total: data.get("total_price").and_then(amount)?,
            currency: Currency::from_str(currency).ok()?,
            accepted: queued
                .unwrap_or(messages.len() as i64)
                .clamp(0, messages.len() as i64),
            messages,
            rates,
        })
    }

    /// What one segment cost, by the recipient's country (ISO 3166).
    pub fn rates(&self) -> &BTreeMap<String, Micros> {
        &self.rates
    }

    pub fn segments(&self) -> i64 {
        self.messages
            .iter()
            .map(|(_, segments)| i64::from(segments.unwrap_or(0)))
            .sum()
    }

    /// Puts prices into a sending; where the answer's parts do not add up to its total the dearer reading holds.
    pub fn price(&self, sending: &mut Sending) {
        sending.currency = Some(self.currency);
        let each = self.messages.len() == sending.items.len()
            && self.messages.iter().all(|(price, _)| price.is_some());
        for (position, item) in sending.items.iter_mut().enumerate() {
            let (price, segments) = match each {
                true => self.messages[position],
                false => (Some(Micros::ZERO), None),
            };
            item.price = price;
            item.segments = item.segments.max(segments.unwrap_or(0));
        }
        let sum = sending.cost().unwrap_or(Micros::ZERO);
        if let (Some(first), true) = (sending.items.first_mut(), sum < self.total) {
            let missing = Micros(self.total.0 - sum.0);
            first.price = Some(first.price.unwrap_or(Micros::ZERO).plus(missing));
        }
    }
}

/// Country and price of a segment of one message that costs something.
fn rate(message: &Value) -> Option<(String, Micros)> {
    let country = CountryCode::parse(message.get("country")?.as_str()?)?;
    let price = message.get("message_price").and_then(amount)?;
    let segments = i64::from(message.get("message_parts").and_then(count)?.max(1));
    // Rounded up: nobody is charged less than is counted.
    let each = Micros((price.0 + segments - 1) / segments);
    (each.0 > 0).then(|| (country.to_string(), each))
}

/// A number or decimal text, rounded up: nobody is charged less than is counted.
fn amount(value: &Value) -> Option<Micros> {
    let text = match value {
        Value::String(text) => return Micros::parse(text.trim()).ok(),
        Value::Number(number) => number.as_f64()?,
        _ => return None,
    };
    let micros = text * 1_000_000.0;
    // A binary fraction may lie a hair above the decimal that was meant.
    (0.0..1e15)
        .contains(&micros)
        .then(|| Micros((micros - 1e-3).ceil().max(0.0) as i64))
}

fn count(value: &Value) -> Option<u32> {
    match value {
        Value::String(text) => text.trim().parse().ok(),
        Value::Number(number) => number.as_u64().and_then(|n| u32::try_from(n).ok()),
        _ => None,
    }
}
