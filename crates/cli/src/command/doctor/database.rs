//! Is the store whole, does its schema fit this program, and does the vault key open what is sealed in it? Nothing of it is changed: an older
//! one stays as old as it is, and whoever works with it goes on.

use postern_access::open_peppers;
use postern_store::peppers::{self, PepperRow};
use postern_store::{Standing, backup};
use postern_vault::{KeyRing, Vault};

use super::Findings;
use crate::config::{Config, StoreUrl};
use crate::data_dir::DataDir;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::{self, store_failure};

pub fn look(
    config: &Config,
    data_dir: &DataDir,
    ring: Option<KeyRing>,
    thorough: bool,
    findings: &mut Findings,
) {
    let embedded = matches!(config.store, StoreUrl::Embedded);
    if embedded && !data_dir.database().exists() {
        return findings.doubtful("database", "there is none yet", "`postern serve` makes it");
    }
    if embedded && !is_whole(data_dir, thorough, findings) {
        return;
    }
    let Some((standing, sealed)) = findings.of("database", seen(config, data_dir)) else {
        return;
    };
    judge(&standing, embedded, findings);
    if let Some(sealed) = sealed {
        fits(ring, &sealed, findings);
    }
}

fn is_whole(data_dir: &DataDir, thorough: bool, findings: &mut Findings) -> bool {
    let inspected = backup::inspect(&data_dir.database(), thorough).map_err(store_failure);
    let Some(found) = findings.of("database", inspected) else {
        return false;
    };
    let Some(damage) = found.damage else {
        return true;
    };
    let damaged = Failure::new(Exit::Store, format!("it is damaged: {damage}"));
    let fix = "stop the server, keep the file, and restore the last backup";
    findings.broken("database", damaged.fix(fix));
    false
}

/// What is sealed is read where this program's statements work.
fn seen(config: &Config, data_dir: &DataDir) -> Outcome<(Standing, Option<Vec<PepperRow>>)> {
    let settings = serve::settings(config, data_dir)?;
    let seen = postern_store::look(&settings, |tx, standing| {
        let sealed = match standing.is_current() {
            true => Some(peppers::all(tx)?),
            false => None,
        };
        Ok((standing.clone(), sealed))
    });
    seen.map_err(store_failure)
}

fn judge(standing: &Standing, embedded: bool, findings: &mut Findings) {
    let Standing {
        schema,
        known,
        pending,
        foreign,
    } = standing;
    if let Some(foreign) = foreign {
        let newer = format!("it has schema {foreign}, this program knows up to {known}");
        let newer = Failure::new(Exit::Store, newer);
        let fix = "use the version that wrote it, or a newer one";
        return findings.broken("database", newer.fix(fix));
    }
    let engine = if embedded { "" } else { "PostgreSQL, " };
    match (pending, schema) {
        (0, _) => findings.good("database", format!("{engine}schema {schema}")),
        (_, 0) => findings.doubtful(
            "database",
            format!("{engine}there is nothing in it yet"),
            "`postern serve` makes its tables",
        ),
        _ => findings.doubtful(
            "database",
            format!(
                "{engine}schema {schema} of {known}, {pending} to come: the next start of this program migrates it, and older programs \
                 cannot open it then"
            ),
            match embedded {
                true => "take a backup first: `postern backup FILE`",
                false => "take a backup first: `pg_dump --format=custom --file=postern.dump`",
            },
        ),
    }
}

/// Whether the vault key opens what this store sealed.
fn fits(ring: Option<KeyRing>, sealed: &[PepperRow], findings: &mut Findings) {
    let broken = |message: String, fix: &str| Failure::new(Exit::VaultKey, message).fix(fix);
    match (ring, sealed) {
        (_, []) => findings.good("vault key", "nothing is sealed yet"),
        (None, _) => findings.broken(
            "vault key",
            broken(
                "it is missing, and this store was sealed with one".to_owned(),
                "put it back from its own backup",
            ),
        ),
        (Some(ring), sealed) => match open_peppers(&Vault::open(ring), sealed) {
            Ok(_) => findings.good("vault key", "it opens this store"),
            Err(error) => findings.broken(
                "vault key",
                broken(
                    format!("it is not the one of this store: {error}"),
                    "put back the one that belongs to this store",
                ),
            ),
        },
    }
}
