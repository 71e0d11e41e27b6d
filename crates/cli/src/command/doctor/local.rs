//! What can be seen without asking anybody: configuration, data directory, vault key, database, ports.

use std::fs;
use std::net::{SocketAddr, TcpListener};

use super::{Args, Findings, database, machine};
use crate::config::{self, Config};
use crate::data_dir::{DataDir, unusable};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::serve;
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
    database::look(&config, &data_dir, ring, args.thorough, findings);
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
