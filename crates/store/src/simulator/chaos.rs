//! The settings of an account's network.

use std::time::Duration;

use postern_domain::account::AccountId;
use postern_domain::chaos::{Chaos, Permille};
use postern_domain::receipt::Cause;
use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Error, Result, Row, Tx, v};

macro_rules! select {
    ($rest:literal) => {
        concat!(
            "SELECT account_id, seed, delay_min_ms, delay_max_ms, failures, lost_permille, doubled_permille, throttled_permille, throttle_ms
             FROM simulator_chaos ",
            $rest
        )
    };
}

/// The default is a network without chaos.
pub fn chaos(tx: &mut Tx<'_>, account: AccountId) -> Result<Chaos> {
    let found = tx.opt(select!("WHERE account_id = $1"), &[v(account.0)], read)?;
    Ok(found.map(|(_, chaos)| chaos).unwrap_or_default())
}

pub(super) fn all(tx: &mut Tx<'_>) -> Result<Vec<(AccountId, Chaos)>> {
    tx.all(select!("ORDER BY account_id"), &[], read)
}

pub fn put_chaos(
    tx: &mut Tx<'_>,
    account: AccountId,
    chaos: &Chaos,
    now: UnixMicros,
) -> Result<()> {
    let millis = |time: Duration| i64::try_from(time.as_millis()).unwrap_or(i64::MAX);
    tx.execute(
        "INSERT INTO simulator_chaos (tenant_id, account_id, seed, delay_min_ms, delay_max_ms, failures, lost_permille, doubled_permille,
            throttled_permille, throttle_ms, updated_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
         ON CONFLICT (account_id) DO UPDATE SET seed = excluded.seed, delay_min_ms = excluded.delay_min_ms,
            delay_max_ms = excluded.delay_max_ms, failures = excluded.failures, lost_permille = excluded.lost_permille,
            doubled_permille = excluded.doubled_permille, throttled_permille = excluded.throttled_permille,
            throttle_ms = excluded.throttle_ms, updated_at = excluded.updated_at",
        &[
            v(TENANT),
            v(account.0),
            v(chaos.seed),
            v(chaos.delay.map(|(min, _)| millis(min))),
            v(chaos.delay.map(|(_, max)| millis(max))),
            v(written(&chaos.failures).as_str()),
            v(i64::from(chaos.lost_receipts.get())),
            v(i64::from(chaos.doubled_receipts.get())),
            v(i64::from(chaos.throttled.get())),
            v(millis(chaos.throttle_pause)),
            v(now.0),
        ],
    )?;
    Ok(())
}

/// Back to a network without chaos. Handsets stay as they are.
pub fn reset_chaos(tx: &mut Tx<'_>, account: AccountId) -> Result<()> {
    tx.execute(
        "DELETE FROM simulator_chaos WHERE account_id = $1",
        &[v(account.0)],
    )?;
    Ok(())
}

/// `12:100 14:25`.
fn written(failures: &[(Cause, Permille)]) -> String {
    let written = failures
        .iter()
        .map(|(cause, share)| format!("{}:{}", cause.error_code(), share.get()));
    written.collect::<Vec<_>>().join(" ")
}

fn failures(text: &str) -> Option<Vec<(Cause, Permille)>> {
    let one = |pair: &str| {
        let (code, share) = pair.split_once(':')?;
        Some((
            Cause::from_error_code(code.parse().ok()?)?,
            Permille::new(share.parse().ok()?)?,
        ))
    };
    text.split_whitespace().map(one).collect()
}

fn read(row: &Row<'_>) -> Result<(AccountId, Chaos)> {
    let account = AccountId(row.int(0)?);
    let wrong = || Error::Inconsistent {
        table: "simulator_chaos",
        id: account.0.to_string(),
    };
    let permille = |column| Permille::new(row.int(column)?).ok_or_else(wrong);
    let time = |millis: i64| u64::try_from(millis).map(Duration::from_millis);
    let delay = match row.opt_int(2)?.zip(row.opt_int(3)?) {
        Some((min, max)) => Some((
            time(min).map_err(|_| wrong())?,
            time(max).map_err(|_| wrong())?,
        )),
        None => None,
    };
    let chaos = Chaos {
        seed: row.int(1)?,
        delay,
        failures: failures(&row.text(4)?).ok_or_else(wrong)?,
        lost_receipts: permille(5)?,
        doubled_receipts: permille(6)?,
        throttled: permille(7)?,
        throttle_pause: time(row.int(8)?).map_err(|_| wrong())?,
    };
    Ok((account, chaos))
}
