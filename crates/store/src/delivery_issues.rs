//! What an account complains about.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Result, Tx, v};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewIssue {
    pub message_id: String,
    pub kind: String,
    pub description: String,
    pub client_comments: Option<String>,
    pub email_address: String,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Issue {
    pub issue_id: i64,
    pub issue: NewIssue,
    pub created_at: UnixMicros,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct IssuePage {
    pub total: i64,
    pub rows: Vec<Issue>,
}

pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    issue: &NewIssue,
    now: UnixMicros,
) -> Result<i64> {
    let issue_id = next_number(tx, "delivery_issue")?;
    tx.execute(
        "INSERT INTO delivery_issues (tenant_id, account_id, issue_id, message_id, type, description, client_comments, email_address,
            created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            v(TENANT),
            v(account.0),
            v(issue_id),
            v(&issue.message_id),
            v(&issue.kind),
            v(&issue.description),
            v(&issue.client_comments),
            v(&issue.email_address),
            v(now.0),
        ],
    )?;
    Ok(issue_id)
}

/// Oldest first.
pub fn page(tx: &mut Tx<'_>, account: AccountId, skip: i64, limit: i64) -> Result<IssuePage> {
    let total = tx.one(
        "SELECT count(*) FROM delivery_issues WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        "SELECT issue_id, message_id, type, description, client_comments, email_address, created_at FROM delivery_issues
         WHERE account_id = $1 ORDER BY issue_id LIMIT $2 OFFSET $3",
        &[v(account.0), v(limit), v(skip)],
        |row| {
            Ok(Issue {
                issue_id: row.int(0)?,
                issue: NewIssue {
                    message_id: row.text(1)?,
                    kind: row.text(2)?,
                    description: row.text(3)?,
                    client_comments: row.opt_text(4)?,
                    email_address: row.text(5)?,
                },
                created_at: UnixMicros(row.int(6)?),
            })
        },
    )?;
    Ok(IssuePage { total, rows })
}
