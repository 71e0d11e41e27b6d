//! `POST /connections/{connection_id}/reconnect`: the same connection gets new credentials, at once or through a new link. Until
//! then it goes on with those it has.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::connections::{self, BUILTIN};
use postern_store::{Lane, Tx};
use postern_wire::control::{CreatedConnection, Reconnection};
use serde_json::json;

use super::accept::{accepted, pending};
use super::complete::origins;
use super::{find, not_found, view};
use crate::audit::change;
use crate::guard::Context;
use crate::link;
use crate::payload::OptionalPayload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// One of the two ways to renew.
type Work = Box<dyn Fn(&mut Tx<'_>) -> postern_store::Result<bool> + Send>;

pub(crate) async fn reconnect(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
    OptionalPayload(request): OptionalPayload<Reconnection>,
) -> Result<Json<CreatedConnection>, Refusal> {
    let now = state.now();
    let row = find(&state, &context.caller, &connection_id).await?;
    if row.upstream == BUILTIN {
        return Err(Refusal::conflict(
            "nothing_to_authenticate",
            "a built-in connection has no credentials to renew",
        ));
    }
    let app = state.registry.get(&row.app).ok_or_else(|| {
        let message = format!("app `{}` is not configured any more", row.app);
        Refusal::conflict("app_not_configured", message)
    })?;
    let renewed = match request.credentials {
        Some(given) => {
            let origins = origins(app, Some(&row.upstream))?;
            Some(accepted(&state, app, given, request.verify, origins).await?)
        }
        None if request.verify.is_some() => {
            return Err(Refusal::invalid(
                "verify",
                "`verify` goes with `credentials` only",
            ));
        }
        None => None,
    };
    let sealing = state.sealing.read().await;
    let id = connection_id.clone();
    let (work, verification): (Work, _) = match renewed {
        Some((accepted, verification)) => {
            let completion = accepted.seal(&state, &connection_id, now);
            (
                Box::new(move |tx| connections::complete_by_key(tx, &id, &completion, now)),
                verification,
            )
        }
        None => {
            let (nonce, expires_at) = (link::new_nonce(), now.plus_secs(link::LINK_SECONDS));
            (
                Box::new(move |tx| connections::renew_link(tx, &id, &nonce, expires_at, now)),
                pending(),
            )
        }
    };
    let detail = json!({"verification": verification.state});
    let entry = change(&context, now, ("connection", &connection_id), &detail);
    let written = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let written = work(tx)?;
            if written {
                record(tx, &entry)?;
            }
            Ok(written)
        })
        .await?;
    drop(sealing);
    if !written {
        return Err(not_found(&connection_id));
    }
    state.refresh().await?;
    let row = find(&state, &context.caller, &connection_id).await?;
    let connection = view::shown(&state, &context.caller, &row, now);
    Ok(Json(CreatedConnection {
        connection_id,
        connection,
        verification,
    }))
}
