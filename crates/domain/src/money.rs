//! Amounts of money as integers, and the currencies in which accounts are kept.

use std::fmt;
use std::iter::Sum;

use crate::words::words;

#[cfg(test)]
mod tests;

const MICROS_PER_UNIT: i64 = 1_000_000;
const DECIMALS_MAX: usize = 6;

/// Millionths of a currency's main unit. The currency stands beside it, never inside: amounts of two currencies do not meet.
/// Arithmetic saturates; prices are bounded where they are read (`price::PRICE_MICROS_MAX`), so sums of one call stay far from the edge.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Micros(pub i64);

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not an amount: write digits, at most six of them after the point")]
pub struct InvalidAmount(pub String);

words! {
    /// ISO 4217 codes of the currencies that accounts can be kept in.
    pub enum Currency {
        Aud = "AUD",
        Cad = "CAD",
        Eur = "EUR",
        Gbp = "GBP",
        Inr = "INR",
        Nzd = "NZD",
        Usd = "USD",
        Zar = "ZAR",
    }
}

impl Micros {
    pub const ZERO: Micros = Micros(0);

    #[must_use]
    pub const fn plus(self, other: Micros) -> Micros {
        Micros(self.0.saturating_add(other.0))
    }

    #[must_use]
    pub const fn times(self, count: u32) -> Micros {
        Micros(self.0.saturating_mul(count as i64))
    }

    /// Non-negative decimal text: `12`, `0.0792`, `.5`. No sign, no exponent, no grouping: nothing that two people could read differently.
    pub fn parse(text: &str) -> Result<Micros, InvalidAmount> {
        let invalid = || InvalidAmount(text.to_owned());
        let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
        let digits = |part: &str| part.bytes().all(|b| b.is_ascii_digit());
        if (whole.is_empty() && fraction.is_empty())
            || !digits(whole)
            || !digits(fraction)
            || fraction.len() > DECIMALS_MAX
        {
            return Err(invalid());
        }
        let whole: i64 = match whole {
            "" => 0,
            _ => whole.parse().map_err(|_| invalid())?,
        };
        let fraction: i64 = format!("{fraction:0<DECIMALS_MAX$}")
            .parse()
            .map_err(|_| invalid())?;
        whole
            .checked_mul(MICROS_PER_UNIT)
            .and_then(|micros| micros.checked_add(fraction))
            .map(Micros)
            .ok_or_else(invalid)
    }

    /// Four decimals, half away from zero: `message_price` of send answers.
    pub fn to_4_decimals(self) -> String {
        let tenths_of_milli = (i128::from(self.0.unsigned_abs()) + 50) / 100;
        let sign = if self.0 < 0 && tenths_of_milli > 0 {
            "-"
        } else {
            ""
        };
        format!(
            "{sign}{}.{:04}",
            tenths_of_milli / 10_000,
            tenths_of_milli % 10_000
        )
    }
}

/// All six decimals: `balance`, and the price of history rows.
impl fmt::Display for Micros {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let amount = self.0.unsigned_abs();
        let unit = MICROS_PER_UNIT.unsigned_abs();
        write!(f, "{sign}{}.{:06}", amount / unit, amount % unit)
    }
}

impl Sum for Micros {
    fn sum<I: Iterator<Item = Micros>>(amounts: I) -> Micros {
        amounts.fold(Micros::ZERO, Micros::plus)
    }
}

impl Currency {
    pub const fn long_name(self) -> &'static str {
        match self {
            Currency::Aud => "Australian Dollars",
            Currency::Cad => "Canadian Dollars",
            Currency::Eur => "Euros",
            Currency::Gbp => "British Pounds",
            Currency::Inr => "Indian Rupees",
            Currency::Nzd => "New Zealand Dollars",
            Currency::Usd => "US Dollars",
            Currency::Zar => "South African Rand",
        }
    }

    /// In front of amounts in the main unit.
    pub const fn main_prefix(self) -> &'static str {
        match self {
            Currency::Aud | Currency::Cad | Currency::Nzd | Currency::Usd => "$",
            Currency::Eur => "€",
            Currency::Gbp => "£",
            Currency::Inr => "₹",
            Currency::Zar => "R",
        }
    }

    /// Beside amounts in hundredths.
    pub const fn hundredth_prefix(self) -> &'static str {
        match self {
            Currency::Gbp => "p",
            Currency::Inr => "p",
            Currency::Aud
            | Currency::Cad
            | Currency::Eur
            | Currency::Nzd
            | Currency::Usd
            | Currency::Zar => "c",
        }
    }
}
