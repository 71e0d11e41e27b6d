//! `POST /v3/numbers/registrations/number-types/{number_type}/country/{country_code}`: an application, kept and acknowledged by mail.

use std::collections::BTreeMap;

use axum::extract::{Path, State};
use axum::response::Response;
use http::StatusCode;
use postern_domain::phone::CountryCode;
use postern_store::mailbox::{self, Mail};
use postern_store::{Lane, numbers};
use postern_wire::clicksend::Envelope;
use postern_wire::clicksend::number::RegistrationRequest;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

const CHARS_MAX: usize = 1_000;

pub(crate) async fn register(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((number_type, code)): Path<(String, String)>,
    Payload(request): Payload<RegistrationRequest>,
) -> Result<Response, ApiError> {
    let (country, faults) = (CountryCode::parse(&code), faults(&request));
    let Some(country) = country.filter(|_| faults.is_empty()) else {
        return Ok(refused(country.is_none(), faults));
    };
    let mail = Mail {
        recipient: request.email.clone().unwrap_or_default(),
        subject: "Number registration".to_owned(),
        body: format!("We have received your application for {number_type} numbers in {country}."),
    };
    let detail = serde_json::to_string(&request).expect("a struct of texts is JSON");
    let (id, now, kind) = (account.id, state.now(), number_type.clone());
    state
        .store
        .write(Lane::of(id.0), move |tx| {
            numbers::register(tx, id, &kind, country, &detail, now)?;
            mailbox::deliver(tx, id, &mail, now)
        })
        .await?;
    let told = match number_type.to_ascii_lowercase().as_str() {
        "10dlc" => "10DLC number registration notification sent successfully.",
        _ => "Number registration notification sent successfully.",
    };
    Ok(answer::success(told, ()))
}

fn faults(request: &RegistrationRequest) -> BTreeMap<&'static str, String> {
    let fields = [
        ("full_name", &request.full_name),
        ("company_name", &request.company_name),
        ("email", &request.email),
        ("website_url", &request.website_url),
        ("sample_message", &request.sample_message),
        ("primary_use_case", &request.primary_use_case),
        ("company_number", &request.company_number),
        ("area_code", &request.area_code),
    ];
    let judge = |text: &Option<String>| match text.as_deref().map(str::trim) {
        None | Some("") => Some("is required".to_owned()),
        Some(text) if text.chars().count() > CHARS_MAX => {
            Some(format!("is longer than {CHARS_MAX} characters"))
        }
        Some(_) => None,
    };
    fields
        .into_iter()
        .filter_map(|(name, text)| Some((name, judge(text)?)))
        .collect()
}

/// The one refusal whose `data` says what is wrong with each field.
fn refused(no_country: bool, mut faults: BTreeMap<&'static str, String>) -> Response {
    if no_country {
        faults.insert(
            "country_code",
            "is no country code of two letters".to_owned(),
        );
    }
    answer::envelope(
        StatusCode::BAD_REQUEST,
        &Envelope {
            http_code: StatusCode::BAD_REQUEST.as_u16(),
            response_code: "BAD_REQUEST".into(),
            response_msg: "Invalid input.".into(),
            data: faults,
        },
    )
}
