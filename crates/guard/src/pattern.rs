//! Whom a recipient list names: one number, a prefix, or a country.

use std::fmt;
use std::str::FromStr;

use postern_domain::phone::CountryCode;

use crate::sending::Item;

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Pattern {
    /// E.164.
    Number(String),
    /// With its plus, without the star.
    Prefix(String),
    Country(CountryCode),
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is neither a number (`+61411111111`) nor a prefix (`+61*`) nor a country (`AU`)")]
pub struct InvalidPattern(String);

const DIGITS_MAX: usize = 15;

impl FromStr for Pattern {
    type Err = InvalidPattern;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let invalid = || InvalidPattern(text.chars().take(64).collect());
        if let Some(country) = CountryCode::parse(text) {
            return Ok(Pattern::Country(country));
        }
        let (number, is_prefix) = match text.strip_suffix('*') {
            Some(prefix) => (prefix, true),
            None => (text, false),
        };
        let digits = number.strip_prefix('+').ok_or_else(invalid)?;
        // `+*` would be everybody; that is said by leaving the list out.
        let least = if is_prefix { 1 } else { 5 };
        let fits = (least..=DIGITS_MAX).contains(&digits.len())
            && digits.bytes().all(|b| b.is_ascii_digit())
            && !digits.starts_with('0');
        match (fits, is_prefix) {
            (false, _) => Err(invalid()),
            (true, true) => Ok(Pattern::Prefix(number.to_owned())),
            (true, false) => Ok(Pattern::Number(number.to_owned())),
        }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Pattern::Number(number) => f.write_str(number),
            Pattern::Prefix(prefix) => write!(f, "{prefix}*"),
            Pattern::Country(country) => country.fmt(f),
        }
    }
}

impl Pattern {
    pub(crate) fn names(&self, item: &Item) -> bool {
        match self {
            Pattern::Number(number) => *number == item.to,
            Pattern::Prefix(prefix) => item.to.starts_with(prefix),
            Pattern::Country(country) => item.country == Some(*country),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Pattern;

    #[test]
    fn forms_round_trip() {
        for text in ["+61411111111", "+61*", "AU", "+1*"] {
            assert_eq!(text.parse::<Pattern>().unwrap().to_string(), text);
        }
        assert_eq!("au".parse::<Pattern>().unwrap().to_string(), "AU");
    }

    #[test]
    fn what_could_be_misread_is_refused() {
        for text in [
            "",
            "*",
            "+*",
            "61*",
            "+61 4*",
            "+0*",
            "0411111111",
            "+614",
            "+61*4",
            "AUS",
            "+6141111111111111",
        ] {
            assert!(text.parse::<Pattern>().is_err(), "{text}");
        }
    }
}
