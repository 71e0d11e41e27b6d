//! `POST /keys/{key_id}/rotate`: a new secret for the same key; the old one goes on working for a while.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_access::MintedSecret;
use postern_store::audit::record;
use postern_store::{Lane, keys};
use postern_wire::control::{KeyRotation, KeySecret};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{draft, find, scope_of, view};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::OptionalPayload;
use crate::refusal::Refusal;
use crate::state::ControlState;

const OVERLAP_SECONDS: i64 = 60 * 60;
const OVERLAP_SECONDS_MAX: i64 = 30 * 24 * 60 * 60;

pub(crate) async fn rotate_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(key_id): Path<String>,
    OptionalPayload(request): OptionalPayload<KeyRotation>,
) -> Result<Json<KeySecret>, Refusal> {
    let now = state.now();
    let overlap = request.overlap_seconds.unwrap_or(OVERLAP_SECONDS);
    if !(0..=OVERLAP_SECONDS_MAX).contains(&overlap) {
        let message =
            format!("`overlap_seconds` must be a whole number from 0 to {OVERLAP_SECONDS_MAX}");
        return Err(Refusal::invalid("overlap_seconds", message));
    }
    let (row, _) = find(&state, &context.caller, &key_id).await?;
    // Whoever gets the new secret can do what the key can.
    draft::within(&context.caller, row.test, &scope_of(&row)?, row.expires_at)?;

    let sealing = state.sealing.read().await;
    let MintedSecret { api_key, secret } = state.directory.mint_secret(&key_id, row.test, now);
    let entry = change(
        &context,
        now,
        ("key", &key_id),
        &json!({"overlap_seconds": overlap}),
    );
    let rotated = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let rotated = keys::rotate(tx, &secret, now.plus_secs(overlap))?;
            if rotated {
                record(tx, &entry)?;
            }
            Ok(rotated)
        })
        .await?;
    drop(sealing);
    if !rotated {
        return Err(Refusal::conflict(
            "key_revoked",
            "the key is revoked; make a new one",
        ));
    }
    state.refresh().await?;
    let (row, secrets) = find(&state, &context.caller, &key_id).await?;
    let key = view::shown(&state, &row, &secrets, now)?;
    Ok(Json(KeySecret {
        api_key: api_key.expose_secret().to_owned(),
        key_id,
        key,
    }))
}
