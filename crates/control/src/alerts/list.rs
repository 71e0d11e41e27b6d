//! `GET /alerts`, newest first and page by page, and `GET /alerts/endpoints`.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_store::alerts;
use postern_wire::control::{Alert, AlertEndpointList, AlertList};

use super::shown;
use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::instant::written;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_alerts(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AlertList>, Refusal> {
    unnarrowed(&context.caller)?;
    let parameters = Parameters::new(pairs, &["before", "limit"])?;
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let before = match parameters.text("before") {
        None => i64::MAX,
        Some(text) => text
            .strip_prefix("alert_")
            .and_then(|number| number.parse().ok())
            .ok_or_else(|| {
                Refusal::invalid("before", "`before` is what `next` of the page before said")
            })?,
    };
    let page = state
        .store
        .read(move |tx| alerts::page(tx, before, limit))
        .await?;
    let last = page.last().filter(|_| page.len() as i64 == limit);
    Ok(Json(AlertList {
        next: last.map(alerts::Alert::id),
        alerts: page.into_iter().map(told).collect(),
    }))
}

pub(crate) async fn list_endpoints(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
) -> Result<Json<AlertEndpointList>, Refusal> {
    unnarrowed(&context.caller)?;
    let all = state.store.read(alerts::endpoints).await?;
    Ok(Json(AlertEndpointList {
        endpoints: all.iter().map(shown).collect(),
    }))
}

fn told(alert: alerts::Alert) -> Alert {
    let (scope, id) = alert.scope.split_once(':').unwrap_or((&alert.scope, ""));
    Alert {
        alert_id: alert.id(),
        scope: scope.to_owned(),
        id: Some(id).filter(|id| !id.is_empty()).map(str::to_owned),
        at: written(alert.at),
        detail: serde_json::from_str(&alert.detail).unwrap_or_default(),
        kind: alert.kind,
        message: alert.message,
    }
}
