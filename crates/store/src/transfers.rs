//! Things of another service's account that become things of ours. What each has become is remembered, so that a repeated import makes nothing
//! twice; how far it has come is written in the unit that brings the rows.

use postern_domain::account::AccountId;
use postern_domain::contact::Fields;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, contacts, lists, templates, v};

/// What became of the rows of one call.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    pub added: i64,
    /// They were here already.
    pub known: i64,
    /// What they belong to is not here.
    pub skipped: i64,
}

/// How far each kind of thing has come; `source` names both accounts.
pub fn places(tx: &mut Tx<'_>, source: &str) -> Result<Vec<(String, String)>> {
    tx.all(
        "SELECT what, cursor FROM transfers WHERE source = $1 ORDER BY what LIMIT 100000",
        &[v(source)],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

pub fn set_place(
    tx: &mut Tx<'_>,
    source: &str,
    what: &str,
    cursor: &str,
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO transfers (tenant_id, source, what, cursor, updated_at) VALUES ($1, $2, $3, $4, $5)
         ON CONFLICT (source, what) DO UPDATE SET cursor = excluded.cursor, updated_at = excluded.updated_at",
        &[v(TENANT), v(source), v(what), v(cursor), v(now.0)],
    )?;
    Ok(())
}

/// A list by its name; the other service's Opt-Out List becomes ours. `email_id` must be new.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: &str,
    external_id: &str,
    name: &str,
    email_id: &str,
    now: UnixMicros,
) -> Result<Taken> {
    if ours(tx, source, "list", external_id)?.is_some() {
        return Ok(Taken::KNOWN);
    }
    let opt_out = lists::opt_out(tx, account)?;
    let list_id = match opt_out.filter(|_| name.trim().eq_ignore_ascii_case("opt-out list")) {
        Some(list) => list.list_id,
        None => lists::create(tx, account, name, email_id, now)?,
    };
    remember(tx, source, "list", external_id, list_id)?;
    Ok(Taken::ADDED)
}

/// A contact of a list that was taken before.
pub fn contact(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: &str,
    external_list: &str,
    external_id: &str,
    fields: &Fields,
    now: UnixMicros,
) -> Result<Taken> {
    let external_id = format!("{external_list}/{external_id}");
    if ours(tx, source, "contact", &external_id)?.is_some() {
        return Ok(Taken::KNOWN);
    }
    let Some(list_id) = ours(tx, source, "list", external_list)? else {
        return Ok(Taken::SKIPPED);
    };
    match contacts::add(tx, account, list_id, std::slice::from_ref(fields), now)? {
        Some(number) => {
            remember(tx, source, "contact", &external_id, number)?;
            Ok(Taken::ADDED)
        }
        None => Ok(Taken::SKIPPED),
    }
}

pub fn template(
    tx: &mut Tx<'_>,
    account: AccountId,
    source: &str,
    external_id: &str,
    (name, body): (&str, &str),
    now: UnixMicros,
) -> Result<Taken> {
    if ours(tx, source, "template", external_id)?.is_some() {
        return Ok(Taken::KNOWN);
    }
    let made = templates::create(tx, account, name, body, now)?;
    remember(tx, source, "template", external_id, made.template_id)?;
    Ok(Taken::ADDED)
}

impl Taken {
    pub const ADDED: Taken = Taken {
        added: 1,
        known: 0,
        skipped: 0,
    };
    pub const KNOWN: Taken = Taken {
        added: 0,
        known: 1,
        skipped: 0,
    };
    pub const SKIPPED: Taken = Taken {
        added: 0,
        known: 0,
        skipped: 1,
    };

    #[must_use]
    pub fn plus(self, other: Taken) -> Taken {
        Taken {
            added: self.added + other.added,
            known: self.known + other.known,
            skipped: self.skipped + other.skipped,
        }
    }
}

fn ours(tx: &mut Tx<'_>, source: &str, what: &str, external_id: &str) -> Result<Option<i64>> {
    let found = tx.opt(
        "SELECT our_id FROM transferred WHERE source = $1 AND what = $2 AND external_id = $3",
        &[v(source), v(what), v(external_id)],
        |row| row.text(0),
    )?;
    Ok(found.and_then(|id| id.parse().ok()))
}

fn remember(
    tx: &mut Tx<'_>,
    source: &str,
    what: &str,
    external_id: &str,
    our_id: i64,
) -> Result<()> {
    let our_id = our_id.to_string();
    tx.execute(
        "INSERT INTO transferred (tenant_id, source, what, external_id, our_id) VALUES ($1, $2, $3, $4, $5)",
        &[v(TENANT), v(source), v(what), v(external_id), v(&our_id)],
    )?;
    Ok(())
}
