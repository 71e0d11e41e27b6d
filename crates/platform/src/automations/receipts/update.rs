//! `PUT /v3/automations/{kind}/receipts/{receipt_rule_id}`: what is not given stays as it is.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::automation::{ReceiptAction, RuleKind};
use postern_store::Lane;
use postern_store::rules::{self, ReceiptRule};
use postern_wire::clicksend::automation::ReceiptRuleRequest;

use super::super::secret;
use super::request::rule;
use super::{NOT_FOUND, in_wire, rule_number, words};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(super) async fn update(
    kind: RuleKind,
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(rule_id): Path<String>,
    Payload(request): Payload<ReceiptRuleRequest>,
) -> Result<Response, ApiError> {
    let (id, rule_id, now) = (account.id, rule_number(&rule_id)?, state.now());
    let before = state
        .store
        .read(move |tx| rules::get_receipt(tx, id, kind, rule_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let rule = rule(request, Some(before.rule), account.country)?;
    if rule.action == ReceiptAction::Url {
        secret::ensure(&state, id).await?;
    }
    let new = rule.clone();
    let found = state
        .store
        .write(Lane::of(id.0), move |tx| {
            rules::update_receipt(tx, id, kind, rule_id, &new, now)
        })
        .await?;
    match found {
        true => Ok(answer::success(
            words(kind).updated,
            in_wire(ReceiptRule { rule_id, rule }),
        )),
        false => Err(NOT_FOUND),
    }
}
