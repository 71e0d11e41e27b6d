//! `POST /approvals/{approval_id}/approve` and `…/deny`: an operator's word, about what they saw.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_access::{Acting, Visitor};
use postern_approvals::{Choice, Verdict, shown};
use postern_wire::control::{Approval, ApprovalDecision};

use super::missing;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn approve(
    state: State<ControlState>,
    acting: Extension<Acting>,
    visitor: Extension<Visitor>,
    id: Path<String>,
    payload: Payload<ApprovalDecision>,
) -> Result<Json<Approval>, Refusal> {
    decide(state, acting, visitor, id, payload, true).await
}

pub(crate) async fn deny(
    state: State<ControlState>,
    acting: Extension<Acting>,
    visitor: Extension<Visitor>,
    id: Path<String>,
    payload: Payload<ApprovalDecision>,
) -> Result<Json<Approval>, Refusal> {
    decide(state, acting, visitor, id, payload, false).await
}

async fn decide(
    State(state): State<ControlState>,
    Extension(acting): Extension<Acting>,
    Extension(visitor): Extension<Visitor>,
    Path(approval_id): Path<String>,
    Payload(decision): Payload<ApprovalDecision>,
    approved: bool,
) -> Result<Json<Approval>, Refusal> {
    let choice = Choice {
        approved,
        digest: decision.digest,
        reason: decision.reason,
    };
    let decided = state
        .approvals
        .decide(&approval_id, choice, &acting, &visitor)
        .await?;
    match decided {
        Verdict::Done => {}
        Verdict::Stands(stands) => {
            return Err(Refusal::conflict(
                "approval_decided",
                format!("it is {} already; nothing was changed", stands.as_str()),
            )
            .hint("a decision is made once; whoever asked can ask again"));
        }
        Verdict::OtherDigest => {
            return Err(Refusal::conflict(
                "approval_changed",
                "the digest is not that of this approval; nothing was decided",
            )
            .field("digest")
            .hint("look at the approval and give the digest that it shows"));
        }
        Verdict::Missing => return Err(missing()),
    }
    let found = state.approvals.get(&approval_id).await?;
    Ok(Json(shown(&found.ok_or_else(missing)?)))
}
