//! What an account sent and received, by channel and day. Every unit that accepts, cancels or fails a message, or takes one in, changes the
//! day's row with it, so these numbers are a recount's at any moment, and cost the same after a million messages.

use std::collections::BTreeMap;

use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_domain::message::Status;
use postern_domain::money::Micros;
use postern_domain::time::UnixMicros;

use crate::messages::{MessageKey, numbering};
use crate::settings::TENANT;
use crate::{Error, Result, Tx, v};

/// Days that are read at most, the newest: ten years.
pub const DAYS_MAX: i64 = 3_660;
/// Parts that are read at most.
pub const PARTS_MAX: i64 = 2_000;
const DAY_SECONDS: i64 = 86_400;

/// Counts and amounts; of one day, or of several together.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Tally {
    /// Accepted and not cancelled since, failed ones included.
    pub messages: i64,
    pub parts: i64,
    pub price: Micros,
    pub bounced: i64,
    pub bounced_price: Micros,
    /// Texts that came in.
    pub inbound: i64,
}

/// A day (UTC) of one channel.
#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub struct Day {
    pub midnight: UnixMicros,
    pub tally: Tally,
}

impl Tally {
    #[must_use]
    pub fn plus(self, other: Tally) -> Tally {
        Tally {
            messages: self.messages + other.messages,
            parts: self.parts + other.parts,
            price: self.price.plus(other.price),
            bounced: self.bounced + other.bounced,
            bounced_price: self.bounced_price.plus(other.bounced_price),
            inbound: self.inbound + other.inbound,
        }
    }
}

/// The account's days on the channel from `from` to before `until`, oldest first; of more than [`DAYS_MAX`] the newest.
pub fn days(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    from: UnixMicros,
    until: UnixMicros,
) -> Result<Vec<Day>> {
    let mut days = tx.all(
        "SELECT day, messages, parts, price_micros, bounced, bounced_micros, inbound FROM statistics
         WHERE account_id = $1 AND channel = $2 AND day >= $3 AND day < $4 ORDER BY day DESC LIMIT $5",
        &[
            v(account.0),
            v(channel.code()),
            v(day_of(from)),
            v(day_of(until)),
            v(DAYS_MAX),
        ],
        |row| {
            Ok(Day {
                midnight: UnixMicros::from_secs(row.int(0)? * DAY_SECONDS),
                tally: Tally {
                    messages: row.int(1)?,
                    parts: row.int(2)?,
                    price: Micros(row.int(3)?),
                    bounced: row.int(4)?,
                    bounced_price: Micros(row.int(5)?),
                    inbound: row.int(6)?,
                },
            })
        },
    )?;
    // Whoever has cancelled everything has a row, but nothing to show.
    days.retain(|day| day.tally != Tally::default());
    days.reverse();
    Ok(days)
}

/// What an account sent and received between two days.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Usage {
    /// By channel, and in it oldest first.
    pub days: Vec<(Channel, Day)>,
    pub parts: Vec<Part>,
}

/// As many rows as there are days, countries and keys, however many messages. `from` to before `until`.
pub fn usage(
    tx: &mut Tx<'_>,
    account: AccountId,
    from: UnixMicros,
    until: UnixMicros,
) -> Result<Usage> {
    let mut usage = Usage {
        days: Vec::new(),
        parts: parts(tx, account, from, until)?,
    };
    for channel in Channel::ALL {
        let found = days(tx, account, *channel, from, until)?;
        usage
            .days
            .extend(found.into_iter().map(|day| (*channel, day)));
    }
    Ok(usage)
}

/// What was sent to one country by one key, of all the days that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// ISO 3166; empty where there is none.
    pub country: String,
    /// Empty: by the account's own API key.
    pub key_id: String,
    pub messages: i64,
    pub price: Micros,
    pub bounced: i64,
}

/// The account's parts from `from` to before `until`, those with most messages first; at most [`PARTS_MAX`].
pub fn parts(
    tx: &mut Tx<'_>,
    account: AccountId,
    from: UnixMicros,
    until: UnixMicros,
) -> Result<Vec<Part>> {
    tx.all(
        "SELECT country, key_id, CAST(sum(messages) AS BIGINT), CAST(sum(price_micros) AS BIGINT), CAST(sum(bounced) AS BIGINT)
         FROM statistics_parts WHERE account_id = $1 AND day >= $2 AND day < $3
         GROUP BY country, key_id ORDER BY 3 DESC, country, key_id LIMIT $4",
        &[
            v(account.0),
            v(day_of(from)),
            v(day_of(until)),
            v(PARTS_MAX),
        ],
        |row| {
            Ok(Part {
                country: row.text(0)?,
                key_id: row.text(1)?,
                messages: row.int(2)?,
                price: Micros(row.int(3)?),
                bounced: row.int(4)?,
            })
        },
    )
}

/// Adds to what went to a country by a key; negative numbers take away.
pub(crate) fn add_part(
    tx: &mut Tx<'_>,
    account: AccountId,
    at: UnixMicros,
    more: &Part,
) -> Result<()> {
    tx.execute(
        "INSERT INTO statistics_parts (tenant_id, account_id, day, country, key_id, messages, price_micros, bounced)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
         ON CONFLICT (account_id, day, country, key_id) DO UPDATE SET messages = statistics_parts.messages + excluded.messages,
            price_micros = statistics_parts.price_micros + excluded.price_micros, bounced = statistics_parts.bounced + excluded.bounced",
        &[
            v(TENANT),
            v(account.0),
            v(day_of(at)),
            v(&more.country),
            v(&more.key_id),
            v(more.messages),
            v(more.price.0),
            v(more.bounced),
        ],
    )?;
    Ok(())
}

/// What went out together, by country. The order is fixed, so that two units that add to the same rows take them in turn.
pub(crate) fn by_country<'a>(
    key_id: Option<&str>,
    messages: impl Iterator<Item = (&'a str, Micros)>,
) -> Vec<Part> {
    let mut parts: BTreeMap<&str, Part> = BTreeMap::new();
    for (country, price) in messages {
        let part = parts.entry(country).or_insert_with(|| Part {
            country: country.to_owned(),
            key_id: key_id.unwrap_or_default().to_owned(),
            messages: 0,
            price: Micros(0),
            bounced: 0,
        });
        part.messages += 1;
        part.price = part.price.plus(price);
    }
    parts.into_values().collect()
}

/// Adds to the row of the day `at` lies in; negative numbers take away.
pub(crate) fn add(
    tx: &mut Tx<'_>,
    account: AccountId,
    channel: Channel,
    at: UnixMicros,
    more: &Tally,
) -> Result<()> {
    tx.execute(
        "INSERT INTO statistics (tenant_id, account_id, channel, day, messages, parts, price_micros, bounced, bounced_micros, inbound)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
         ON CONFLICT (account_id, channel, day) DO UPDATE SET messages = statistics.messages + excluded.messages,
            parts = statistics.parts + excluded.parts, price_micros = statistics.price_micros + excluded.price_micros,
            bounced = statistics.bounced + excluded.bounced, bounced_micros = statistics.bounced_micros + excluded.bounced_micros,
            inbound = statistics.inbound + excluded.inbound",
        &[
            v(TENANT),
            v(account.0),
            v(channel.code()),
            v(day_of(at)),
            v(more.messages),
            v(more.parts),
            v(more.price.0),
            v(more.bounced),
            v(more.bounced_price.0),
            v(more.inbound),
        ],
    )?;
    Ok(())
}

/// A message has come to `status`: cancelled ones leave the statistics, failed ones are counted as bounced, the others change nothing.
pub(crate) fn moved(tx: &mut Tx<'_>, key: MessageKey, status: Status) -> Result<()> {
    if !matches!(status, Status::Cancelled | Status::Failed) {
        return Ok(());
    }
    let (at, parts, price, country, key_id) = tx.one(
        "SELECT accepted_at, segments, price_micros, country, key_id FROM messages WHERE account_id = $1 AND seq = $2",
        &[v(key.account.0), v(key.seq)],
        |row| {
            let at = UnixMicros(row.int(0)?);
            Ok((at, row.int(1)?, row.int(2)?, row.text(3)?, row.opt_text(4)?))
        },
    )?;
    let channel = numbering::channel(key.seq).ok_or_else(|| Error::Inconsistent {
        table: "messages",
        id: format!("{}/{}", key.account.0, key.seq),
    })?;
    let more = match status {
        Status::Cancelled => Tally {
            messages: -1,
            parts: -parts,
            price: Micros(-price),
            ..Tally::default()
        },
        _ => Tally {
            bounced: 1,
            bounced_price: Micros(price),
            ..Tally::default()
        },
    };
    let part = Part {
        country,
        key_id: key_id.unwrap_or_default(),
        messages: more.messages,
        price: more.price,
        bounced: more.bounced,
    };
    add_part(tx, key.account, at, &part)?;
    add(tx, key.account, channel, at, &more)
}

fn day_of(at: UnixMicros) -> i64 {
    at.secs().div_euclid(DAY_SECONDS)
}
