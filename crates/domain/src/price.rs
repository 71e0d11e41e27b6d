//! What a message costs: a table of prices per segment, country and currency, and the one function that multiplies.

use std::collections::HashMap;

use crate::money::{Currency, Micros};
use crate::phone::CountryCode;

#[cfg(test)]
mod tests;

/// No segment costs more than a thousand units; what says so is a typing error, and the bound keeps every sum of a call exact.
pub const PRICE_MICROS_MAX: i64 = 1_000_000_000;

/// Clearly labelled sample prices, used until an operator brings a file of the same form.
const SAMPLE: &str = include_str!("../data/sample-prices.tsv");
const SAMPLE_VOICE: &str = include_str!("../data/sample-voice-prices.tsv");
const SAMPLE_MMS: &str = include_str!("../data/sample-mms-prices.tsv");

/// Price of one segment for each country and currency. A pair that is missing is not served.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RateTable {
    rates: HashMap<(CountryCode, Currency), Micros>,
}

/// Names the line (from 1) and what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("price table, line {line}: {problem}")]
pub struct InvalidRateTable {
    pub line: usize,
    pub problem: String,
}

impl RateTable {
    pub fn sample() -> RateTable {
        RateTable::parse(SAMPLE).expect("the shipped table is tested")
    }

    /// Per part of a call.
    pub fn sample_voice() -> RateTable {
        RateTable::parse(SAMPLE_VOICE).expect("the shipped table is tested")
    }

    /// Per picture message.
    pub fn sample_mms() -> RateTable {
        RateTable::parse(SAMPLE_MMS).expect("the shipped table is tested")
    }

    /// The form is described at the head of `data/sample-prices.tsv`.
    pub fn parse(text: &str) -> Result<RateTable, InvalidRateTable> {
        let mut lines = text
            .trim_start_matches('\u{feff}')
            .lines()
            .enumerate()
            .map(|(i, line)| (i + 1, line.trim_end_matches('\r')))
            .filter(|(_, line)| !line.trim().is_empty() && !line.starts_with('#'));
        let (line, header) = lines.next().ok_or_else(|| InvalidRateTable {
            line: 1,
            problem: "no header; the first line names the columns: `country`, tab, currency codes"
                .to_owned(),
        })?;
        let currencies = parse_header(header).map_err(at(line))?;
        let mut table = RateTable::default();
        for (line, row) in lines {
            table.parse_row(row, &currencies).map_err(at(line))?;
        }
        Ok(table)
    }

    fn parse_row(&mut self, row: &str, currencies: &[Currency]) -> Result<(), String> {
        let mut cells = row.split('\t').map(str::trim);
        let code = cells.next().unwrap_or_default();
        let country = CountryCode::parse(code)
            .ok_or_else(|| format!("`{code}` is not a two-letter country code"))?;
        for currency in currencies {
            let cell = cells.next().ok_or_else(|| {
                format!("no cell for {currency}; leave it empty but keep its tab")
            })?;
            if cell.is_empty() {
                continue;
            }
            let price = Micros::parse(cell).map_err(|e| e.to_string())?;
            if price.0 > PRICE_MICROS_MAX {
                return Err(format!(
                    "{cell} {currency} for one segment is more than 1000"
                ));
            }
            if self.rates.insert((country, *currency), price).is_some() {
                return Err(format!("{country} has a price in {currency} already"));
            }
        }
        match cells.next() {
            None => Ok(()),
            Some(cell) => Err(format!("`{cell}` stands in a column without a currency")),
        }
    }

    /// Price of one segment; `None` when the country is not served in that currency.
    pub fn rate(&self, country: CountryCode, currency: Currency) -> Option<Micros> {
        self.rates.get(&(country, currency)).copied()
    }

    /// Quote and charge alike: segments × rate.
    pub fn quote(&self, country: CountryCode, currency: Currency, segments: u32) -> Option<Micros> {
        self.rate(country, currency)
            .map(|rate| rate.times(segments))
    }
}

fn parse_header(header: &str) -> Result<Vec<Currency>, String> {
    let mut cells = header.split('\t').map(str::trim);
    if cells.next() != Some("country") {
        return Err("the first column is called `country`".to_owned());
    }
    let mut currencies = Vec::new();
    for cell in cells {
        let currency = cell.parse::<Currency>().map_err(|e| e.to_string())?;
        if currencies.contains(&currency) {
            return Err(format!("{currency} has two columns"));
        }
        currencies.push(currency);
    }
    match currencies.is_empty() {
        true => Err("no currency column".to_owned()),
        false => Ok(currencies),
    }
}

fn at(line: usize) -> impl Fn(String) -> InvalidRateTable {
    move |problem| InvalidRateTable { line, problem }
}
