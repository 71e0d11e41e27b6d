//! What is done about sends over a connection whose outcome is not known.

use postern_domain::time::UnixMicros;

use crate::settings::TENANT;
use crate::{Result, Tx, v};

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum UnknownPolicy {
    /// A repeat is refused until it is known that nothing was sent. What the upstream's history says decides.
    #[default]
    AtMostOnce,
    /// A repeat passes if the upstream's history does not show the messages: rather twice than never.
    AtLeastOnce,
    /// As at most once, and nobody but a person decides.
    Ask,
}

impl UnknownPolicy {
    pub const ALL: [UnknownPolicy; 3] = [
        UnknownPolicy::AtMostOnce,
        UnknownPolicy::AtLeastOnce,
        UnknownPolicy::Ask,
    ];

    pub fn as_str(self) -> &'static str {
        match self {
            UnknownPolicy::AtMostOnce => "at_most_once",
            UnknownPolicy::AtLeastOnce => "at_least_once",
            UnknownPolicy::Ask => "ask",
        }
    }

    pub fn parse(text: &str) -> Option<UnknownPolicy> {
        UnknownPolicy::ALL
            .into_iter()
            .find(|policy| policy.as_str() == text)
    }
}

pub fn unknown_policy(tx: &mut Tx<'_>, connection_id: &str) -> Result<UnknownPolicy> {
    let written = tx.opt(
        "SELECT policy FROM unknown_policies WHERE tenant_id = $1 AND connection_id = $2",
        &[v(TENANT), v(connection_id)],
        |row| row.text(0),
    )?;
    // A word of a newer server is read as the careful one.
    Ok(written
        .and_then(|word| UnknownPolicy::parse(&word))
        .unwrap_or_default())
}

/// Connections and their policies, after the connection `after` (empty: from the start).
pub fn policies_page(tx: &mut Tx<'_>, after: &str, limit: i64) -> Result<Vec<(String, String)>> {
    tx.all(
        "SELECT connection_id, policy FROM unknown_policies WHERE tenant_id = $1 AND connection_id > $2 ORDER BY connection_id LIMIT $3",
        &[v(TENANT), v(after), v(limit)],
        |row| Ok((row.text(0)?, row.text(1)?)),
    )
}

pub fn put_policy(
    tx: &mut Tx<'_>,
    connection_id: &str,
    policy: UnknownPolicy,
    now: UnixMicros,
) -> Result<()> {
    tx.execute(
        "INSERT INTO unknown_policies (tenant_id, connection_id, policy, updated_at) VALUES ($1, $2, $3, $4)
         ON CONFLICT (tenant_id, connection_id) DO UPDATE SET policy = excluded.policy, updated_at = excluded.updated_at",
        &[v(TENANT), v(connection_id), v(policy.as_str()), v(now.0)],
    )?;
    Ok(())
}
