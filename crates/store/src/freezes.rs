//! Who sends nothing at the moment, because somebody pulled the brake. Messages that come due meanwhile are put aside by whoever claims
//! them: to a place in the queue that never comes due and belongs to the one freeze, so that neither a claim nor another release passes by
//! them. Claims, freezes and releases share a lane, so none of them sees another half done.

mod held;

use postern_domain::time::UnixMicros;

use crate::settings::{TENANT, next_number};
use crate::{Result, Through, Tx, v};

pub use held::{HELD_COUNTED_MAX, Held, held};
pub(crate) use held::{put_aside, release};

/// Everybody.
pub const INSTALLATION: &str = "installation:";

/// Places begin here; no time that anybody may name is so late.
const PLACES_FROM: i64 = i64::MAX - (1 << 40);
/// Freezes that a claim reads. More than anybody pulls one by one; who wants more freezes everything.
const BRAKES_MAX: i64 = 10_000;

pub fn key_scope(key_id: &str) -> String {
    format!("key:{key_id}")
}

pub fn connection_scope(connection_id: &str) -> String {
    format!("connection:{connection_id}")
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Freeze {
    pub scope: String,
    pub frozen_at: UnixMicros,
    pub(crate) place: i64,
    /// Off, but not everything that it held is back in the queue.
    pub(crate) is_released: bool,
}

/// `false`: it was frozen before. One that is being released holds again what it still has.
pub fn freeze(tx: &mut Tx<'_>, scope: &str, now: UnixMicros) -> Result<bool> {
    let place = PLACES_FROM + next_number(tx, "freeze")?;
    let rows = tx.execute(
        "INSERT INTO freezes (tenant_id, scope, place, frozen_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, scope) DO UPDATE SET frozen_at = excluded.frozen_at, released_at = NULL WHERE freezes.released_at IS NOT NULL",
        &[v(TENANT), v(scope), v(place), v(now.0)],
    )?;
    Ok(rows == 1)
}

/// `false`: it was not frozen. What it holds goes back to the queue with the claims that follow.
pub fn unfreeze(tx: &mut Tx<'_>, scope: &str, now: UnixMicros) -> Result<bool> {
    let rows = tx.execute(
        "UPDATE freezes SET released_at = $3 WHERE tenant_id = $1 AND scope = $2 AND released_at IS NULL",
        &[v(TENANT), v(scope), v(now.0)],
    )?;
    Ok(rows == 1)
}

pub fn get(tx: &mut Tx<'_>, scope: &str) -> Result<Option<Freeze>> {
    let found = tx.opt(
        "SELECT scope, frozen_at, place, released_at FROM freezes WHERE tenant_id = $1 AND scope = $2 AND released_at IS NULL",
        &[v(TENANT), v(scope)],
        read,
    )?;
    Ok(found)
}

/// Scopes and since when, in the order of scopes, after `after` (empty: from the start).
pub fn page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, UnixMicros)>> {
    tx.all(
        "SELECT scope, frozen_at FROM freezes WHERE tenant_id = $1 AND scope > $2 AND released_at IS NULL ORDER BY scope LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, UnixMicros(row.int(1)?))),
    )
}

/// What holds messages back at one moment.
#[derive(Clone, Debug, Default)]
pub struct Brakes(Vec<Freeze>);

impl Brakes {
    /// Read with each claim.
    ///
    /// # Errors
    /// The store's.
    pub fn now(tx: &mut Tx<'_>) -> Result<Brakes> {
        tx.all(
            "SELECT scope, frozen_at, place, released_at FROM freezes ORDER BY tenant_id, scope LIMIT $1",
            &[v(BRAKES_MAX)],
            read,
        )
        .map(Brakes)
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether a message that came so may not leave.
    pub fn hold(&self, through: &Through) -> bool {
        self.holding(through).is_some()
    }

    pub(crate) fn holding(&self, through: &Through) -> Option<&Freeze> {
        let is = |freeze: &&Freeze| {
            let scope = freeze.scope.as_str();
            let names = |kind: &str, id: &Option<String>| {
                id.as_deref()
                    .is_some_and(|id| scope.strip_prefix(kind) == Some(id))
            };
            scope == INSTALLATION
                || names("key:", &through.key_id)
                || names("connection:", &through.connection_id)
        };
        self.0.iter().filter(|freeze| !freeze.is_released).find(is)
    }

    pub(crate) fn released(&self) -> impl Iterator<Item = &Freeze> {
        self.0.iter().filter(|freeze| freeze.is_released)
    }
}

fn read(row: &crate::Row<'_>) -> Result<Freeze> {
    Ok(Freeze {
        scope: row.text(0)?,
        frozen_at: UnixMicros(row.int(1)?),
        place: row.int(2)?,
        is_released: row.opt_int(3)?.is_some(),
    })
}
