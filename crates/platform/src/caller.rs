//! Who is calling: Basic credentials of an account, or an account that this process vouches for.

use axum::extract::FromRequestParts;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::header;
use http::request::Parts;
use postern_domain::account::ActingAccount;
use postern_store::accounts::{self, Account};

use crate::error::ApiError;
use crate::escort::hold;
use crate::state::PlatformState;

/// Longest username and API key together that are looked at.
const CREDENTIAL_BYTES_MAX: usize = 1024;

/// An open account whose holder has proven who they are.
pub(crate) struct Caller {
    pub(crate) account: Account,
}

impl FromRequestParts<PlatformState> for Caller {
    type Rejection = ApiError;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &PlatformState,
    ) -> Result<Caller, ApiError> {
        let acting = parts.extensions.get::<ActingAccount>().copied();
        let account = match acting {
            Some(ActingAccount(id)) => state.store.read(move |tx| accounts::get(tx, id)).await?,
            None => by_credentials(parts, state).await?,
        };
        match account {
            None => Err(ApiError::Unauthorized),
            Some(account) if !account.active => Err(ApiError::Inactive),
            Some(account) => {
                // Whoever vouches has asked the guard.
                if acting.is_none() {
                    hold(state, account.id, parts)?;
                }
                Ok(Caller { account })
            }
        }
    }
}

async fn by_credentials(parts: &Parts, state: &PlatformState) -> Result<Option<Account>, ApiError> {
    let Some((username, api_key)) = basic(parts) else {
        return Ok(None);
    };
    let account = state
        .store
        .read(move |tx| accounts::by_username(tx, &username))
        .await?;
    // An unknown name costs the same hashes as a known one.
    let stored = account.as_ref().map(|a| a.api_key_hash.as_slice());
    let mut matched = false;
    for hash in (state.peppers)().hash_all(api_key.as_bytes()) {
        let version_fits = account
            .as_ref()
            .is_some_and(|a| a.pepper_version == hash.version);
        matched |= postern_vault::same(&hash.hash, stored.unwrap_or_default()) && version_fits;
    }
    Ok(account.filter(|_| matched))
}

fn basic(parts: &Parts) -> Option<(String, String)> {
    let value = parts.headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, encoded) = value.split_at_checked(6)?;
    if !scheme.eq_ignore_ascii_case(b"basic ") || encoded.len() > CREDENTIAL_BYTES_MAX {
        return None;
    }
    let pair = STANDARD.decode(encoded.trim_ascii()).ok()?;
    let (username, api_key) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    (!username.is_empty() && !api_key.is_empty()).then(|| (username.to_owned(), api_key.to_owned()))
}
