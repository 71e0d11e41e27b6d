//! `GET /v3/senders/compliant-sender-types`: which kinds of senders a country takes. What ClickSend says is not public; this follows what
//! operators publish: words as senders are not carried in North America and China, and several countries take nothing else from abroad.

use axum::extract::State;
use axum::response::Response;
use http::Uri;
use postern_domain::country::COUNTRIES;
use postern_domain::phone::CountryCode;
use postern_wire::clicksend::sender::{AllowedCountries, AllowedType, Compliant, CompliantCountry};

use super::PRODUCT;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

/// More countries than this in one query are refused, as documented.
const COUNTRIES_MAX: usize = 98;
const NO_WORDS: [&str; 12] = [
    "US", "CA", "CN", "MX", "BR", "AR", "CL", "CO", "PE", "ZA", "MY", "TW",
];
const NORTH_AMERICAN: [&str; 3] = ["10DLC", "tollfree", "shortcode"];

pub(crate) async fn compliant(
    State(state): State<PlatformState>,
    _: Caller,
    uri: Uri,
) -> Result<Response, ApiError> {
    let mut product = None;
    let mut wanted = Vec::new();
    // Keys with brackets come encoded, and with the literal `{index}` of the specification.
    for (key, value) in pairs(uri.query().unwrap_or_default()) {
        if key == "filter[product_type]" {
            product = Some(value);
        } else if key.starts_with("filter[country_code]") {
            wanted.extend(value.split(',').map(|code| code.trim().to_owned()));
        }
    }
    if !product.is_some_and(|product| product.eq_ignore_ascii_case(PRODUCT)) {
        return Err(ApiError::Invalid(
            "filter[product_type] must be SMS.".into(),
        ));
    }
    if wanted.len() > COUNTRIES_MAX {
        return Err(ApiError::Invalid(
            format!("filter[country_code]: at most {COUNTRIES_MAX} countries at once.").into(),
        ));
    }
    let countries = match wanted.is_empty() {
        true => COUNTRIES
            .iter()
            .map(|country| country.code)
            .filter(|code| {
                !postern_domain::catalogue::numbers(*code).is_empty() || has_price(&state, *code)
            })
            .collect(),
        false => wanted
            .iter()
            .map(|code| CountryCode::parse(code))
            .collect::<Option<Vec<_>>>()
            .ok_or(ApiError::Invalid(
                "filter[country_code] must be country codes of two letters.".into(),
            ))?,
    };
    let data = countries.into_iter().map(of_country).collect();
    Ok(answer::success(
        "Compliant sender types retrieved successfully",
        Compliant { data },
    ))
}

fn has_price(state: &PlatformState, country: CountryCode) -> bool {
    postern_domain::money::Currency::ALL
        .iter()
        .any(|currency| state.prices.rate(country, *currency).is_some())
}

fn of_country(country: CountryCode) -> CompliantCountry {
    let is_north_american = matches!(country.as_str(), "US" | "CA");
    let mut allowed = vec!["own_number", "longcode", "shared_longcode"];
    let mut blocked = Vec::new();
    match NO_WORDS.contains(&country.as_str()) {
        true => blocked.push("alpha_tag"),
        false => allowed.insert(0, "alpha_tag"),
    }
    match is_north_american {
        true => allowed.extend(NORTH_AMERICAN),
        false => blocked.extend(NORTH_AMERICAN),
    }
    CompliantCountry {
        recipient_country_code: country.to_string(),
        blocked_sender_types: blocked.into_iter().map(Into::into).collect(),
        allowed_sender_types: allowed
            .into_iter()
            .map(|kind| AllowedType {
                sender_type: kind.into(),
                allowed_sender_countries: match kind {
                    "alpha_tag" | "shared_longcode" => AllowedCountries {
                        global: true,
                        country_codes: Vec::new(),
                    },
                    _ => AllowedCountries {
                        global: false,
                        country_codes: vec![country.to_string()],
                    },
                },
            })
            .collect(),
    }
}

fn pairs(query: &str) -> Vec<(String, String)> {
    serde_urlencoded::from_str(query).unwrap_or_default()
}
