//! `GET /alerts/endpoints/{endpoint_id}/tries`: every call to an endpoint; `POST …/replay`: an alert told once more.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use postern_domain::time::UnixMicros;
use postern_store::{Lane, alerts, audit};
use postern_wire::control::{AlertReplay, AlertTest, AlertTries, AlertTry, PushTry};
use serde_json::json;

use super::not_found;
use crate::accounts::unnarrowed;
use crate::audit::change;
use crate::guard::Context;
use crate::instant::{self, written};
use crate::payload::Payload;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_tries(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(endpoint_id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AlertTries>, Refusal> {
    unnarrowed(&context.caller)?;
    let parameters = Parameters::new(pairs, &["before", "limit"])?;
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let before = match parameters.text("before") {
        None => UnixMicros(i64::MAX),
        Some(text) => instant::read("before", text)?,
    };
    let id = endpoint_id.clone();
    let read = move |tx: &mut postern_store::Tx<'_>| {
        if alerts::endpoint(tx, &id)?.is_none() {
            return Ok(None);
        }
        let tries = alerts::tries(tx, &id, before, limit)?;
        Ok(Some((tries, alerts::waiting(tx, &id)?)))
    };
    let found = state.store.read(read).await?;
    let (tries, (waiting, due)) = found.ok_or_else(|| not_found(&endpoint_id))?;
    let last = tries.last().filter(|_| tries.len() as i64 == limit);
    Ok(Json(AlertTries {
        endpoint_id,
        next: last.map(|one| written(one.told.at)),
        tries: tries.into_iter().map(shown).collect(),
        waiting,
        next_try_at: due.map(written),
    }))
}

fn shown(one: alerts::Try) -> AlertTry {
    AlertTry {
        alert_id: format!("alert_{}", one.seq),
        call: PushTry {
            at: written(one.told.at),
            took_ms: one.told.took_micros / 1_000,
            status: one.told.status,
            problem: one.told.problem,
            answer: one.told.answer,
        },
    }
}

pub(crate) async fn replay(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(endpoint_id): Path<String>,
    Payload(request): Payload<AlertReplay>,
) -> Result<Json<AlertTest>, Refusal> {
    unnarrowed(&context.caller)?;
    let seq: i64 = request
        .alert_id
        .strip_prefix("alert_")
        .and_then(|number| number.parse().ok())
        .ok_or_else(|| {
            Refusal::invalid("alert_id", "`alert_id` must be as `GET /alerts` has it")
        })?;
    let now = state.now();
    let object = ("alert_endpoint", endpoint_id.as_str());
    let entry = change(
        &context,
        now,
        object,
        &json!({"alert_id": request.alert_id}),
    );
    let id = endpoint_id.clone();
    let queued = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let queued = alerts::replay(tx, seq, &id, now)?;
            if queued {
                audit::record(tx, &entry)?;
            }
            Ok(queued)
        })
        .await?;
    match queued {
        true => Ok(Json(AlertTest {
            endpoint_id,
            queued,
        })),
        false => Err(Refusal::not_found(
            "alert_not_found",
            "there is no such alert, or no such endpoint",
        )
        .hint("`GET /alerts` and `GET /alerts/endpoints` list them")),
    }
}
