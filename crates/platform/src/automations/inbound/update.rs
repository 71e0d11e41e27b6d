//! `PUT /v3/automations/sms/inbound/{inbound_rule_id}`: what is not given stays as it is.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::automation::InboundAction;
use postern_store::Lane;
use postern_store::rules::{self, InboundRule};
use postern_wire::clicksend::automation::InboundRuleRequest;

use super::super::secret;
use super::super::target::{NO_LIST, exists};
use super::request::rule;
use super::{NOT_FOUND, in_wire, rule_number};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn update(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(rule_id): Path<String>,
    Payload(request): Payload<InboundRuleRequest>,
) -> Result<Response, ApiError> {
    let (id, rule_id, now) = (account.id, rule_number(&rule_id)?, state.now());
    let before = state
        .store
        .read(move |tx| rules::get_inbound(tx, id, rule_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let rule = rule(request, Some(before.rule), account.country)?;
    if rule.action == InboundAction::Url {
        secret::ensure(&state, id).await?;
    }
    let new = rule.clone();
    let found = state
        .store
        .write(Lane::of(id.0), move |tx| {
            match exists(tx, id, new.action.target(), &new.action_address)? {
                true => rules::update_inbound(tx, id, rule_id, &new, now).map(Ok),
                false => Ok(Err(NO_LIST)),
            }
        })
        .await??;
    match found {
        true => Ok(answer::success(
            "Your record has been updated.",
            in_wire(InboundRule { rule_id, rule }),
        )),
        false => Err(NOT_FOUND),
    }
}
