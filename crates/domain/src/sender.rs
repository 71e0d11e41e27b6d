//! Whom a message claims to come from (clicksend-v3.md A.11).

use crate::phone::{CountryCode, Recipient};

const ALPHA_TAG_CHARS: std::ops::RangeInclusive<usize> = 3..=11;
const SHORT_CODE_DIGITS: std::ops::RangeInclusive<usize> = 3..=8;
const LONG_CODE_DIGITS: std::ops::RangeInclusive<usize> = 2..=15;

/// What the caller wrote in `from`, understood.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Sender {
    /// Nothing: a number of ours out of the shared pool.
    Shared,
    /// A word of 3 to 11 letters, digits and `+`, not all digits.
    AlphaTag(String),
    /// E.164, completed from the account's country.
    Number(Recipient),
    /// Three to eight digits.
    ShortCode(String),
    /// Two to fifteen digits that are no number of any plan.
    LongCode(String),
}

#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a sender is a word of 3 to 11 letters and digits, a telephone number or a short code")]
pub struct InvalidSender;

impl Sender {
    pub fn parse(from: &str, country: CountryCode) -> Result<Sender, InvalidSender> {
        let from = from.trim();
        if from.is_empty() {
            return Ok(Sender::Shared);
        }
        if from.bytes().any(|b| b.is_ascii_alphabetic()) {
            return alpha_tag(from);
        }
        if from.bytes().all(|b| b.is_ascii_digit()) && SHORT_CODE_DIGITS.contains(&from.len()) {
            return Ok(Sender::ShortCode(from.to_owned()));
        }
        if let Ok(number) = Recipient::parse(from, country) {
            return Ok(Sender::Number(number));
        }
        if from.bytes().all(|b| b.is_ascii_digit()) && LONG_CODE_DIGITS.contains(&from.len()) {
            return Ok(Sender::LongCode(from.to_owned()));
        }
        Err(InvalidSender)
    }

    /// As shown to clients and carriers; `None` for the pool, whose number the platform chooses.
    pub fn as_str(&self) -> Option<&str> {
        match self {
            Sender::Shared => None,
            Sender::Number(number) => Some(number.as_str()),
            Sender::AlphaTag(text) | Sender::ShortCode(text) | Sender::LongCode(text) => Some(text),
        }
    }
}

fn alpha_tag(from: &str) -> Result<Sender, InvalidSender> {
    let allowed = from.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'+');
    match allowed && ALPHA_TAG_CHARS.contains(&from.len()) {
        true => Ok(Sender::AlphaTag(from.to_owned())),
        false => Err(InvalidSender),
    }
}

#[cfg(test)]
mod tests {
    use super::{InvalidSender, Sender};
    use crate::phone::CountryCode;

    fn parse(from: &str) -> Result<Sender, InvalidSender> {
        Sender::parse(from, CountryCode::parse("AU").unwrap())
    }

    #[test]
    fn senders_are_recognised() {
        assert_eq!(parse("  "), Ok(Sender::Shared));
        assert_eq!(
            parse("sendmobile"),
            Ok(Sender::AlphaTag("sendmobile".into()))
        );
        assert_eq!(parse("A+1"), Ok(Sender::AlphaTag("A+1".into())));
        assert_eq!(parse("191919"), Ok(Sender::ShortCode("191919".into())));
        assert_eq!(
            parse("0451 919 865").unwrap().as_str(),
            Some("+61451919865")
        );
        assert_eq!(
            parse("+15551234567").unwrap().as_str(),
            Some("+15551234567")
        );
        assert_eq!(parse("99"), Ok(Sender::LongCode("99".into())));
        assert_eq!(parse("000000000"), Ok(Sender::LongCode("000000000".into())));
    }

    #[test]
    fn words_too_long_too_short_or_with_other_characters_are_refused() {
        for from in [
            "ab",
            "twelve chars",
            "abcdefghijkl",
            "My Shop",
            "shop!",
            "Zürich",
            "1",
            "+",
            "+1",
            "1234567890123456",
            "Ω",
        ] {
            assert_eq!(parse(from), Err(InvalidSender), "{from}");
        }
    }
}
