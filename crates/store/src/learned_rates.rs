//! What remote accounts were seen to charge, by channel and country. The dearest of a week holds: prices differ by carrier, and a limit must
//! not be undercut by the cheapest one.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

/// So long a dearer rate holds against cheaper ones that were seen since.
pub const DEAREST_SECONDS: i64 = 7 * 86_400;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rate {
    /// ISO 3166.
    pub country: String,
    pub currency: String,
    /// Of one segment, part or picture message.
    pub micros: i64,
    pub learned_at: UnixMicros,
}

pub fn learn(
    tx: &mut Tx<'_>,
    connection_id: &str,
    channel: &str,
    country: &str,
    currency: &str,
    micros: i64,
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO learned_rates (tenant_id, connection_id, channel, country, currency, micros, learned_at)
         VALUES ($1, $2, $3, $4, $5, $6, $7)
         ON CONFLICT (connection_id, channel, country) DO UPDATE SET
            currency = excluded.currency, micros = excluded.micros, learned_at = excluded.learned_at
         WHERE excluded.micros >= learned_rates.micros OR excluded.currency <> learned_rates.currency
            OR learned_rates.learned_at < $8",
        &[
            v(TENANT),
            v(connection_id),
            v(channel),
            v(country),
            v(currency),
            v(micros),
            v(now.0),
            v(now.plus_secs(-DEAREST_SECONDS).0),
        ],
    )?;
    Ok(())
}

/// Everything known of a connection's channel since `since`: at most one row for each country of the world.
pub fn of(
    tx: &mut Tx<'_>,
    connection_id: &str,
    channel: &str,
    since: UnixMicros,
) -> Result<Vec<Rate>> {
    tx.all(
        "SELECT country, currency, micros, learned_at FROM learned_rates
         WHERE connection_id = $1 AND channel = $2 AND learned_at >= $3 ORDER BY country",
        &[v(connection_id), v(channel), v(since.0)],
        |row| {
            Ok(Rate {
                country: row.text(0)?,
                currency: row.text(1)?,
                micros: row.int(2)?,
                learned_at: UnixMicros(row.int(3)?),
            })
        },
    )
}
