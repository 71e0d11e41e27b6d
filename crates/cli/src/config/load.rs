//! From layers to a checked [`Config`]; the first thing wrong ends the command, naming key, source and fix.

use std::fs;
use std::path::{Path, PathBuf};

use super::layers::Layers;
use super::model::*;
use super::reader::Reader;
use super::secrets;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};

/// What flags said; `values` are (key, text, the flag as typed).
#[derive(Clone, Debug, Default)]
pub struct Sources {
    pub config: Option<PathBuf>,
    pub values: Vec<(String, String, String)>,
}

/// Reads files and nothing else: no port is bound, no directory made.
pub fn load(sources: &Sources, environment: &Environment) -> Outcome<Config> {
    let (file, layers) = lay(sources, environment)?;
    let read = Reader { layers: &layers };
    let data_dir = match read.text("data_dir") {
        Some(path) => PathBuf::from(path),
        None => default_data_dir(environment)?,
    };
    let key_file = read
        .text("vault.key_file")
        .map_or_else(|| data_dir.join("vault.key"), PathBuf::from);
    Ok(Config {
        public_url: read
            .text("public_url")
            .map(|url| read.base_url("public_url", url))
            .transpose()?,
        listen: Listen {
            gateway: read.address("listen.gateway")?,
            platform: read.address("listen.platform")?,
            operations: read.address("listen.operations")?,
        },
        store: secrets::store_url(
            &layers,
            read.text("store.database_url_file"),
            read.file("store.ca_file")?,
            environment,
        )?,
        vault: secrets::vault_source(
            &layers,
            &key_file,
            read.text("vault.passphrase_file"),
            environment,
        )?,
        tls: read.tls()?,
        hosts: Hosts {
            gateway: read.host("hosts.gateway")?,
            control: read.host("hosts.control")?,
            connect: read.host("hosts.connect")?,
        },
        gateway: Gateway {
            threads: read.threads()?,
        },
        platform: Platform {
            credit: read.amount("platform.credit")?,
            currency: read.currency("platform.currency")?,
            country: read.country("platform.country")?,
            prices_file: read.file("platform.prices_file")?,
            public_url: read
                .text("platform.public_url")
                .map(|url| read.base_url("platform.public_url", url))
                .transpose()?,
            short_url: read
                .text("platform.short_url")
                .map(|url| read.base_url("platform.short_url", url))
                .transpose()?,
            voice_prices_file: read.file("platform.voice_prices_file")?,
            mms_prices_file: read.file("platform.mms_prices_file")?,
            any_sender: read.any_sender()?,
            shared_sender: read.needed("platform.shared_sender").to_owned(),
            repeat_window_ms: read.number("platform.repeat_window_ms", 0, 86_400_000)?,
        },
        simulator: read.simulator()?,
        egress: Egress {
            allow: read.list("egress.allow"),
            ca_file: read.file("egress.ca_file")?,
            idle_connections_per_host: read.number(
                "egress.idle_connections_per_host",
                1,
                10_000,
            )?,
        },
        approvals: read.approvals()?,
        audit_retention_days: read.number("audit.retention_days", 0, 36_500)?,
        limits: Limits {
            body_bytes: read.number("limits.body_bytes", 1_024, 1 << 40)?,
            head_bytes: read.number("limits.head_bytes", 8_192, 1 << 20)?,
            head_lines: read.number("limits.head_lines", 16, 10_000)?,
            http2_streams: read.number("limits.http2_streams", 1, 10_000)?,
            connections: read.number("limits.connections", 1, 1_000_000)?,
            rate_per_second: read.number("limits.rate_per_second", 1, 1_000_000)?,
            rate_burst: read.number("limits.rate_burst", 1, 1_000_000)?,
        },
        timeouts: Timeouts {
            handshake: read.seconds("timeouts.handshake_seconds")?,
            head: read.seconds("timeouts.head_seconds")?,
            client_stall: read.seconds("timeouts.client_stall_seconds")?,
            connect: read.seconds("timeouts.connect_seconds")?,
            response: read.seconds("timeouts.response_seconds")?,
            body_idle: read.seconds("timeouts.body_idle_seconds")?,
            upstream_idle: read.seconds("timeouts.upstream_idle_seconds")?,
            verify: read.seconds("timeouts.verify_seconds")?,
            reverify: read.seconds("timeouts.reverify_seconds")?,
            drain: read.seconds("timeouts.drain_seconds")?,
        },
        log: Log {
            format: read.log_format()?,
            level: read.needed("log.level").to_owned(),
        },
        apps: read.apps(),
        file,
        data_dir,
    })
}

/// The file that was read, and everything laid over the defaults.
pub fn lay(sources: &Sources, environment: &Environment) -> Outcome<(Option<PathBuf>, Layers)> {
    let mut layers = Layers::defaults();
    let file = match sources
        .config
        .clone()
        .or_else(|| environment.get("POSTERN_CONFIG").map(PathBuf::from))
    {
        Some(path) => Some(path),
        None => usual_files(environment)
            .into_iter()
            .find(|path| path.is_file()),
    };
    if let Some(path) = &file {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::new(
                Exit::Config,
                format!("cannot read {}: {error}", path.display()),
            )
            .fix("name a readable file with --config or POSTERN_CONFIG, or leave both out")
        })?;
        layers.file(path, &text)?;
    }
    layers.environment(environment)?;
    for (path, value, flag) in &sources.values {
        layers.flag(path, value, flag.clone())?;
    }
    Ok((file, layers))
}

fn usual_files(environment: &Environment) -> Vec<PathBuf> {
    let home = environment
        .get("XDG_CONFIG_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            environment
                .get("HOME")
                .map(|home| Path::new(home).join(".config"))
        });
    let mut files = vec![PathBuf::from("postern.toml")];
    files.extend(home.map(|home| home.join("postern/postern.toml")));
    files.push(PathBuf::from("/etc/postern/postern.toml"));
    files
}

/// systemd's state directory, else the user's own place for data.
pub fn default_data_dir(environment: &Environment) -> Outcome<PathBuf> {
    if let Some(state) = environment.get("STATE_DIRECTORY") {
        return Ok(PathBuf::from(state));
    }
    let data = environment
        .get("XDG_DATA_HOME")
        .map(PathBuf::from)
        .or_else(|| {
            environment
                .get("HOME")
                .map(|home| Path::new(home).join(".local/share"))
        });
    data.map(|data| data.join("postern")).ok_or_else(|| {
        Failure::new(Exit::Config, "data_dir: there is no HOME to keep data in")
            .fix("name a directory with --data-dir or POSTERN_DATA_DIR")
    })
}
