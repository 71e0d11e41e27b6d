//! `GET /v3/numbers/search/{country}`: what is on sale, without what somebody has bought.

use axum::extract::{Path, Query, State};
use axum::response::Response;
use postern_domain::catalogue;
use postern_domain::phone::CountryCode;
use postern_store::numbers;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::number::{NumbersPage, OnSale};
use serde::Deserialize;

use super::{cents, country_name, price};
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    search: Option<String>,
    search_type: Option<String>,
}

pub(crate) async fn search(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(code): Path<String>,
    List(query): List,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let country = CountryCode::parse(&code).ok_or(ApiError::Invalid(
        "country must be a two-letter country code.".into(),
    ))?;
    let mut offered = match price(&state, &account, country) {
        Some(_) => catalogue::numbers(country),
        None => Vec::new(),
    };
    let fits = matcher(&wanted)?;
    offered.retain(|number| fits(number));
    let asked = offered.clone();
    let taken = state
        .store
        .read(move |tx| numbers::taken(tx, &asked))
        .await?;
    offered.retain(|number| !taken.contains(number));
    let total = offered.len() as i64;
    let price = price(&state, &account, country);
    let rows = offered
        .into_iter()
        .skip(usize::try_from(stretch.skip()).unwrap_or(usize::MAX))
        .take(usize::try_from(stretch.limit).unwrap_or_default())
        .filter_map(|number| {
            let price = price?;
            Some(OnSale {
                country: country.to_string(),
                country_name: country_name(country).to_owned(),
                dedicated_number: number,
                price_setup: cents(price.setup),
                price_monthly: cents(price.monthly),
                price_total: cents(price.setup.plus(price.monthly)),
                address_requirement: None,
            })
        })
        .collect();
    let path = format!("/v3/numbers/search/{country}");
    let page = NumbersPage {
        page: Page::new(total, stretch.limit, stretch.page, &path, rows),
        currency: currency(account.currency),
    };
    Ok(answer::success("Here are some numbers.", page))
}

/// `search_type` 0: begins with, 1: anywhere, 2: ends with. The plus does not count.
fn matcher(wanted: &Wanted) -> Result<impl Fn(&str) -> bool, ApiError> {
    let digits: String = wanted
        .search
        .as_deref()
        .unwrap_or_default()
        .chars()
        .filter(char::is_ascii_digit)
        .collect();
    let kind = match wanted.search_type.as_deref().map(str::trim) {
        None | Some("" | "0") => 0,
        Some("1") => 1,
        Some("2") => 2,
        Some(_) => {
            return Err(ApiError::Invalid(
                "search_type must be 0 (starts with), 1 (anywhere) or 2 (ends with).".into(),
            ));
        }
    };
    Ok(move |number: &str| {
        let number = number.trim_start_matches('+');
        match kind {
            0 => number.starts_with(&digits),
            1 => number.contains(&digits),
            _ => number.ends_with(&digits),
        }
    })
}
