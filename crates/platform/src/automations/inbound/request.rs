//! What a caller wrote, as a rule: completed from the rule that was there before, checked, named where it is wrong.

use postern_domain::automation::{Encoding, InboundAction, TextMatch};
use postern_domain::phone::{CountryCode, Recipient};
use postern_store::rules::NewInboundRule;
use postern_wire::clicksend::automation::InboundRuleRequest;

use super::super::target::complete;
use super::super::{flag, given, number, or_before, word};
use crate::error::ApiError;

pub(super) fn rule(
    request: InboundRuleRequest,
    before: Option<NewInboundRule>,
    country: CountryCode,
) -> Result<NewInboundRule, ApiError> {
    let of = before.as_ref();
    let search = number(
        "message_search_type",
        request.message_search_type.as_deref(),
        |n| TextMatch::from_code(n).is_some(),
        "0 (any), 1 (starts with), 2 (contains) or 3 (does not contain)",
    )?;
    let search = or_before(
        "message_search_type",
        search.and_then(TextMatch::from_code),
        of.map(|rule| rule.search),
    )?;
    let search_term = given("message_search_term", request.message_search_term)?
        .or(of.map(|rule| rule.search_term.clone()))
        .unwrap_or_default();
    if search != TextMatch::Any && search_term.trim().is_empty() {
        return Err(ApiError::Invalid(
            "message_search_term is missing; only message_search_type 0 needs none.".into(),
        ));
    }
    let action = word("action", request.action.as_deref(), true, actions)?;
    let action: InboundAction = or_before("action", action, of.map(|rule| rule.action))?;
    let body = given("body", request.body)?
        .or(of.map(|rule| rule.body.clone()))
        .unwrap_or_default();
    let address = given("action_address", request.action_address)?
        .or(of.map(|rule| rule.action_address.clone()))
        .unwrap_or_default();
    if action == InboundAction::AutoReply && body.trim().is_empty() && address.trim().is_empty() {
        return Err(ApiError::Invalid(
            "body is missing: AUTO_REPLY needs the text of its answer.".into(),
        ));
    }
    let encoding = word(
        "webhook_type",
        request.webhook_type.as_deref(),
        false,
        || "post, get, json".to_owned(),
    )?;
    Ok(NewInboundRule {
        dedicated_number: dedicated_number(
            or_before(
                "dedicated_number",
                request
                    .dedicated_number
                    .filter(|text| !text.trim().is_empty()),
                of.map(|rule| rule.dedicated_number.clone()),
            )?,
            country,
        )?,
        rule_name: or_before(
            "rule_name",
            given("rule_name", request.rule_name)?,
            of.map(|rule| rule.rule_name.clone()),
        )?,
        search,
        search_term,
        action_address: complete(action.target(), &address, country)?,
        action,
        body,
        encoding: encoding
            .or(of.map(|rule| rule.encoding))
            .unwrap_or(Encoding::Post),
        enabled: flag("enabled", request.enabled.as_deref())?
            .or(of.map(|rule| rule.enabled))
            .unwrap_or(true),
    })
}

/// Any number may be named: a rule about one that is not the account's never has anything to do.
fn dedicated_number(text: String, country: CountryCode) -> Result<String, ApiError> {
    match text.trim() {
        "*" => Ok("*".to_owned()),
        text => Recipient::parse(text, country)
            .map(|number| number.as_str().to_owned())
            .map_err(|_| {
                ApiError::Invalid("dedicated_number must be * or a telephone number.".into())
            }),
    }
}

fn actions() -> String {
    let words: Vec<_> = InboundAction::ALL.iter().map(|a| a.as_str()).collect();
    words.join(", ")
}
