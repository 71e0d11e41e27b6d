//! `DELETE /v3/automations/{kind}/receipts/{receipt_rule_id}`. Pushes that wait are still made.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::automation::RuleKind;
use postern_store::{Lane, rules};

use super::{NOT_FOUND, rule_number, words};
use crate::answer::{self, NOTHING};
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(super) async fn delete(
    kind: RuleKind,
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(rule_id): Path<String>,
) -> Result<Response, ApiError> {
    let (id, rule_id) = (account.id, rule_number(&rule_id)?);
    let deleted = state
        .store
        .write(Lane::of(id.0), move |tx| {
            rules::delete_receipt(tx, id, kind, rule_id)
        })
        .await?;
    match (deleted, kind) {
        (false, _) => Err(NOT_FOUND),
        // The SDKs read a truth value here and a list of texts for the other kinds.
        (true, RuleKind::Email) => Ok(answer::success(words(kind).deleted, true)),
        (true, _) => Ok(answer::success(words(kind).deleted, NOTHING)),
    }
}
