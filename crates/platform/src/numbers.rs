//! Everything under `/v3/numbers`, one file an operation. Numbers are sold by the built-in provider.

mod buy;
mod list;
mod register;
mod search;

use postern_domain::catalogue::{self, NumberPrice};
use postern_domain::country::COUNTRIES;
use postern_domain::money::Micros;
use postern_domain::phone::CountryCode;
use postern_store::accounts::Account;

use crate::state::PlatformState;

pub(crate) use buy::buy;
pub(crate) use list::list;
pub(crate) use register::register;
pub(crate) use search::search;

/// One price for the catalogue, the purchase and the list; `None`: nothing is on sale there in this currency.
fn price(state: &PlatformState, account: &Account, country: CountryCode) -> Option<NumberPrice> {
    let of_a_text = state.prices.rate(country, account.currency)?;
    Some(catalogue::price(of_a_text))
}

/// Two decimals: such prices are whole cents.
fn cents(amount: Micros) -> String {
    let text = amount.to_4_decimals();
    text.strip_suffix("00").unwrap_or(&text).to_owned()
}

fn country_name(country: CountryCode) -> &'static str {
    let found = COUNTRIES.iter().find(|known| known.code == country);
    found.map_or("", |known| known.name)
}
