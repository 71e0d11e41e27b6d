//! What can be seen without asking anybody: configuration, data directory, vault key, database, ports.

use std::fs;
use std::net::{SocketAddr, TcpListener};

use postern_access::open_peppers;
use postern_store::{backup as store_backup, peppers};
use postern_vault::{KeyRing, Vault};

use super::{Args, Findings, machine};
use crate::clock;
use crate::command::block_on;
use crate::config::{self, Config, StoreUrl};
use crate::data_dir::{DataDir, unusable};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::{self, store_failure};
use crate::vault_key;

/// What the write probe writes: enough to find a full disk.
const PROBE_BYTES: usize = 4 << 20;

pub fn look(args: &Args, environment: &Environment, findings: &mut Findings) {
    let checked = config::load(&args.data.sources(), environment).and_then(|config| {
        serve::check(&config)?;
        Ok(config)
    });
    let Some(config) = findings.of("configuration", checked) else {
        return;
    };
    let file = config.file.as_ref().map_or(
        "no file; defaults, environment and flags".to_owned(),
        |file| file.display().to_string(),
    );
    findings.good("configuration", format!("usable ({file})"));
    exposure(&config, findings);
    if !config.data_dir.exists() {
        let place = config.data_dir.display();
        findings.doubtful(
            "data directory",
            format!("{place} is not there yet"),
            "`postern serve` makes it",
        );
        return;
    }
    let Some(data_dir) = findings.of("data directory", DataDir::prepare(&config.data_dir)) else {
        return;
    };
    let Some(holder) = findings.of("lock", data_dir.holder()) else {
        return;
    };
    match &holder {
        Some(holder) => findings.good("lock", format!("held by {holder}")),
        None => findings.good("lock", "no server is running on this directory"),
    }
    if findings.of("disk", probe(&data_dir)).is_some() {
        findings.good(
            "disk",
            format!("{} can be written", data_dir.path().display()),
        );
    }
    machine::look(data_dir.path(), &data_dir.database(), findings);
    if data_dir.first_run().exists() {
        findings.doubtful(
            "first key",
            format!(
                "{} still holds the first full key",
                data_dir.first_run().display()
            ),
            "move the key to where secrets are kept, then delete the file",
        );
    }
    let ring = findings
        .of("vault key", vault_key::read(&config.vault))
        .flatten();
    database(args, &config, &data_dir, ring, holder.is_some(), findings);
    if holder.is_none() {
        ports(&config, findings);
    }
}

fn exposure(config: &Config, findings: &mut Findings) {
    let open = |address: SocketAddr| !address.ip().is_loopback();
    let clear = [
        ("listen.gateway", config.listen.gateway),
        ("listen.platform", config.listen.platform),
    ];
    for (key, address) in clear {
        if open(address) && config.tls.is_none() {
            findings.doubtful(
                "exposure",
                format!("{key} is {address} without TLS: keys cross the network in clear"),
                "set tls.cert and tls.key, or let only a TLS proxy reach it",
            );
        }
    }
    if open(config.listen.operations) {
        findings.doubtful(
            "exposure",
            format!(
                "listen.operations is {}, and it asks for no key",
                config.listen.operations
            ),
            "keep it on a loopback address or behind a firewall",
        );
    }
}

fn probe(data_dir: &DataDir) -> Outcome {
    let path = data_dir.path().join("doctor.probe");
    let written =
        fs::write(&path, vec![0; PROBE_BYTES]).and_then(|()| fs::File::open(&path)?.sync_all());
    let removed = fs::remove_file(&path);
    written
        .and(removed)
        .map_err(|error| unusable(&path, &error))
}

fn database(
    args: &Args,
    config: &Config,
    data_dir: &DataDir,
    ring: Option<KeyRing>,
    running: bool,
    findings: &mut Findings,
) {
    if matches!(config.store, StoreUrl::Postgres { .. }) {
        return match running {
            true => findings.good("database", "PostgreSQL; the running server has it open"),
            false => fits(config, data_dir, ring, findings),
        };
    }
    if !data_dir.database().exists() {
        return findings.doubtful("database", "there is none yet", "`postern serve` makes it");
    }
    let inspected =
        store_backup::inspect(&data_dir.database(), args.thorough).map_err(store_failure);
    let Some(found) = findings.of("database", inspected) else {
        return;
    };
    if let Some(damage) = found.damage {
        let damaged = Failure::new(Exit::Store, format!("it is damaged: {damage}"));
        return findings.broken(
            "database",
            damaged.fix("stop the server, keep the file, and restore the last backup"),
        );
    }
    if found.schema > found.schema_known {
        let newer = format!(
            "it has schema {}, this program knows up to {}",
            found.schema, found.schema_known
        );
        return findings.broken(
            "database",
            Failure::new(Exit::Store, newer).fix("use the version that wrote it, or a newer one"),
        );
    }
    let schema = format!("schema {} of {}", found.schema, found.schema_known);
    match found.schema == found.schema_known {
        true => findings.good("database", schema),
        false => findings.doubtful(
            "database",
            format!("{schema}: the next start of this program migrates it, and older programs cannot open it then"),
            "take a backup first: `postern backup FILE`",
        ),
    }
    // Opening an older one would migrate it, and a running server is the proof already.
    if found.schema == found.schema_known && !running {
        fits(config, data_dir, ring, findings);
    }
}

/// Whether the vault key opens what this store sealed.
fn fits(config: &Config, data_dir: &DataDir, ring: Option<KeyRing>, findings: &mut Findings) {
    let rows = block_on(async {
        let _lock = data_dir.lock()?;
        let store = serve::open_store(config, data_dir, &clock::system()).await?;
        let rows = store.read(peppers::all).await.map_err(store_failure);
        store.close().await;
        rows
    });
    let Some(rows) = findings.of("database", rows) else {
        return;
    };
    match (ring, rows.is_empty()) {
        (_, true) => findings.good("vault key", "nothing is sealed yet"),
        (None, false) => findings.broken(
            "vault key",
            Failure::new(
                Exit::VaultKey,
                "it is missing, and this store was sealed with one",
            )
            .fix("put it back from its own backup"),
        ),
        (Some(ring), false) => match open_peppers(&Vault::open(ring), &rows) {
            Ok(_) => findings.good("vault key", "it opens this store"),
            Err(error) => findings.broken(
                "vault key",
                Failure::new(
                    Exit::VaultKey,
                    format!("it is not the one of this store: {error}"),
                )
                .fix("put back the one that belongs to this store"),
            ),
        },
    }
}

fn ports(config: &Config, findings: &mut Findings) {
    let listen = config.listen;
    for (key, address) in [
        ("listen.gateway", listen.gateway),
        ("listen.platform", listen.platform),
        ("listen.operations", listen.operations),
    ] {
        match TcpListener::bind(address) {
            Ok(_) => findings.good("port", format!("{key}: {address} is free")),
            // Flags of `serve` may choose others; the start itself says it for certain.
            Err(error) => findings.doubtful(
                "port",
                format!("{key}: cannot listen on {address}: {error}"),
                format!("stop what listens there, or set {key} to another port"),
            ),
        }
    }
}
