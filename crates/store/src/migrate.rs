//! Brings a database to this binary's schema: numbered scripts, each applied once in its own transaction, never edited.

use std::path::Path;

use postern_domain::time::UnixMicros;

use crate::look::Standing;
use crate::{Error, Result, sqlite};

/// A script and its twin for the other engine, under the same number and name.
pub(crate) struct Migration {
    pub(crate) version: i64,
    pub(crate) name: &'static str,
    pub(crate) sqlite: &'static str,
    #[cfg(feature = "postgres")]
    pub(crate) postgres: &'static str,
}

macro_rules! migrations {
    ($($version:literal $name:literal),* $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            #[cfg(feature = "postgres")]
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

pub(crate) const MIGRATIONS: &[Migration] = migrations![
    1 "0001_core",
    2 "0002_messages",
    3 "0003_contacts",
    4 "0004_channels",
    5 "0005_inbound_unread",
    6 "0006_blocks",
    8 "0008_files_and_links",
    9 "0009_campaigns",
    10 "0010_automations",
    11 "0011_senders",
    12 "0012_statistics",
    13 "0013_privacy",
    14 "0014_usage",
    15 "0015_guard",
    16 "0016_audit_chain",
    17 "0017_once",
    18 "0018_operators",
    19 "0019_approvals",
    20 "0020_freeze",
    21 "0021_alerts",
    22 "0022_hooks",
    23 "0023_rates",
    24 "0024_inbox",
    25 "0025_judged_campaigns",
    26 "0026_pages",
    27 "0027_simulator",
    28 "0028_sandbox_clock",
    29 "0029_pushes_by_rule",
    32 "0032_usage_parts",
    33 "0033_sends_in_one_tree",
    34 "0034_message_story",
];

pub(crate) const LEDGER: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (
    version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL)";

/// What was applied to a database already.
pub(crate) const APPLIED: &str = "SELECT version FROM schema_migrations ORDER BY version";

/// What is still to be applied to a database that has `applied`.
///
/// # Errors
/// A database that a newer binary has migrated is refused: its rows may mean things that this one does not know.
pub(crate) fn pending(applied: &[i64]) -> Result<impl Iterator<Item = &'static Migration>> {
    let Standing { known, foreign, .. } = Standing::of(applied);
    if let Some(version) = foreign {
        return Err(Error::Setup(format!(
            "the database has schema {version}, this binary knows up to {known}: start the newer binary, or restore a backup made with this one"
        )));
    }
    Ok(MIGRATIONS
        .iter()
        .filter(move |m| !applied.contains(&m.version)))
}

pub(crate) fn sqlite(path: &Path, now: UnixMicros) -> Result<()> {
    let connection = sqlite::Connection::open_writer(path)?;
    connection.batch(LEDGER)?;
    let applied = connection
        .raw
        .prepare(APPLIED)?
        .query_map([], |row| row.get(0))?
        .collect::<std::result::Result<Vec<i64>, _>>()?;
    for migration in pending(&applied)? {
        let transaction = connection.raw.unchecked_transaction()?;
        transaction
            .execute_batch(migration.sqlite)
            .map_err(|e| Error::Setup(format!("migration {}: {e}", migration.name)))?;
        transaction.execute(
            "INSERT INTO schema_migrations (version, name, applied_at) VALUES (?1, ?2, ?3)",
            (migration.version, migration.name, now.0),
        )?;
        transaction.commit()?;
    }
    Ok(())
}
