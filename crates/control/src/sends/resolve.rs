//! `POST /sends/{send_id}/resolve`: an unknown send took place or did not, says somebody who looked. What it held of its limits ends with it.

use axum::Json;
use axum::extract::{Path, State};
use postern_access::operator_entry;
use postern_guard::{Cost, end_reservation};
use postern_store::sends::{self, Resolution};
use postern_store::{Lane, audit};
use postern_wire::control::{SendAnswer, SendResolution};
use serde_json::json;

use super::{Asker, find, shown};
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// The same call is told for so long that it took place.
const RECOGNISED_SECONDS: i64 = 24 * 3600;

pub(crate) async fn resolve_send(
    State(state): State<ControlState>,
    asker: Asker,
    Path(send_id): Path<String>,
    Payload(request): Payload<SendResolution>,
) -> Result<Json<SendAnswer>, Refusal> {
    let now = state.now();
    let (resolution, cost) = match request.outcome.as_str() {
        "accepted" => (Resolution::Accepted, Cost::AsHeld),
        "failed" => (Resolution::Failed, Cost::None),
        _ => {
            return Err(Refusal::invalid(
                "outcome",
                "`outcome` is neither `accepted` nor `failed`",
            )
            .hint("accepted: the messages are in the upstream's history; failed: they are not"));
        }
    };
    let detail = json!({"outcome": request.outcome});
    let (by, entry) = match &asker {
        Asker::Key(context) => {
            unnarrowed(&context.caller)?;
            let entry = change(context, now, ("send", &send_id), &detail);
            (format!("key:{}", context.caller.id), entry)
        }
        Asker::Operator(acting, visitor) => {
            let mut entry = operator_entry(&acting.operator_id, visitor, now, "send.resolve");
            entry.object_kind = "send".to_owned();
            entry.object_id = send_id.clone();
            entry.detail = detail.to_string();
            (format!("operator:{}", acting.operator_id), entry)
        }
    };
    let found = find(&state, &asker, &send_id).await?;
    let (id, until) = (send_id.clone(), now.plus_secs(RECOGNISED_SECONDS));
    let resolved = state.store.write(Lane::CONTROL, move |tx| {
        let resolved = sends::resolve(tx, &id, resolution, &by, until, now)?;
        if resolved {
            end_reservation(tx, &id, cost, now)?;
            audit::record(tx, &entry)?;
        }
        Ok(resolved)
    });
    if !resolved.await? {
        let message = format!(
            "send `{send_id}` is not unknown: it is {}",
            found.state.as_str()
        );
        return Err(Refusal::conflict("not_unknown", message)
            .hint("only what nobody knows can be resolved"));
    }
    let send = find(&state, &asker, &send_id).await?;
    Ok(Json(SendAnswer { send: shown(send) }))
}
