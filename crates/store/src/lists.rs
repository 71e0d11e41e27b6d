//! Contact lists of an account. One of them is its Opt-Out List, made with the account and never deleted.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::list_jobs::{self, Kind};
use crate::settings::{TENANT, next_number};
use crate::{Result, Row, Tx, v};

pub const OPT_OUT_LIST_NAME: &str = "Opt-Out List";

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct List {
    pub list_id: i64,
    pub name: String,
    /// Sixteen characters; part of an address, so not guessable.
    pub email_id: String,
    pub opt_out: bool,
    pub contacts: i64,
    pub import_in_progress: bool,
    pub opt_out_in_progress: bool,
}

/// Which lists, in which order, which stretch of them.
#[derive(Clone, Debug, Default)]
pub struct Search {
    /// The whole name, in any case.
    pub name: Option<String>,
    /// A part of the name, in any case.
    pub part: Option<String>,
    pub by_name: bool,
    pub descending: bool,
    pub skip: i64,
    pub limit: i64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listed {
    pub total: i64,
    pub rows: Vec<List>,
}

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum Removed {
    /// Out of sight; this job erases its contacts.
    Done {
        job: i64,
    },
    Unknown,
    /// The Opt-Out List stays.
    OptOut,
}

// The kinds of work are spelt out, so that both engines see that the partial index answers.
const _: () = assert!(Kind::Import.code() == 1 && Kind::OptOuts.code() == 3);

macro_rules! select {
    ($($rest:expr),+) => {
        concat!(
            "SELECT list_id, list_name, list_email_id, opt_out, contacts,
                CASE WHEN EXISTS (SELECT 1 FROM list_jobs j WHERE j.list_id = lists.list_id AND j.kind = 1 AND j.state <= 2)
                    THEN CAST(1 AS BIGINT) ELSE 0 END,
                CASE WHEN EXISTS (SELECT 1 FROM list_jobs j WHERE j.list_id = lists.list_id AND j.kind = 3 AND j.state <= 2)
                    THEN CAST(1 AS BIGINT) ELSE 0 END
             FROM lists ",
            $($rest),+
        )
    };
}

pub fn create(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
    email_id: &str,
    now: UnixMicros,
) -> Result<i64> {
    insert(tx, account, name, email_id, false, now)
}

/// The list that every account has from its first moment.
pub(crate) fn create_opt_out(
    tx: &mut Tx<'_>,
    account: AccountId,
    email_id: &str,
    now: UnixMicros,
) -> Result<i64> {
    insert(tx, account, OPT_OUT_LIST_NAME, email_id, true, now)
}

fn insert(
    tx: &mut Tx<'_>,
    account: AccountId,
    name: &str,
    email_id: &str,
    opt_out: bool,
    now: UnixMicros,
) -> Result<i64> {
    let list_id = next_number(tx, "list")?;
    tx.execute(
        "INSERT INTO lists (tenant_id, account_id, list_id, list_name, list_email_id, opt_out, erased, contacts, created_at, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, 0, 0, $7, $7)",
        &[
            v(TENANT),
            v(account.0),
            v(list_id),
            v(name),
            v(email_id),
            v(opt_out),
            v(now.0),
        ],
    )?;
    Ok(list_id)
}

/// Of this account only.
pub fn get(tx: &mut Tx<'_>, account: AccountId, list_id: i64) -> Result<Option<List>> {
    tx.opt(
        select!("WHERE list_id = $1 AND account_id = $2 AND erased = 0"),
        &[v(list_id), v(account.0)],
        read,
    )
}

pub fn opt_out(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<List>> {
    tx.opt(
        select!("WHERE account_id = $1 AND opt_out = 1"),
        &[v(account.0)],
        read,
    )
}

macro_rules! matching {
    () => {
        " WHERE account_id = $1 AND erased = 0 AND (CAST($2 AS TEXT) IS NULL OR lower(list_name) = lower($2))
            AND (CAST($3 AS TEXT) IS NULL OR lower(list_name) LIKE lower($3) ESCAPE '\\')"
    };
}

macro_rules! ordered {
    ($order:literal) => {
        select!(matching!(), " ORDER BY ", $order, " LIMIT $4 OFFSET $5")
    };
}

pub fn search(tx: &mut Tx<'_>, account: AccountId, search: &Search) -> Result<Listed> {
    let part = search.part.as_deref().map(contains);
    let mut params = vec![v(account.0), v(&search.name), v(&part)];
    let total = tx.one(
        concat!("SELECT count(*) FROM lists", matching!()),
        &params,
        |row| row.int(0),
    )?;
    if search.skip >= total || search.limit == 0 {
        return Ok(Listed {
            total,
            rows: Vec::new(),
        });
    }
    params.extend([v(search.limit), v(search.skip)]);
    let sql = match (search.by_name, search.descending) {
        (false, false) => ordered!("list_id"),
        (false, true) => ordered!("list_id DESC"),
        (true, false) => ordered!("lower(list_name), list_id"),
        (true, true) => ordered!("lower(list_name) DESC, list_id DESC"),
    };
    let rows = tx.all(sql, &params, read)?;
    Ok(Listed { total, rows })
}

/// A LIKE pattern for texts that contain this one.
pub(crate) fn contains(text: &str) -> String {
    format!("%{}%", literal(text))
}

/// `text` as a LIKE pattern that means just that.
pub(crate) fn literal(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len());
    for c in text.chars() {
        if matches!(c, '%' | '_' | '\\') {
            pattern.push('\\');
        }
        pattern.push(c);
    }
    pattern
}

/// `false`: no such list.
pub fn rename(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    name: &str,
    now: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE lists SET list_name = $3, updated_at = $4 WHERE list_id = $1 AND account_id = $2 AND erased = 0",
        &[v(list_id), v(account.0), v(name), v(now.0)],
    )?;
    Ok(changed == 1)
}

/// Takes a list out of sight and opens the job that erases its contacts.
pub fn remove(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    now: UnixMicros,
) -> Result<Removed> {
    let hidden = tx.execute(
        "UPDATE lists SET erased = 1, updated_at = $3 WHERE list_id = $1 AND account_id = $2 AND erased = 0 AND opt_out = 0",
        &[v(list_id), v(account.0), v(now.0)],
    )?;
    if hidden == 1 {
        let job = list_jobs::open(tx, account, list_id, Kind::Erase, "", now)?;
        return Ok(Removed::Done { job });
    }
    Ok(match get(tx, account, list_id)? {
        Some(_) => Removed::OptOut,
        None => Removed::Unknown,
    })
}

/// Counts contacts in or out. `false`: no such list; nothing has changed then.
pub(crate) fn count(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    change: i64,
    now: UnixMicros,
) -> Result<bool> {
    let changed = tx.execute(
        "UPDATE lists SET contacts = contacts + $3, updated_at = $4 WHERE list_id = $1 AND account_id = $2 AND erased = 0",
        &[v(list_id), v(account.0), v(change), v(now.0)],
    )?;
    Ok(changed == 1)
}

fn read(row: &Row<'_>) -> Result<List> {
    Ok(List {
        list_id: row.int(0)?,
        name: row.text(1)?,
        email_id: row.text(2)?,
        opt_out: row.flag(3)?,
        contacts: row.int(4)?,
        import_in_progress: row.flag(5)?,
        opt_out_in_progress: row.flag(6)?,
    })
}
