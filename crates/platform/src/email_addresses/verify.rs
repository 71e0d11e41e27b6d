//! `PUT /v3/email/address-verify/{email_address_id}/verify/{activation_token}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::Lane;
use postern_store::email_addresses::{self, TokenHash};

use super::{in_wire, number};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn verify(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path((address, token)): Path<(String, String)>,
) -> Result<Response, ApiError> {
    let (id, address, now) = (account.id, number(&address)?, state.now());
    // The token may have been mailed under an older pepper.
    let hashes: Vec<_> = (state.peppers)()
        .hash_all(token.as_bytes())
        .map(|hashed| TokenHash {
            hash: hashed.hash,
            pepper_version: hashed.version,
        })
        .collect();
    let verified = state
        .store
        .write(Lane::of(id.0), move |tx| {
            for hash in &hashes {
                let verified = email_addresses::verify(tx, id, address, hash, now)?;
                if verified.is_some() {
                    return Ok(verified);
                }
            }
            Ok(None)
        })
        .await?
        .ok_or(ApiError::Invalid(
            "The activation token is not this address's newest one, was used, or has expired."
                .into(),
        ))?;
    Ok(answer::success(
        "Email address verified.",
        in_wire(verified),
    ))
}
