//! `POST /connections/{connection_id}/hook`: a new address at which the provider tells of incoming texts. It is shown once; what is stored of it
//! is a keyed hash.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_access::{hook_hash, open_wish_key, seal_wish_key};
use postern_store::audit::record;
use postern_store::connections::BUILTIN;
use postern_store::{Lane, hooks, kept_opt_outs};
use postern_wire::control::ConnectionHook;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{PLATFORM_APP, find};
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// What to do with the address.
const MESSAGE: &str = "In ClickSend, add an inbound SMS rule with the action URL and this address. Whoever answers STOP then gets nothing more over \
this connection, from any key. The address is not shown again; keep it as you keep a password.";

pub(crate) async fn hook_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
) -> Result<Json<ConnectionHook>, Refusal> {
    let now = state.now();
    let row = find(&state, &context.caller, &connection_id).await?;
    if row.upstream == BUILTIN || row.app != PLATFORM_APP {
        let message = "only a connection to a ClickSend account is told of incoming texts; the built-in platform hears them itself";
        return Err(Refusal::conflict("nothing_to_hear", message));
    }
    let sealing = state.sealing.read().await;
    let first = seal_wish_key(&state.vault).0;
    let sealed = state
        .store
        .write(Lane::CONTROL, move |tx| kept_opt_outs::keep_key(tx, &first))
        .await?;
    let key = open_wish_key(&state.vault, &sealed).map_err(|error| Refusal::internal(&error))?;
    let token = postern_vault::token();
    let hash = hook_hash(&key, token.expose_secret());
    let entry = change(&context, now, ("connection", &connection_id), &json!({}));
    let id = connection_id.clone();
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            hooks::put(tx, &id, &hash, now)?;
            record(tx, &entry)
        })
        .await?;
    drop(sealing);
    state.refresh().await?;
    let base = state.settings.connect_url.trim_end_matches("/connect");
    Ok(Json(ConnectionHook {
        url: format!("{base}/hooks/{}", token.expose_secret()),
        connection_id,
        message: MESSAGE.to_owned(),
    }))
}
