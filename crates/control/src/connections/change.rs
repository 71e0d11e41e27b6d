//! `PATCH /connections/{connection_id}`: its name, the limits of what is sent over it, and what is done about sends of unknown outcome.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::audit::record;
use postern_store::sends::{self, UnknownPolicy};
use postern_store::{Lane, connections, limits};
use postern_wire::control::{ConnectionAnswer, ConnectionChange};
use serde_json::json;

use super::{find, not_found, view};
use crate::audit::change;
use crate::guard::Context;
use crate::keys::{limits_are_above, people_name, stored_limits};
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn change_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
    Payload(request): Payload<ConnectionChange>,
) -> Result<Json<ConnectionAnswer>, Refusal> {
    let now = state.now();
    let row = find(&state, &context.caller, &connection_id).await?;
    let name = match request.name {
        None => row.name,
        Some(name) => name
            .as_deref()
            .map(people_name)
            .transpose()?
            .unwrap_or_default(),
    };
    let limits = match request.limits {
        None => None,
        Some(limits) => {
            limits_are_above(&context.caller)?;
            let written = stored_limits(&limits.unwrap_or_default())?;
            Some(Some(written).filter(|written| written != "{}"))
        }
    };
    let policy = match &request.unknown_policy {
        None => None,
        Some(word) => Some(UnknownPolicy::parse(word).ok_or_else(unknown_word)?),
    };
    let mut detail = json!({"name": name});
    if let Some(policy) = policy {
        detail["unknown_policy"] = json!(policy.as_str());
    }
    if let Some(limits) = &limits {
        detail["limits"] = json!(limits);
    }
    let entry = change(&context, now, ("connection", &connection_id), &detail);
    let id = connection_id.clone();
    let renamed = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let renamed = connections::rename(tx, &id, &name, now)?;
            if renamed {
                if let Some(limits) = &limits {
                    let scope = format!("connection:{id}");
                    limits::put(tx, &scope, limits.as_deref(), now)?;
                }
                if let Some(policy) = policy {
                    sends::put_policy(tx, &id, policy, now)?;
                }
                record(tx, &entry)?;
            }
            Ok(renamed)
        })
        .await?;
    if !renamed {
        return Err(not_found(&connection_id));
    }
    state.refresh().await?;
    let row = find(&state, &context.caller, &connection_id).await?;
    Ok(Json(ConnectionAnswer {
        connection: view::shown(&state, &context.caller, &row, now),
    }))
}

fn unknown_word() -> Refusal {
    Refusal::invalid("unknown_policy", "`unknown_policy` is none of the policies")
        .hint("at_most_once, at_least_once or ask")
}
