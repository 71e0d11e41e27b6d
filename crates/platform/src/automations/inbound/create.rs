//! `POST /v3/automations/sms/inbound`.

use axum::extract::State;
use axum::response::Response;
use postern_domain::automation::InboundAction;
use postern_store::Lane;
use postern_store::rules::{self, InboundRule};
use postern_wire::clicksend::automation::InboundRuleRequest;

use super::super::target::{NO_LIST, exists};
use super::super::{TOO_MANY, secret};
use super::in_wire;
use super::request::rule;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<InboundRuleRequest>,
) -> Result<Response, ApiError> {
    let rule = rule(request, None, account.country)?;
    if rule.action == InboundAction::Url {
        secret::ensure(&state, account.id).await?;
    }
    let (id, now, new) = (account.id, state.now(), rule.clone());
    let rule_id = state
        .store
        .write(Lane::of(id.0), move |tx| {
            match exists(tx, id, new.action.target(), &new.action_address)? {
                true => rules::create_inbound(tx, id, &new, now).map(Ok),
                false => Ok(Err(NO_LIST)),
            }
        })
        .await??
        .ok_or(TOO_MANY)?;
    Ok(answer::success(
        "Your record has been added.",
        in_wire(InboundRule { rule_id, rule }),
    ))
}
