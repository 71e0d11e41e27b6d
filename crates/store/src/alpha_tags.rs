//! Words that an account wants its messages to come from, and until when somebody else decides about them.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Row, Tx, v};

/// Tags that an account may have.
pub const TAGS_MAX: i64 = 1_000;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AlphaTag {
    /// A UUID as text.
    pub alpha_tag_id: String,
    pub alpha_tag: String,
    pub reason: String,
    /// ISO codes with commas between.
    pub countries: String,
    /// As JSON.
    pub businesses: String,
    /// When whoever decides about it will have decided.
    pub decided_at: UnixMicros,
    pub created_at: UnixMicros,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Requested {
    Done,
    /// The account has this word already, in whatever case.
    Known,
    TooMany,
}

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT alpha_tag_id, alpha_tag, reason, countries, businesses, decided_at, created_at FROM alpha_tags WHERE account_id = $1 ",
            $rest
        )
    };
}

pub fn request(tx: &mut Tx<'_>, account: AccountId, tag: &AlphaTag) -> Result<Requested> {
    let count = tx.one(
        "SELECT count(*) FROM alpha_tags WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    if count >= TAGS_MAX {
        return Ok(Requested::TooMany);
    }
    if by_text(tx, account, &tag.alpha_tag)?.is_some() {
        return Ok(Requested::Known);
    }
    tx.execute(
        "INSERT INTO alpha_tags (tenant_id, account_id, alpha_tag_id, alpha_tag, reason, countries, businesses, decided_at, created_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
        &[
            v(TENANT),
            v(account.0),
            v(&tag.alpha_tag_id),
            v(&tag.alpha_tag),
            v(&tag.reason),
            v(&tag.countries),
            v(&tag.businesses),
            v(tag.decided_at.0),
            v(tag.created_at.0),
        ],
    )?;
    Ok(Requested::Done)
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<Option<AlphaTag>> {
    tx.opt(
        select!("AND alpha_tag_id = $2"),
        &[v(account.0), v(id)],
        read,
    )
}

pub fn by_text(tx: &mut Tx<'_>, account: AccountId, text: &str) -> Result<Option<AlphaTag>> {
    tx.opt(
        select!("AND lower(alpha_tag) = lower($2)"),
        &[v(account.0), v(text)],
        read,
    )
}

/// In the order in which they were asked for, after the one called `after`.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    after: Option<&str>,
    descending: bool,
    limit: i64,
) -> Result<Vec<AlphaTag>> {
    let sql = match descending {
        false => select!(
            "AND (CAST($2 AS TEXT) IS NULL OR (created_at, alpha_tag_id) >
                (SELECT t.created_at, t.alpha_tag_id FROM alpha_tags t WHERE t.account_id = $1 AND t.alpha_tag_id = $2))
             ORDER BY created_at, alpha_tag_id LIMIT $3"
        ),
        true => select!(
            "AND (CAST($2 AS TEXT) IS NULL OR (created_at, alpha_tag_id) <
                (SELECT t.created_at, t.alpha_tag_id FROM alpha_tags t WHERE t.account_id = $1 AND t.alpha_tag_id = $2))
             ORDER BY created_at DESC, alpha_tag_id DESC LIMIT $3"
        ),
    };
    tx.all(sql, &[v(account.0), v(after), v(limit)], read)
}

/// `false`: no such tag of this account.
pub fn delete(tx: &mut Tx<'_>, account: AccountId, id: &str) -> Result<bool> {
    let deleted = tx.execute(
        "DELETE FROM alpha_tags WHERE account_id = $1 AND alpha_tag_id = $2",
        &[v(account.0), v(id)],
    )?;
    Ok(deleted == 1)
}

fn read(row: &Row<'_>) -> Result<AlphaTag> {
    Ok(AlphaTag {
        alpha_tag_id: row.text(0)?,
        alpha_tag: row.text(1)?,
        reason: row.text(2)?,
        countries: row.text(3)?,
        businesses: row.text(4)?,
        decided_at: UnixMicros(row.int(5)?),
        created_at: UnixMicros(row.int(6)?),
    })
}
