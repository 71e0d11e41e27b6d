//! Wishes for no more messages, and what they do to the account's Opt-Out List: the same list that sends to lists ask.

use postern_domain::account::AccountId;
use postern_domain::contact::{Field, Fields, Origin};
use postern_domain::opt_out::Wish;
use postern_domain::time::UnixMicros;

use crate::contacts::{self, Moved};
use crate::dialect::Pair;
use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// Entries of one number in the list; more than one only when it was put there by hand as well.
const ENTRIES_MAX: i64 = 100;

/// A wish that was heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OptOut {
    pub phone_number: String,
    pub wish_code: i64,
    pub at: UnixMicros,
}

/// Puts the wish on record and into effect. `origin`: the contact that the answered message went to.
pub(crate) fn heed(
    tx: &mut Tx<'_>,
    account: AccountId,
    inbound_seq: i64,
    phone_number: &str,
    origin: Option<Origin>,
    wish: Wish,
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO opt_outs (tenant_id, account_id, inbound_seq, phone_number, wish, at) VALUES ($1, $2, $3, $4, $5, $6)",
        &[
            v(TENANT),
            v(account.0),
            v(inbound_seq),
            v(phone_number),
            v(wish.code()),
            v(now.0),
        ],
    )?;
    let Some(list_id) = list(tx, account)? else {
        return Ok(());
    };
    let entries = entries(tx, account, list_id, phone_number)?;
    match wish {
        Wish::Out if entries.is_empty() => {
            enter(tx, account, list_id, phone_number, origin, now)?;
        }
        Wish::Out => {}
        Wish::Back => {
            for contact in entries {
                contacts::remove(tx, account, list_id, contact, now)?;
            }
        }
    }
    Ok(())
}

/// The contact that was written to moves into the list, as at ClickSend; where there is none, one is made.
fn enter(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    phone_number: &str,
    origin: Option<Origin>,
    now: UnixMicros,
) -> Result<()> {
    if let Some(origin) = origin {
        let contact = contacts::get(tx, account, origin.list_id, origin.contact_id)?;
        if contact.is_some_and(|c| c.fields.get(Field::PhoneNumber) == phone_number) {
            let moved =
                contacts::transfer(tx, account, origin.list_id, origin.contact_id, list_id, now)?;
            if matches!(moved, Moved::Done(_)) {
                return Ok(());
            }
        }
    }
    let mut fields = Fields::default();
    fields.set(Field::PhoneNumber, phone_number);
    contacts::add(tx, account, list_id, &[fields], now)?;
    Ok(())
}

fn list(tx: &mut Tx<'_>, account: AccountId) -> Result<Option<i64>> {
    tx.opt(
        "SELECT list_id FROM lists WHERE account_id = $1 AND opt_out = 1",
        &[v(account.0)],
        |row| row.int(0),
    )
}

fn entries(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    phone_number: &str,
) -> Result<Vec<i64>> {
    tx.all(
        "SELECT contact_id FROM contacts WHERE account_id = $1 AND phone_number = $2 AND phone_number <> '' AND +list_id = $3
         ORDER BY contact_id LIMIT $4",
        &[v(account.0), v(phone_number), v(list_id), v(ENTRIES_MAX)],
        |row| row.int(0),
    )
}

/// Where an account keeps those who want no more messages.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Kept {
    /// The Opt-Out List, if anybody is on it.
    pub list_id: Option<i64>,
    /// Somebody who opted out was erased since; see [`crate::kept_opt_outs`].
    pub erased: bool,
}

/// One statement, asked for every send by a key.
pub fn kept(tx: &mut Tx<'_>, account: AccountId) -> Result<Kept> {
    tx.one(
        "SELECT (SELECT l.list_id FROM lists l WHERE l.account_id = $1 AND l.opt_out = 1
                 AND EXISTS (SELECT 1 FROM contacts c WHERE c.list_id = l.list_id)),
                (SELECT count(*) FROM (SELECT 1 FROM kept_opt_outs k WHERE k.account_id = $1 LIMIT 1) AS found)",
        &[v(account.0)],
        |row| {
            Ok(Kept {
                list_id: row.opt_int(0)?,
                erased: row.int(1)? > 0,
            })
        },
    )
}

const AMONG: Pair = Pair {
    sqlite: "SELECT DISTINCT phone_number FROM contacts WHERE account_id = $1 AND phone_number <> '' AND +list_id = $2
             AND phone_number IN (SELECT e.value FROM json_each($3) AS e)",
    postgres: "SELECT DISTINCT phone_number FROM contacts WHERE account_id = $1 AND phone_number <> '' AND +list_id = $2
               AND phone_number IN (SELECT e.value FROM jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS JSONB)) AS e(value))",
};

/// Which of `numbers` (E.164) are on the Opt-Out List.
pub fn among(
    tx: &mut Tx<'_>,
    account: AccountId,
    list_id: i64,
    numbers: &[&str],
) -> Result<Vec<String>> {
    // A plus and digits: nothing that JSON would escape.
    let numbers = format!("[\"{}\"]", numbers.join("\",\""));
    let sql = tx.pick(&AMONG);
    tx.all(sql, &[v(account.0), v(list_id), v(&numbers)], |row| {
        row.text(0)
    })
}

/// What was heard, newest first.
pub fn newest(tx: &mut Tx<'_>, account: AccountId, limit: i64) -> Result<Vec<OptOut>> {
    tx.all(
        "SELECT phone_number, wish, at FROM opt_outs WHERE account_id = $1 ORDER BY inbound_seq DESC LIMIT $2",
        &[v(account.0), v(limit)],
        |row| {
            Ok(OptOut {
                phone_number: row.text(0)?,
                wish_code: row.int(1)?,
                at: UnixMicros(row.int(2)?),
            })
        },
    )
}
