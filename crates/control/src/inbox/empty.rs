//! `DELETE /inbox`: nothing that arrived until now is shown any more. History keeps it.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_store::{Lane, audit, inbox};
use postern_wire::control::Emptied;
use serde_json::json;

use crate::audit::change;
use crate::guard::Context;
use crate::instant::written;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn empty_inbox(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Emptied>, Refusal> {
    super::may_change(&context.caller)?;
    let parameters = Parameters::new(pairs, &["connection"])?;
    let account = super::account(&state, &context.caller, parameters.text("connection"))?;
    let now = state.now();
    let id = account.0.to_string();
    let entry = change(&context, now, ("account", &id), &json!({}));
    let emptied = state.store.write(Lane::of(account.0), move |tx| {
        inbox::empty(tx, account, now)?;
        audit::record(tx, &entry)
    });
    emptied.await?;
    Ok(Json(Emptied {
        emptied_at: written(now),
    }))
}
