//! `/v3/country-list` and `/v3/user-countries`: the numbered list of countries, and an account's selection of it.

mod agree;
mod list;
mod select;
mod view;

use postern_domain::country::COUNTRIES;
use postern_domain::region::region;
use postern_store::user_countries::Selected;
use postern_wire::clicksend::country::{ListedCountry, Named, Number, SelectedCountry};

use crate::error::ApiError;

pub(crate) use agree::agree;
pub(crate) use list::list;
pub(crate) use select::select;
pub(crate) use view::view;

const SELECTION: &str = "Here are your countries selection.";

/// Numbered from 1 in the order of `GET /v3/countries`, so that Australia is 1 as in the published example.
fn listed() -> impl Iterator<Item = ListedCountry> {
    (1..).zip(COUNTRIES).map(|(id, country)| ListedCountry {
        id,
        name: country.name.into(),
        code: country.code.to_string().into(),
        region: region(country.code).unwrap_or_default().into(),
    })
}

fn in_wire(selected: &[Selected]) -> Vec<SelectedCountry> {
    let of = |country: ListedCountry| {
        let chosen = selected.iter().find(|s| s.country_list_id == country.id)?;
        Some(SelectedCountry {
            country,
            agreed_at: chosen.agreed_at.map(|at| at.secs()),
            registration_entity: None,
            registration_status: Named {
                id: 1,
                name: "NOT_INITIATED".into(),
            },
            jotform_id: "".into(),
            sms_registration_type: 0,
            block_registration: false,
            block_leads: false,
            trial_from_address: "".into(),
            restricted_sending: false,
            trial_sending: 0,
            trial_sending_description: "".into(),
            has_regulation_requirements: 0,
            registration_steps_url: "".into(),
            regulation_requirements_description: "".into(),
        })
    };
    listed().filter_map(of).collect()
}

/// # Errors
/// Names the first number that is not in the list.
fn known(ids: Vec<Number>) -> Result<Vec<i64>, ApiError> {
    ids.into_iter()
        .map(|Number(id)| {
            id.filter(|id| (1..=COUNTRIES.len() as i64).contains(id))
                .ok_or_else(|| {
                    let told = id.map_or("what is no number".to_owned(), |id| id.to_string());
                    ApiError::Invalid(
                        format!("country_list_ids: {told} is not in GET /v3/country-list.").into(),
                    )
                })
        })
        .collect()
}
