//! Pushes and their tries, for people who want to know why nothing arrived.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use crate::{Error, Result, Row, Tx, v};

/// More tries than any push gets.
const TRIES_MAX: i64 = 100;

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub enum State {
    Waiting,
    Arrived,
    GivenUp,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Push {
    pub push_id: i64,
    pub account: AccountId,
    /// `None`: a test that no rule asked for.
    pub rule_id: Option<i64>,
    pub url: String,
    pub state: State,
    pub tries: i64,
    pub created_at: UnixMicros,
    /// While it waits.
    pub due_at: UnixMicros,
    pub ended_at: Option<UnixMicros>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PushPage {
    pub total: i64,
    pub rows: Vec<Push>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Try {
    pub number: i64,
    pub at: UnixMicros,
    pub took_micros: i64,
    /// What the address answered.
    pub status: Option<i64>,
    /// Why nothing came.
    pub problem: Option<String>,
}

impl State {
    fn from_code(code: i64) -> Option<State> {
        match code {
            1 => Some(State::Waiting),
            2 => Some(State::Arrived),
            3 => Some(State::GivenUp),
            _ => None,
        }
    }
}

/// An account's pushes, newest first.
pub fn page(tx: &mut Tx<'_>, account: AccountId, skip: i64, limit: i64) -> Result<PushPage> {
    let total = tx.one(
        "SELECT count(*) FROM pushes WHERE account_id = $1",
        &[v(account.0)],
        |row| row.int(0),
    )?;
    let rows = tx.all(
        "SELECT push_id, account_id, rule_id, url, state, tries, created_at, due_at, ended_at FROM pushes WHERE account_id = $1
         ORDER BY push_id DESC LIMIT $2 OFFSET $3",
        &[v(account.0), v(limit), v(skip)],
        read,
    )?;
    Ok(PushPage { total, rows })
}

/// The tries of one of the account's pushes, oldest first.
pub fn tries(tx: &mut Tx<'_>, account: AccountId, push_id: i64) -> Result<Vec<Try>> {
    tx.all(
        "SELECT t.try_number, t.at, t.took_micros, t.status, t.problem FROM push_tries t JOIN pushes p ON p.push_id = t.push_id
         WHERE t.push_id = $1 AND p.account_id = $2 ORDER BY t.try_number LIMIT $3",
        &[v(push_id), v(account.0), v(TRIES_MAX)],
        |row| {
            Ok(Try {
                number: row.int(0)?,
                at: UnixMicros(row.int(1)?),
                took_micros: row.int(2)?,
                status: row.opt_int(3)?,
                problem: row.opt_text(4)?,
            })
        },
    )
}

fn read(row: &Row<'_>) -> Result<Push> {
    let push_id = row.int(0)?;
    Ok(Push {
        push_id,
        account: AccountId(row.int(1)?),
        rule_id: row.opt_int(2)?,
        url: row.text(3)?,
        state: State::from_code(row.int(4)?).ok_or_else(|| Error::Inconsistent {
            table: "pushes",
            id: push_id.to_string(),
        })?,
        tries: row.int(5)?,
        created_at: UnixMicros(row.int(6)?),
        due_at: UnixMicros(row.int(7)?),
        ended_at: row.opt_int(8)?.map(UnixMicros),
    })
}
