//! Rules for receipts of texts, calls and e-mail.

use postern_domain::account::AccountId;
use postern_domain::automation::{FateMatch, ReceiptAction, RuleKind};
use postern_domain::message::Status;
use postern_domain::time::UnixMicros;

use super::RULES_MAX;
use crate::settings::{TENANT, next_number};
use crate::{Error, Result, Row, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewReceiptRule {
    pub rule_name: String,
    /// As the caller wrote it; [`FateMatch::from_code`] knows what it means.
    pub match_type: i64,
    pub action: ReceiptAction,
    pub action_address: String,
    pub enabled: bool,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRule {
    pub rule_id: i64,
    pub rule: NewReceiptRule,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceiptRulePage {
    pub total: i64,
    pub rows: Vec<ReceiptRule>,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT rule_id, rule_name, match_type, action, action_address, enabled FROM receipt_rules WHERE account_id = $1 AND kind = $2 ",
            $rest
        )
    };
}

impl ReceiptRule {
    pub(crate) fn matches(&self, status: Status) -> bool {
        self.rule.enabled
            && FateMatch::from_code(self.rule.match_type).is_some_and(|m| m.matches(status))
    }
}

/// `None`: the account has [`RULES_MAX`] of the kind.
pub fn create_receipt(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
    rule: &NewReceiptRule,
    now: UnixMicros,
) -> Result<Option<i64>> {
    let rule_id = next_number(tx, "receipt_rule")?;
    let made = tx.execute(
        "INSERT INTO receipt_rules (tenant_id, account_id, kind, rule_id, rule_name, match_type, action, action_address, enabled,
            created_at, updated_at)
         SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $10
         WHERE (SELECT count(*) FROM receipt_rules WHERE account_id = $2 AND kind = $3) < $11",
        &[
            v(TENANT),
            v(account.0),
            v(kind.code()),
            v(rule_id),
            v(&rule.rule_name),
            v(rule.match_type),
            v(rule.action.as_str()),
            v(&rule.action_address),
            v(rule.enabled),
            v(now.0),
            v(RULES_MAX),
        ],
    )?;
    Ok((made == 1).then_some(rule_id))
}

pub fn get_receipt(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
    rule_id: i64,
) -> Result<Option<ReceiptRule>> {
    tx.opt(
        select!("AND rule_id = $3"),
        &[v(account.0), v(kind.code()), v(rule_id)],
        read,
    )
}

/// Oldest first.
pub fn receipt_page(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
    skip: i64,
    limit: i64,
) -> Result<ReceiptRulePage> {
    let total = tx.one(
        "SELECT count(*) FROM receipt_rules WHERE account_id = $1 AND kind = $2",
        &[v(account.0), v(kind.code())],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        select!("ORDER BY rule_id LIMIT $3 OFFSET $4"),
        &[v(account.0), v(kind.code()), v(limit), v(skip)],
        read,
    )?;
    Ok(ReceiptRulePage { total, rows })
}

/// Replaces everything but its number. `false`: no such rule of this account.
pub fn update_receipt(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
    rule_id: i64,
    rule: &NewReceiptRule,
    now: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE receipt_rules SET rule_name = $4, match_type = $5, action = $6, action_address = $7, enabled = $8, updated_at = $9
         WHERE account_id = $1 AND kind = $2 AND rule_id = $3",
        &[
            v(account.0),
            v(kind.code()),
            v(rule_id),
            v(&rule.rule_name),
            v(rule.match_type),
            v(rule.action.as_str()),
            v(&rule.action_address),
            v(rule.enabled),
            v(now.0),
        ],
    )?;
    Ok(changed == 1)
}

/// `false`: no such rule of this account.
pub fn delete_receipt(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
    rule_id: i64,
) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM receipt_rules WHERE account_id = $1 AND kind = $2 AND rule_id = $3",
        &[v(account.0), v(kind.code()), v(rule_id)],
    )?;
    Ok(deleted == 1)
}

/// Disabled ones, too: that there are rules at all decides what is kept for polling.
pub(crate) fn all_receipt(
    tx: &mut Tx<'_>,
    account: AccountId,
    kind: RuleKind,
) -> Result<Vec<ReceiptRule>> {
    tx.all(
        select!("ORDER BY rule_id LIMIT $3"),
        &[v(account.0), v(kind.code()), v(RULES_MAX)],
        read,
    )
}

fn read(row: &Row<'_>) -> Result<ReceiptRule> {
    let rule_id = row.int(0)?;
    let action = row.text(3)?;
    Ok(ReceiptRule {
        rule_id,
        rule: NewReceiptRule {
            rule_name: row.text(1)?,
            match_type: row.int(2)?,
            action: action.parse().map_err(|_| Error::Inconsistent {
                table: "receipt_rules",
                id: rule_id.to_string(),
            })?,
            action_address: row.text(4)?,
            enabled: row.flag(5)?,
        },
    })
}
