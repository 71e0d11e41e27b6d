//! Pushes and their tries, for people who want to know why nothing arrived.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;

use super::{On, Rule};
use crate::{Error, Result, Row, Tx, v};

/// More tries than any push gets.
pub const TRIES_MAX: i64 = 100;

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
    /// Which rule asked for it; `None`: a test.
    pub rule: Option<Rule>,
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
    /// How the answer began.
    pub answer: Option<String>,
}

macro_rules! columns {
    () => {
        "push_id, account_id, rule_id, url, state, tries, created_at, due_at, ended_at, about,
            (SELECT max(r.kind) FROM receipt_rules r WHERE r.account_id = pushes.account_id AND r.rule_id = pushes.rule_id)"
    };
}

pub(super) use columns;

impl State {
    pub(super) const ALL: [State; 3] = [State::Waiting, State::Arrived, State::GivenUp];

    pub(super) const fn code(self) -> i64 {
        match self {
            State::Waiting => 1,
            State::Arrived => 2,
            State::GivenUp => 3,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Arrived => "arrived",
            State::GivenUp => "given_up",
        }
    }

    pub fn parse(word: &str) -> Option<State> {
        State::ALL.into_iter().find(|state| state.as_str() == word)
    }

    pub(super) fn from_code(code: i64) -> Option<State> {
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
        concat!(
            "SELECT ",
            columns!(),
            " FROM pushes WHERE account_id = $1 ORDER BY push_id DESC LIMIT $2 OFFSET $3"
        ),
        &[v(account.0), v(limit), v(skip)],
        read,
    )?;
    Ok(PushPage { total, rows })
}

pub fn get(tx: &mut Tx<'_>, account: AccountId, push_id: i64) -> Result<Option<Push>> {
    tx.opt(
        concat!(
            "SELECT ",
            columns!(),
            " FROM pushes WHERE account_id = $1 AND push_id = $2"
        ),
        &[v(account.0), v(push_id)],
        read,
    )
}

/// Makes a push due at once that has ended, or that waits for its next try. It keeps its id, so whoever got it already can tell. `false`:
/// it is gone, had as many tries as are listed, is being tried just now, or too many wait.
pub fn replay(tx: &mut Tx<'_>, account: AccountId, push_id: i64, now: UnixMicros) -> Result<bool> {
    let hurried = tx.execute(
        "UPDATE pushes SET due_at = $3 WHERE account_id = $1 AND push_id = $2 AND state = 1 AND claim = 0 AND tries < $4",
        &[v(account.0), v(push_id), v(now.0), v(TRIES_MAX)],
    )?;
    if hurried == 1 {
        return Ok(true);
    }
    let room = tx.execute(
        "UPDATE accounts SET pushes_waiting = pushes_waiting + 1 WHERE account_id = $1 AND pushes_waiting < $2",
        &[v(account.0), v(super::WAITING_MAX)],
    )?;
    if room == 0 {
        return Ok(false);
    }
    let again = tx.execute(
        "UPDATE pushes SET state = 1, due_at = $3, claim = 0, ended_at = NULL
         WHERE account_id = $1 AND push_id = $2 AND state > 1 AND tries < $4",
        &[v(account.0), v(push_id), v(now.0), v(TRIES_MAX)],
    )?;
    if again == 0 {
        tx.execute(
            "UPDATE accounts SET pushes_waiting = pushes_waiting - 1 WHERE account_id = $1",
            &[v(account.0)],
        )?;
    }
    Ok(again == 1)
}

/// The tries of one of the account's pushes, oldest first.
pub fn tries(tx: &mut Tx<'_>, account: AccountId, push_id: i64) -> Result<Vec<Try>> {
    tx.all(
        "SELECT t.try_number, t.at, t.took_micros, t.status, t.problem, t.answer FROM push_tries t JOIN pushes p ON p.push_id = t.push_id
         WHERE t.push_id = $1 AND p.account_id = $2 ORDER BY t.try_number LIMIT $3",
        &[v(push_id), v(account.0), v(TRIES_MAX)],
        |row| {
            Ok(Try {
                number: row.int(0)?,
                at: UnixMicros(row.int(1)?),
                took_micros: row.int(2)?,
                status: row.opt_int(3)?,
                problem: row.opt_text(4)?,
                answer: row.opt_text(5)?,
            })
        },
    )
}

pub(super) fn read(row: &Row<'_>) -> Result<Push> {
    let push_id = row.int(0)?;
    let inconsistent = || Error::Inconsistent {
        table: "pushes",
        id: push_id.to_string(),
    };
    let on = On::of(row.int(9)?, row.opt_int(10)?).ok_or_else(inconsistent)?;
    Ok(Push {
        push_id,
        account: AccountId(row.int(1)?),
        rule: row.opt_int(2)?.map(|rule_id| Rule { on, rule_id }),
        url: row.text(3)?,
        state: State::from_code(row.int(4)?).ok_or_else(inconsistent)?,
        tries: row.int(5)?,
        created_at: UnixMicros(row.int(6)?),
        due_at: UnixMicros(row.int(7)?),
        ended_at: row.opt_int(8)?.map(UnixMicros),
    })
}
