//! Rules that call an address, as webhooks, and how their newest calls went.

use std::fmt;
use std::str::FromStr;

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, InboundAction, ReceiptAction, RuleKind};
use postern_domain::time::UnixMicros;

use super::record::State;
use crate::rules::{self, InboundRule, RULES_MAX, ReceiptRule};
use crate::{Error, Result, Tx, v};

/// So many of the account's newest pushes say how its webhooks are.
const LOOKED_AT_MAX: i64 = 1_000;

/// What a webhook is told.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum On {
    Inbound,
    Receipts(RuleKind),
}

/// A rule by its name: `inbound/7`, `voice-receipts/3`.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub on: On,
    pub rule_id: i64,
}

/// A rule whose action is to call an address.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Webhook {
    pub rule: Rule,
    pub name: String,
    pub url: String,
    pub enabled: bool,
    /// How texts are told; receipts are told in one way only.
    pub encoding: Option<Encoding>,
    /// `None`: it was not called lately.
    pub health: Option<Health>,
}

/// What became of a webhook's calls among the account's newest.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Health {
    pub arrived: i64,
    pub waiting: i64,
    pub given_up: i64,
    /// Of the newest of them.
    pub last: State,
    pub last_at: UnixMicros,
}

impl On {
    const ALL: [On; 4] = [
        On::Inbound,
        On::Receipts(RuleKind::Sms),
        On::Receipts(RuleKind::Voice),
        On::Receipts(RuleKind::Email),
    ];

    pub const fn as_str(self) -> &'static str {
        match self {
            On::Inbound => "inbound",
            On::Receipts(RuleKind::Sms) => "receipts",
            On::Receipts(RuleKind::Voice) => "voice-receipts",
            On::Receipts(RuleKind::Email) => "email-receipts",
        }
    }

    /// As the table of pushes has it.
    pub(super) const fn about(self) -> i64 {
        match self {
            On::Inbound => 1,
            On::Receipts(_) => 2,
        }
    }

    /// Numbers of receipt rules are of one sequence: a rule that is gone may as well have been one of texts.
    pub(super) fn of(about: i64, kind: Option<i64>) -> Option<On> {
        match about {
            1 => Some(On::Inbound),
            2 => {
                let kinds = [RuleKind::Sms, RuleKind::Voice, RuleKind::Email];
                let kind = kind.and_then(|code| kinds.into_iter().find(|kind| kind.code() == code));
                Some(On::Receipts(kind.unwrap_or(RuleKind::Sms)))
            }
            _ => None,
        }
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.on.as_str(), self.rule_id)
    }
}

impl FromStr for Rule {
    type Err = &'static str;

    fn from_str(text: &str) -> std::result::Result<Rule, Self::Err> {
        let parse = || {
            let (on, id) = text.split_once('/')?;
            let on = On::ALL.into_iter().find(|one| one.as_str() == on)?;
            let rule_id = id.parse().ok().filter(|id| *id > 0)?;
            Some(Rule { on, rule_id })
        };
        parse().ok_or("a webhook is named such as `inbound/7`, `receipts/7` or `voice-receipts/7`")
    }
}

/// All of an account, with how they are: those for texts first, each kind in the order of its making.
pub fn webhooks(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<Webhook>> {
    let mut found: Vec<Webhook> = rules::inbound_page(tx, account, 0, RULES_MAX)?
        .rows
        .into_iter()
        .filter_map(of_inbound)
        .collect();
    for kind in [RuleKind::Sms, RuleKind::Voice, RuleKind::Email] {
        let page = rules::receipt_page(tx, account, kind, 0, RULES_MAX)?;
        found.extend(
            page.rows
                .into_iter()
                .filter_map(|rule| of_receipt(kind, rule)),
        );
    }
    for (about, rule_id, health) in health(tx, account)? {
        let is_it =
            |one: &&mut Webhook| (one.rule.on.about(), one.rule.rule_id) == (about, rule_id);
        if let Some(webhook) = found.iter_mut().find(is_it) {
            webhook.health = Some(health);
        }
    }
    Ok(found)
}

/// One of them; `None`: there is no such rule, or it calls no address.
pub fn webhook(tx: &mut Tx<'_>, account: AccountId, rule: Rule) -> Result<Option<Webhook>> {
    Ok(webhooks(tx, account)?
        .into_iter()
        .find(|webhook| webhook.rule == rule))
}

fn of_inbound(InboundRule { rule_id, rule }: InboundRule) -> Option<Webhook> {
    (rule.action == InboundAction::Url).then_some(Webhook {
        rule: Rule {
            on: On::Inbound,
            rule_id,
        },
        name: rule.rule_name,
        url: rule.action_address,
        enabled: rule.enabled,
        encoding: Some(rule.encoding),
        health: None,
    })
}

fn of_receipt(kind: RuleKind, ReceiptRule { rule_id, rule }: ReceiptRule) -> Option<Webhook> {
    (rule.action == ReceiptAction::Url).then_some(Webhook {
        rule: Rule {
            on: On::Receipts(kind),
            rule_id,
        },
        name: rule.rule_name,
        url: rule.action_address,
        enabled: rule.enabled,
        encoding: None,
        health: None,
    })
}

/// By what a push is about and its rule.
fn health(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<(i64, i64, Health)>> {
    let counted = tx.all(
        "SELECT about, rule_id, state, count(*), max(push_id), max(created_at) FROM
            (SELECT push_id, about, rule_id, state, created_at FROM pushes WHERE account_id = $1 ORDER BY push_id DESC LIMIT $2) AS p
         WHERE rule_id IS NOT NULL GROUP BY about, rule_id, state ORDER BY 5",
        &[v(account.0), v(LOOKED_AT_MAX)],
        |row| {
            let state = State::from_code(row.int(2)?).ok_or_else(|| Error::Inconsistent {
                table: "pushes",
                id: String::new(),
            })?;
            Ok((row.int(0)?, row.int(1)?, state, row.int(3)?, UnixMicros(row.int(5)?)))
        },
    )?;
    let mut found: Vec<(i64, i64, Health)> = Vec::new();
    for (about, rule_id, state, count, at) in counted {
        let known = found
            .iter()
            .position(|one| (one.0, one.1) == (about, rule_id));
        let place = known.unwrap_or_else(|| {
            let none = Health {
                arrived: 0,
                waiting: 0,
                given_up: 0,
                last: state,
                last_at: at,
            };
            found.push((about, rule_id, none));
            found.len() - 1
        });
        let Some((_, _, health)) = found.get_mut(place) else {
            continue;
        };
        // They come in the order of their newest.
        (health.last, health.last_at) = (state, at);
        match state {
            State::Arrived => health.arrived = count,
            State::Waiting => health.waiting = count,
            State::GivenUp => health.given_up = count,
        }
    }
    Ok(found)
}
