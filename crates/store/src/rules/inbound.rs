//! Rules for texts that come in.

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, InboundAction, TextMatch};
use postern_domain::time::UnixMicros;

use super::RULES_MAX;
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewInboundRule {
    /// `*`, or a number in E.164.
    pub dedicated_number: String,
    pub rule_name: String,
    pub search: TextMatch,
    pub search_term: String,
    pub action: InboundAction,
    pub action_address: String,
    /// The text of an automatic answer.
    pub body: String,
    pub encoding: Encoding,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundRule {
    pub rule_id: i64,
    pub rule: NewInboundRule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InboundRulePage {
    pub total: i64,
    pub rows: Vec<InboundRule>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT rule_id, dedicated_number, rule_name, search_type, search_term, action, action_address, body, webhook_type, enabled
             FROM inbound_rules WHERE account_id = $1 ",
            $rest
        )
    };
}

impl InboundRule {
    /// Whether the rule is about a text to this number that says this.
    pub(crate) fn matches(&self, recipient: &str, body: &str) -> bool {
        let rule = &self.rule;
        (rule.dedicated_number == "*" || rule.dedicated_number == recipient)
            && rule.search.matches(&rule.search_term, body)
    }
}

/// `None`: the account has [`RULES_MAX`] of them.
pub fn create_inbound(
    tx: &mut Tx<'_>,
    account: AccountId,
    rule: &NewInboundRule,
    now: UnixMicros,
) -> Result<Option<i64>> {
    let rule_id = next_number(tx, "inbound_rule")?;
    let made = tx.execute(
        "INSERT INTO inbound_rules (tenant_id, account_id, rule_id, dedicated_number, rule_name, search_type, search_term, action,
            action_address, body, webhook_type, enabled, created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13
         WHERE (SELECT count(*) FROM inbound_rules WHERE account_id = $2) < $14",
        &[
            v(TENANT),
            v(account.0),
            v(rule_id),
            v(&rule.dedicated_number),
            v(&rule.rule_name),
            v(rule.search.code()),
            v(&rule.search_term),
            v(rule.action.as_str()),
            v(&rule.action_address),
            v(&rule.body),
            v(rule.encoding.as_str()),
            v(rule.enabled),
            v(now.0),
            v(RULES_MAX),
        ],
    )?;
    Ok((made == 1).then_some(rule_id))
}

pub fn get_inbound(
    tx: &mut Tx<'_>,
    account: AccountId,
    rule_id: i64,
) -> Result<Option<InboundRule>> {
    tx.opt(
        select!("AND rule_id = $2"),
        &[v(account.0), v(rule_id)],
        read,
    )
}

/// Oldest first.
pub fn inbound_page(
    tx: &mut Tx<'_>,
    account: AccountId,
    skip: i64,
    limit: i64,
) -> Result<InboundRulePage> {
    let total = tx.one(
        "SELECT count(*) FROM inbound_rules WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        select!("ORDER BY rule_id LIMIT $2 OFFSET $3"),
        &[v(account.0), v(limit), v(skip)],
        read,
    )?;
    Ok(InboundRulePage { total, rows })
}

/// Replaces everything but its number. `false`: no such rule of this account.
pub fn update_inbound(
    tx: &mut Tx<'_>,
    account: AccountId,
    rule_id: i64,
    rule: &NewInboundRule,
    now: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE inbound_rules SET dedicated_number = $3, rule_name = $4, search_type = $5, search_term = $6, action = $7,
            action_address = $8, body = $9, webhook_type = $10, enabled = $11, updated_at = $12
         WHERE account_id = $1 AND rule_id = $2",
        &[
            v(account.0),
            v(rule_id),
            v(&rule.dedicated_number),
            v(&rule.rule_name),
            v(rule.search.code()),
            v(&rule.search_term),
            v(rule.action.as_str()),
            v(&rule.action_address),
            v(&rule.body),
            v(rule.encoding.as_str()),
            v(rule.enabled),
            v(now.0),
        ],
    )?;
    Ok(changed == 1)
}

/// `false`: no such rule of this account.
pub fn delete_inbound(tx: &mut Tx<'_>, account: AccountId, rule_id: i64) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM inbound_rules WHERE account_id = $1 AND rule_id = $2",
        &[v(account.0), v(rule_id)],
    )?;
    Ok(deleted == 1)
}

pub(crate) fn enabled_inbound(tx: &mut Tx<'_>, account: AccountId) -> Result<Vec<InboundRule>> {
    tx.all(
        select!("AND enabled = 1 ORDER BY rule_id LIMIT $2"),
        &[v(account.0), v(RULES_MAX)],
        read,
    )
}

pub(crate) fn any_inbound(tx: &mut Tx<'_>, account: AccountId) -> Result<bool> {
    let found = tx.opt(
        "SELECT rule_id FROM inbound_rules WHERE account_id = $1 ORDER BY rule_id LIMIT 1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    Ok(found.is_some())
}

fn read(row: &Row<'_>) -> Result<InboundRule> {
    let rule_id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "inbound_rules",
        id: rule_id.to_string(),
    };
    Ok(InboundRule {
        rule_id,
        rule: NewInboundRule {
            dedicated_number: row.text(1)?,
            rule_name: row.text(2)?,
            search: TextMatch::from_code(row.int(3)?).ok_or_else(inconsistent)?,
            search_term: row.text(4)?,
            action: row.text(5)?.parse().map_err(|_| inconsistent())?,
            action_address: row.text(6)?,
            body: row.text(7)?,
            encoding: row.text(8)?.parse().map_err(|_| inconsistent())?,
            enabled: row.flag(9)?,
        },
    })
}
