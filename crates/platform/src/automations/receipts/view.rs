//! `GET /v3/automations/{kind}/receipts/{receipt_rule_id}`.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::automation::RuleKind;
use postern_store::rules;

use super::{NOT_FOUND, in_wire, rule_number, words};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(super) async fn view(
    kind: RuleKind,
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(rule_id): Path<String>,
) -> Result<Response, ApiError> {
    let (id, rule_id) = (account.id, rule_number(&rule_id)?);
    let rule = state
        .store
        .read(move |tx| rules::get_receipt(tx, id, kind, rule_id))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(words(kind).viewed, in_wire(rule)))
}
