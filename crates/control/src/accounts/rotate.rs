//! `POST /accounts/{account_id}/key`: a new API key for an account; the old one ends at once.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::{Lane, accounts};
use postern_wire::control::AccountKeyAnswer;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::mint::{new_api_key, seal_api_key};
use super::{find, shown, unnarrowed};
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn rotate_account_key(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(account_id): Path<String>,
) -> Result<Json<AccountKeyAnswer>, Refusal> {
    unnarrowed(&context.caller)?;
    let now = state.now();
    let account = find(&state, &account_id).await?;
    let sealing = state.sealing.read().await;
    let api_key = new_api_key();
    let hash = state
        .directory
        .peppers()
        .hash_current(api_key.expose_secret().as_bytes());
    let sealed = seal_api_key(&state.vault, &account.username, &api_key).0;
    let entry = change(&context, now, ("account", &account_id), &json!({}));
    let id = account.id;
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            if accounts::set_api_key(tx, id, &hash.hash, hash.version, &sealed, now)? {
                record(tx, &entry)?;
            }
            Ok(())
        })
        .await?;
    drop(sealing);
    Ok(Json(AccountKeyAnswer {
        account: shown(&state, &account)?,
        api_key: api_key.expose_secret().to_owned(),
    }))
}
