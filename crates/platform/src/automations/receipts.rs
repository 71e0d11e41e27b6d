//! Everything under `/v3/automations/{sms,voice,email}/receipts`: the same operations on three kinds of rules, one file an operation.

mod create;
mod delete;
mod list;
mod request;
mod update;
mod view;

use axum::extract::{Path, State};
use axum::routing::{MethodRouter, get};
use postern_domain::automation::RuleKind;
use postern_store::rules::ReceiptRule;
use postern_wire::clicksend::automation::{self as wire, ReceiptRuleRequest};

use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::List;
use crate::payload::Payload;
use crate::state::PlatformState;

const NOT_FOUND: ApiError = ApiError::NotFound("Receipt rule record not found.");

type PlatformRoutes = MethodRouter<PlatformState>;
type Here = State<PlatformState>;

/// ClickSend's sentences; each kind has its own.
struct Words {
    path: &'static str,
    listed: &'static str,
    viewed: &'static str,
    created: &'static str,
    updated: &'static str,
    deleted: &'static str,
}

const fn words(kind: RuleKind) -> Words {
    match kind {
        RuleKind::Sms => Words {
            path: "/v3/automations/sms/receipts",
            listed: "Your list of rule incoming sms receipt.",
            viewed: "Your rule incoming voice receipt.",
            created: "Your new SMS receipt has been added.",
            updated: "Your rule incoming sms receipt has been updated.",
            deleted: "Your rule incoming sms receipt has been deleted.",
        },
        RuleKind::Voice => Words {
            path: "/v3/automations/voice/receipts",
            listed: "Your voice receipts.",
            viewed: "Your rule incoming voice receipt.",
            created: "Your new voice receipt has been added.",
            updated: "Your rule incoming voice receipt.",
            deleted: "Your rule voice receipt has been deleted.",
        },
        RuleKind::Email => Words {
            path: "/v3/automations/email/receipts",
            listed: "Here is your result.",
            viewed: "Here is your result.",
            created: "Automation email receipt rule has been created.",
            updated: "Automation email receipt rule has been updated.",
            deleted: "Automation email receipt rule has been deleted.",
        },
    }
}

/// `GET` and `POST` of all rules of a kind.
pub(crate) fn all(kind: RuleKind) -> PlatformRoutes {
    get(move |state: Here, caller: Caller, query: List| list::list(kind, state, caller, query))
        .post(
            move |state: Here, caller: Caller, body: Payload<ReceiptRuleRequest>| {
                create::create(kind, state, caller, body)
            },
        )
}

/// `GET`, `PUT` and `DELETE` of one rule.
pub(crate) fn one(kind: RuleKind) -> PlatformRoutes {
    get(move |state: Here, caller: Caller, id: Path<String>| view::view(kind, state, caller, id))
        .put(
            move |state: Here,
                  caller: Caller,
                  id: Path<String>,
                  body: Payload<ReceiptRuleRequest>| {
                update::update(kind, state, caller, id, body)
            },
        )
        .delete(move |state: Here, caller: Caller, id: Path<String>| {
            delete::delete(kind, state, caller, id)
        })
}

fn rule_number(text: &str) -> Result<i64, ApiError> {
    text.parse().map_err(|_| NOT_FOUND)
}

fn in_wire(ReceiptRule { rule_id, rule }: ReceiptRule) -> wire::ReceiptRule {
    wire::ReceiptRule {
        receipt_rule_id: rule_id,
        rule_name: rule.rule_name,
        match_type: rule.match_type,
        action: rule.action.to_string(),
        action_address: rule.action_address,
        enabled: i64::from(rule.enabled),
    }
}
