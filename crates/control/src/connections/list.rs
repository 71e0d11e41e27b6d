//! `GET /connections`: those that concern the key, oldest first. The first ACTIVE one of an app is its default.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_domain::time::UnixMicros;
use postern_store::connections::{self, Filter, START};
use postern_wire::control::ConnectionList;

use super::{concerns, view};
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 1000;
/// Connections read in one unit of work.
const PAGE_ROWS: i64 = 500;

pub(crate) async fn list_connections(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ConnectionList>, Refusal> {
    let parameters = Parameters::new(pairs, &["app", "status", "method", "limit"])?;
    let limit = usize::try_from(parameters.up_to("limit", LIMIT_MAX)?).unwrap_or(usize::MAX);
    let filter = Filter {
        app: parameters.text("app").map(str::to_owned),
        status: parameters.word("status")?,
        method: parameters.word("method")?,
    };
    let now = state.now();
    let mut listed = Vec::new();
    let mut after: (UnixMicros, String) = (START.0, START.1.to_owned());
    while listed.len() < limit {
        let (filter, place) = (filter.clone(), after.clone());
        let page = state
            .store
            .read(move |tx| connections::page(tx, &filter, (place.0, &place.1), PAGE_ROWS))
            .await?;
        let Some(last) = page.last() else { break };
        after = (last.created_at, last.connection_id.clone());
        let concerning = page.iter().filter(|row| concerns(&context.caller, row));
        listed.extend(concerning.map(|row| view::shown(&state, &context.caller, row, now)));
    }
    listed.truncate(limit);
    Ok(Json(ConnectionList {
        connections: listed,
    }))
}
