//! `POST /v3/own-numbers/verifications/{verification_id}/verify`: the code comes back.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::phone::{CountryCode, Recipient};
use postern_store::Lane;
use postern_store::own_numbers::{self, Tried};
use postern_wire::clicksend::sender::OwnNumberRequest;

use super::verification;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{bare, uuid};
use crate::payload::Payload;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("Verification record not found.");

pub(crate) async fn verify(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(verification_id): Path<String>,
    Payload(request): Payload<OwnNumberRequest>,
) -> Result<Response, ApiError> {
    let home = request.country.as_deref().and_then(CountryCode::parse);
    let text = request.phone_number.unwrap_or_default();
    let phone_number = Recipient::parse(&text, home.unwrap_or(account.country))
        .map_err(|_| ApiError::Invalid("phone_number is missing or no telephone number.".into()))?;
    let code = request
        .code
        .ok_or(ApiError::Invalid("code is missing.".into()))?;
    let verification_id = uuid(&verification_id).ok_or(NOT_FOUND)?;
    let hashes: Vec<_> = (state.peppers)()
        .hash_all(code.trim().as_bytes())
        .map(|hashed| (hashed.version, hashed.hash))
        .collect();
    let (id, now) = (account.id, state.now());
    let tried = state
        .store
        .write(Lane::of(id.0), move |tx| {
            own_numbers::try_code(
                tx,
                id,
                &verification_id,
                phone_number.as_str(),
                &hashes,
                now,
            )
        })
        .await?;
    match tried {
        Tried::Right(found) => Ok(bare(&verification(found, now))),
        Tried::Unknown => Err(NOT_FOUND),
        Tried::Wrong(found) => Err(ApiError::Invalid(
            format!("code is wrong; {} attempts are left.", found.attempts_left).into(),
        )),
        Tried::Over => Err(ApiError::Invalid(
            "This verification is over: the code was used, has expired, or was wrong too often. Request another."
                .into(),
        )),
    }
}
