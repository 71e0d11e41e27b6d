//! `GET /approvals/{approval_id}?wait=`: how one stands, at once or at its end.

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use postern_access::Acting;
use postern_approvals::{KeptAnswer, WAIT_SECONDS_MAX, shown};
use postern_wire::control::Approval;

use super::{missing, only_of};
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn read_approval(
    State(state): State<ControlState>,
    context: Option<Extension<Context>>,
    acting: Option<Extension<Acting>>,
    Path(approval_id): Path<String>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<Approval>, Refusal> {
    let parameters = Parameters::new(pairs, &["wait"])?;
    let seconds = match parameters.text("wait") {
        None => 0,
        Some(text) => {
            let number = text.strip_suffix('s').unwrap_or(text).parse::<u64>();
            number
                .ok()
                .filter(|seconds| *seconds <= WAIT_SECONDS_MAX)
                .ok_or_else(|| {
                    let message =
                        format!("`wait` must be whole seconds, at most {WAIT_SECONDS_MAX}");
                    Refusal::invalid("wait", message)
                })?
        }
    };
    let own = only_of(context.as_ref());
    let allowed = |approval: &postern_store::approvals::Approval| {
        own.as_ref().is_none_or(|own| *own == approval.key_id)
    };
    // Nobody waits for what they may not see.
    let found = state.approvals.get(&approval_id).await?;
    found.filter(allowed).ok_or_else(missing)?;
    let found = state.approvals.wait(&approval_id, seconds).await?;
    let approval = found.ok_or_else(missing)?;
    let mut answer = shown(&approval);
    if acting.is_some() {
        let request = state.approvals.open(&approval);
        let request = request.map_err(|error| Refusal::internal(&error))?;
        answer.request = request.map(|request| request.shown());
    }
    let kept = state.approvals.answer(&approval);
    let kept = kept.map_err(|error| Refusal::internal(&error))?;
    answer.answer = kept.as_ref().map(KeptAnswer::shown);
    Ok(Json(answer))
}
