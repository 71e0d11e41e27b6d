//! Telephone numbers as E.164, completed from a country where they are written in the local way.

use std::fmt;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
};

mod nanpa;
#[cfg(test)]
mod tests;

/// Longest text that is looked at as a number: 15 digits with generous punctuation.
const NUMBER_BYTES_MAX: usize = 40;

/// Shorter than this a number without plus is always local.
const DIGITS_WITHOUT_PLUS_MIN: usize = 11;

/// Numbers that the real service accepts without sending or charging anything (clicksend-v3.md A.12).
const TEST_NUMBERS: [&str; 8] = [
    "+61411111111",
    "+61422222222",
    "+61433333333",
    "+61444444444",
    "+14055555555",
    "+14055555666",
    "+447777777777",
    "+8615555555555",
];

/// ISO 3166-1 alpha-2, upper case. Also holds user-assigned codes such as XK.
#[derive(Copy, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CountryCode([u8; 2]);

/// Text that cannot be made into a number somebody could be reached at.
#[derive(Copy, Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("not a telephone number that can receive messages")]
pub struct InvalidRecipient;

/// A number in E.164 (`+61411111111`) whose length is possible in its country. Deliberately not "valid": number plans change faster than
/// any table, and the numbers of ClickSend's own examples (`+1555…`) are in no plan.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Recipient {
    e164: String,
    country: Option<CountryCode>,
}

impl CountryCode {
    /// Two ASCII letters in any case, nothing else.
    pub fn parse(text: &str) -> Option<CountryCode> {
        match *text.as_bytes() {
            [a, b] if a.is_ascii_alphabetic() && b.is_ascii_alphabetic() => Some(CountryCode([
                a.to_ascii_uppercase(),
                b.to_ascii_uppercase(),
            ])),
            _ => None,
        }
    }

    /// For tables in code: panics at compile time on anything but two upper-case letters.
    pub const fn from_upper(code: [u8; 2]) -> CountryCode {
        assert!(code[0].is_ascii_uppercase() && code[1].is_ascii_uppercase());
        CountryCode(code)
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("two ASCII letters by construction")
    }

    /// `None` for territories without a number plan of their own (AQ, HM, …) and for retired codes (AN).
    fn region(self) -> Option<Region> {
        Region::from_code(self.as_str()).ok()
    }
}

impl fmt::Debug for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Display for CountryCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Recipient {
    /// International with `+` or the country's own prefix, or local to `default_country`. Many callers drop the plus, so eleven digits and
    /// more that are no valid local number but a valid international one are taken as that.
    pub fn parse(text: &str, default_country: CountryCode) -> Result<Recipient, InvalidRecipient> {
        let text = text.trim();
        if let Some(national) = nanpa::national(text) {
            return Ok(Recipient {
                e164: text.to_owned(),
                country: Some(nanpa::country(national)),
            });
        }
        if text.len() > NUMBER_BYTES_MAX || text.contains(not_in_numbers) {
            return Err(InvalidRecipient);
        }
        let local = parse_in(text, default_country.region()).filter(is_possible);
        let number = match local {
            Some(number) if text.starts_with('+') || is_valid(&number) => Some(number),
            local => parse_without_plus(text).or(local),
        };
        number
            .map(|number| Recipient::from_number(&number))
            .ok_or(InvalidRecipient)
    }

    fn from_number(number: &PhoneNumber) -> Recipient {
        let e164 = PHONE_NUMBER_UTIL
            .format(number, PhoneNumberFormat::E164)
            .into_owned();
        let country = match nanpa::national(&e164) {
            Some(national) => Some(nanpa::country(national)),
            None => PHONE_NUMBER_UTIL
                .get_region_for_number(number)
                .or_else(|| PHONE_NUMBER_UTIL.get_region_for_country_code(number.country_code))
                .and_then(|region| CountryCode::parse(&region.as_region_str())),
        };
        Recipient { e164, country }
    }

    /// E.164 with its plus.
    pub fn as_str(&self) -> &str {
        &self.e164
    }

    /// `None` for numbers that belong to no country (+800 freephone, +870 satellites). A number outside its plan belongs to the main
    /// country of its calling code, so `+1555…` is US.
    pub fn country(&self) -> Option<CountryCode> {
        self.country
    }

    /// The number plan says that this is a fixed line and nothing else.
    pub fn is_landline(&self) -> bool {
        parse_in(&self.e164, None).is_some_and(|number| {
            PHONE_NUMBER_UTIL.get_number_type(&number) == PhoneNumberType::FixedLine
        })
    }

    /// One of the numbers to which nothing is ever sent and for which nothing is charged.
    pub fn is_test_number(&self) -> bool {
        TEST_NUMBERS.contains(&self.as_str())
    }
}

/// A mobile number of the country's plan, in E.164; `None` where no plan is known.
pub(crate) fn example_mobile(country: CountryCode) -> Option<String> {
    let example = PHONE_NUMBER_UTIL
        .get_example_number_for_type_and_region(country.region()?, PhoneNumberType::Mobile)
        .ok()?;
    let text = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::E164);
    Some(text.into_owned())
}

/// Letters would be read as vanity digits (`1800FLOWERS`), `;` and `=` as `tel:` parameters, `*` and `#` as service codes.
fn not_in_numbers(c: char) -> bool {
    c.is_alphabetic() || c.is_control() || matches!(c, ';' | '=' | '*' | '#' | ',' | '@' | ':')
}

fn parse_in(text: &str, region: Option<Region>) -> Option<PhoneNumber> {
    PHONE_NUMBER_UTIL
        .parse(text, region)
        .ok()
        .filter(|number| number.extension.is_none())
}

fn parse_without_plus(text: &str) -> Option<PhoneNumber> {
    let digits = text.bytes().filter(u8::is_ascii_digit).count();
    if digits < DIGITS_WITHOUT_PLUS_MIN || text.starts_with(['+', '0']) {
        return None;
    }
    parse_in(&format!("+{text}"), None).filter(is_valid)
}

fn is_valid(number: &PhoneNumber) -> bool {
    PHONE_NUMBER_UTIL.is_valid_number(number)
}

/// The length fits a mobile or fixed line of its country, or the number is known to be valid (machines, satellites). Libphonenumber's
/// own notion is wider: it counts service codes, so `12345` would be possible in Australia. Leading zeros are kept where a plan has them
/// and are a trunk prefix written by mistake elsewhere, so they must be valid.
fn is_possible(number: &PhoneNumber) -> bool {
    if number.italian_leading_zero() {
        return is_valid(number);
    }
    [PhoneNumberType::Mobile, PhoneNumberType::FixedLine]
        .into_iter()
        .any(|kind| {
            matches!(
                PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, kind),
                Ok(NumberLengthType::IsPossible)
            )
        })
        || is_valid(number)
}
