//! `GET /approvals`: newest first.

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_approvals::shown;
use postern_store::approvals::{self, Filter};
use postern_wire::control::ApprovalList;

use super::only_of;
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 100;

pub(crate) async fn list_approvals(
    State(state): State<ControlState>,
    context: Option<Extension<Context>>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<ApprovalList>, Refusal> {
    let parameters = Parameters::new(pairs, &["state", "before", "limit"])?;
    let wanted = match parameters.text("state") {
        None => None,
        Some(word) => Some(approvals::State::parse(word).ok_or_else(|| {
            let known = approvals::State::ALL.map(approvals::State::as_str);
            Refusal::invalid("state", "`state` is not known")
                .hint(format!("it is one of {}", known.join(", ")))
        })?),
    };
    let filter = Filter {
        key_id: only_of(context.as_ref()),
        state: wanted,
    };
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let before = parameters.text("before").map(str::to_owned);
    let page = state.approvals.page(filter, before, limit).await?;
    let next = (page.len() as i64 == limit)
        .then(|| page.last().map(|last| last.approval_id.clone()))
        .flatten();
    Ok(Json(ApprovalList {
        approvals: page.iter().map(shown).collect(),
        next,
    }))
}
