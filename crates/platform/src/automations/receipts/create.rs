//! `POST /v3/automations/{kind}/receipts`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::automation::{ReceiptAction, RuleKind};
use postern_store::Lane;
use postern_store::rules::{self, ReceiptRule};
use postern_wire::clicksend::automation::ReceiptRuleRequest;

use super::super::{TOO_MANY, secret};
use super::request::rule;
use super::{in_wire, words};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(super) async fn create(
    kind: RuleKind,
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<ReceiptRuleRequest>,
) -> Result<Response, ApiError> {
    let rule = rule(request, None, account.country)?;
    if rule.action == ReceiptAction::Url {
        secret::ensure(&state, account.id).await?;
    }
    let (id, now, new) = (account.id, state.now(), rule.clone());
    let rule_id = state
        .store
        .write(Lane::of(id.0), move |tx| {
            rules::create_receipt(tx, id, kind, &new, now)
        })
        .await?
        .ok_or(TOO_MANY)?;
    Ok(answer::success(
        words(kind).created,
        in_wire(ReceiptRule { rule_id, rule }),
    ))
}
