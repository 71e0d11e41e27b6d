//! `GET /v3/countries`: public, and the same for ever, so it is written once.

use axum::routing::{MethodRouter, get};
use bytes::Bytes;
use http::StatusCode;
use postern_domain::country::COUNTRIES;
use postern_wire::clicksend::Envelope;
use postern_wire::clicksend::country::Country;

use crate::answer;
use crate::state::PlatformState;

pub(crate) fn list() -> MethodRouter<PlatformState> {
    let countries: Vec<_> = COUNTRIES
        .iter()
        .map(|country| Country {
            code: country.code.to_string().into(),
            value: country.name.into(),
        })
        .collect();
    let body = serde_json::to_vec(&Envelope::success("List of Countries.", countries))
        .expect("a list of strings is JSON");
    let body = Bytes::from(body);
    get(async move || answer::json(StatusCode::OK, body))
}
