//! `POST /connections/{connection_id}/verify`: asks the upstream now whether it still takes the credentials. What it says is written down:
//! ACTIVE becomes FAILED and the other way; whoever cannot be reached leaves it as it is.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_access::Upstream as Place;
use postern_domain::connection::Status;
use postern_egress::{Upstream, Verified};
use postern_store::audit::record;
use postern_store::{Lane, alerts, connections};
use postern_wire::control::VerifiedConnection;
use serde_json::json;

use super::accept::{pending, verification};
use super::{find, view};
use crate::audit::change;
use crate::guard::Context;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn verify_connection(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(connection_id): Path<String>,
) -> Result<Json<VerifiedConnection>, Refusal> {
    let row = find(&state, &context.caller, &connection_id).await?;
    let connection = state.directory.connection_by_id(&connection_id);
    let ready = connection.as_deref().and_then(|connection| {
        match (&connection.upstream, &connection.prepared) {
            (Place::Url(origin), Some(prepared)) => Some((connection, origin, prepared)),
            _ => None,
        }
    });
    let Some((connection, origin, prepared)) = ready else {
        // Nobody can be asked; why, its status says.
        let said = match row.status {
            Status::Pending => pending(),
            _ => verification("not_needed", "this connection has no credentials to verify"),
        };
        return Ok(Json(VerifiedConnection {
            connection: view::shown(&state, &context.caller, &row, state.now()),
            verification: said,
        }));
    };
    let host = origin.host();
    let upstream = Upstream::Http(origin.clone());
    let verified = state
        .egress
        .verify(&connection.app, prepared, &upstream)
        .await;
    let (word, message) = match verified {
        Verified::Accepted { .. } => ("verified", format!("{host} accepted the credentials")),
        Verified::NoCall => (
            "skipped",
            format!(
                "app `{}` names no call that verifies credentials",
                connection.app.name
            ),
        ),
        Verified::Rejected { status } => (
            "rejected",
            format!("the upstream refused the credential with status {status}"),
        ),
        Verified::Unreachable { reason } => ("unreachable", format!("{host}: {reason}")),
        Verified::TimedOut => ("unreachable", format!("{host} did not answer in time")),
    };
    let now = state.now();
    let detail = json!({"verification": word});
    let entry = change(&context, now, ("connection", &connection_id), &detail);
    let sealed = connection.credential_sealed().unwrap_or_default().to_vec();
    let (id, reason) = (connection_id.clone(), message.clone());
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            match word {
                "verified" => connections::confirm(tx, &id, &sealed, now)?,
                "rejected" => {
                    let failed = connections::fail(tx, &id, &sealed, &reason, now)?;
                    if failed {
                        alerts::raise(tx, &alerts::connection_failed(&id, &reason, now), now)?;
                    }
                    failed
                }
                _ => false,
            };
            record(tx, &entry)
        })
        .await?;
    state.refresh().await?;
    let row = find(&state, &context.caller, &connection_id).await?;
    Ok(Json(VerifiedConnection {
        connection: view::shown(&state, &context.caller, &row, now),
        verification: verification(word, &message),
    }))
}
