//! `GET /v3/numbers`: what the account has bought.

use axum::extract::{Query, State};
use axum::response::Response;
use postern_store::numbers::{self, Number, NumberSearch};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::number::{Dedicated, DedicatedStatus, NumbersPage};
use serde::Deserialize;

use super::{cents, country_name};
use crate::account::currency;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

#[derive(Deserialize)]
pub(crate) struct Wanted {
    q2: Option<String>,
    excluding_number_type: Option<String>,
}

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
    Query(wanted): Query<Wanted>,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let search = NumberSearch {
        parts: [
            part("q", query.q.as_deref())?,
            part("q2", wanted.q2.as_deref())?,
        ],
        excluding_number_type: wanted
            .excluding_number_type
            .map(|kind| kind.trim().to_ascii_lowercase())
            .filter(|kind| !kind.is_empty()),
        skip: stretch.skip(),
        limit: stretch.limit,
    };
    let id = account.id;
    let found = state
        .store
        .read(move |tx| numbers::page(tx, id, &search))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = NumbersPage {
        page: Page::new(
            found.total,
            stretch.limit,
            stretch.page,
            "/v3/numbers",
            rows,
        ),
        currency: currency(account.currency),
    };
    Ok(answer::success("Here are you dedicated numbers.", page))
}

/// A part of the number, bare or as `dedicated_number:…`.
fn part(field: &'static str, text: Option<&str>) -> Result<Option<String>, ApiError> {
    let Some(text) = text.map(str::trim).filter(|text| !text.is_empty()) else {
        return Ok(None);
    };
    let value = match text.split_once(':') {
        None => text,
        Some((name, value)) if name.trim().eq_ignore_ascii_case("dedicated_number") => value,
        Some((name, _)) => {
            return Err(ApiError::Invalid(
                format!("{field}: `{name}` cannot be searched; use dedicated_number.").into(),
            ));
        }
    };
    Ok(Some(value.trim().to_owned()))
}

fn in_wire(number: Number) -> Dedicated {
    Dedicated {
        price: cents(number.price_monthly),
        country: number.country.to_string(),
        country_name: country_name(number.country).to_owned(),
        dedicated_number: number.dedicated_number,
        notes: None,
        kind: number.kind,
        number_type: number.number_type,
        number_category: None,
        number_guid: number.number_guid,
        form_submission_id: None,
        status: DedicatedStatus {
            value: 0,
            label: "REGISTRATION_NOT_REQUIRED".to_owned(),
            description: "Your number is ready to go.".to_owned(),
            name: "Ready to use".to_owned(),
        },
    }
}
