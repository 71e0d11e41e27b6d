//! What a caller wrote, as a rule: completed from the rule that was there before, checked, named where it is wrong.

use postern_domain::automation::{FateMatch, ReceiptAction};
use postern_domain::phone::CountryCode;
use postern_store::rules::NewReceiptRule;
use postern_wire::clicksend::automation::ReceiptRuleRequest;

use super::super::target::complete;
use super::super::{flag, given, number, or_before, word};
use crate::error::ApiError;

pub(super) fn rule(
    request: ReceiptRuleRequest,
    before: Option<NewReceiptRule>,
    country: CountryCode,
) -> Result<NewReceiptRule, ApiError> {
    let of = before.as_ref();
    let match_type = number(
        "match_type",
        request.match_type.as_deref(),
        |n| FateMatch::from_code(n).is_some(),
        "0 (all), 1 (failed) or 2 (delivered)",
    )?;
    let action = word("action", request.action.as_deref(), true, actions)?;
    let action: ReceiptAction = or_before("action", action, of.map(|rule| rule.action))?;
    let address = given("action_address", request.action_address)?
        .or(of.map(|rule| rule.action_address.clone()))
        .unwrap_or_default();
    Ok(NewReceiptRule {
        rule_name: or_before(
            "rule_name",
            given("rule_name", request.rule_name)?,
            of.map(|rule| rule.rule_name.clone()),
        )?,
        match_type: or_before("match_type", match_type, of.map(|rule| rule.match_type))?,
        action_address: complete(action.target(), &address, country)?,
        action,
        enabled: flag("enabled", request.enabled.as_deref())?
            .or(of.map(|rule| rule.enabled))
            .unwrap_or(true),
    })
}

fn actions() -> String {
    let words: Vec<_> = ReceiptAction::ALL.iter().map(|a| a.as_str()).collect();
    words.join(", ")
}
