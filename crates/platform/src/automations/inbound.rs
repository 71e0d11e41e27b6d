//! Everything under `/v3/automations/sms/inbound`, one file an operation.

mod create;
mod delete;
mod list;
mod request;
mod update;
mod view;

use postern_domain::automation::InboundAction;
use postern_store::rules::InboundRule;
use postern_wire::clicksend::automation as wire;

use crate::error::ApiError;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use update::update;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Inbound rule record not found.");

fn rule_number(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| NOT_FOUND)
}

fn in_wire(InboundRule { rule_id, rule }: InboundRule) -> wire::InboundRule {
    wire::InboundRule {
        inbound_rule_id: rule_id,
        dedicated_number: rule.dedicated_number,
        rule_name: rule.rule_name,
        message_search_type: rule.search.code(),
        message_search_term: rule.search_term,
        action: rule.action.to_string(),
        action_address: rule.action_address,
        body: Some(rule.body).filter(|body| !body.is_empty()),
        enabled: i64::from(rule.enabled),
        webhook_type: (rule.action == InboundAction::Url).then(|| rule.encoding.to_string()),
    }
}
