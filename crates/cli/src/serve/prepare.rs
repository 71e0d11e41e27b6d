//! What the rooms make of the configuration before anything is opened: a wrong value ends the start here, named.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use postern_apps::Registry;
use postern_domain::price::RateTable;
use postern_egress::{Rules, client_config};
use postern_gateway::BadCertificate;

use crate::config::{Config, Tls};
use crate::exit::{Exit, Failure, Outcome};

pub struct Prepared {
    pub registry: Arc<Registry>,
    pub prices: Arc<RateTable>,
    pub voice_prices: Arc<RateTable>,
    pub mms_prices: Arc<RateTable>,
    pub rules: Rules,
    pub outbound_tls: Arc<rustls::ClientConfig>,
    /// For the listeners of gateway and platform.
    pub inbound_tls: Option<Arc<rustls::ServerConfig>>,
}

/// Everything that can be found wrong without opening a port or a database.
pub fn check(config: &Config) -> Outcome {
    super::log::check(&config.log.level)?;
    prepare(config).map(drop)
}

pub fn prepare(config: &Config) -> Outcome<Prepared> {
    Ok(Prepared {
        registry: Arc::new(registry(config)?),
        prices: prices(
            "platform.prices_file",
            config.platform.prices_file.as_deref(),
            RateTable::sample,
        )?,
        voice_prices: prices(
            "platform.voice_prices_file",
            config.platform.voice_prices_file.as_deref(),
            RateTable::sample_voice,
        )?,
        mms_prices: prices(
            "platform.mms_prices_file",
            config.platform.mms_prices_file.as_deref(),
            RateTable::sample_mms,
        )?,
        rules: rules(config)?,
        outbound_tls: outbound_tls(config)?,
        inbound_tls: config.tls.as_ref().map(inbound_tls).transpose()?,
    })
}

fn registry(config: &Config) -> Outcome<Registry> {
    let mut registry = Registry::builtin();
    if let Some(apps) = &config.apps {
        registry.extend_toml(&apps.0).map_err(|error| {
            Failure::new(Exit::Config, format!("postern.toml: {error}"))
                .fix("correct the definition of the app; docs/operations.md shows a whole one")
        })?;
    }
    Ok(registry)
}

/// The operator's, or samples that nobody should bill by.
fn prices(
    key: &'static str,
    file: Option<&Path>,
    sample: impl FnOnce() -> RateTable,
) -> Outcome<Arc<RateTable>> {
    let Some(path) = file else {
        return Ok(Arc::new(sample()));
    };
    let bytes = read(key, path)?;
    let wrong = |error: &dyn std::fmt::Display| {
        Failure::new(Exit::Config, format!("{key}: {}: {error}", path.display()))
            .fix("write a header line and one line for each country, as docs/operations.md shows")
    };
    let text = std::str::from_utf8(&bytes).map_err(|error| wrong(&error))?;
    RateTable::parse(text)
        .map(Arc::new)
        .map_err(|error| wrong(&error))
}

fn rules(config: &Config) -> Outcome<Rules> {
    let allow = config.egress.allow.iter().map(|text| {
        text.parse().map_err(|error| {
            Failure::new(Exit::Config, format!("egress.allow: {error}"))
                .fix("write networks such as 10.0.0.0/8 or addresses such as 192.168.1.7")
        })
    });
    let mut rules = Rules {
        allow: allow.collect::<Outcome<_>>()?,
        ..Rules::default()
    };
    rules.timeouts.connect = config.timeouts.connect;
    rules.timeouts.first_byte = config.timeouts.response;
    rules.timeouts.idle = config.timeouts.body_idle;
    rules.timeouts.pooled = config.timeouts.upstream_idle;
    rules.timeouts.verify = config.timeouts.verify;
    rules.limits.pooled_max = config.egress.idle_connections_per_host;
    Ok(rules)
}

fn outbound_tls(config: &Config) -> Outcome<Arc<rustls::ClientConfig>> {
    let pem = match &config.egress.ca_file {
        Some(path) => Some(read("egress.ca_file", path)?),
        None => None,
    };
    client_config(pem.as_deref()).map_err(|error| {
        Failure::new(Exit::Config, format!("egress.ca_file {error}"))
            .fix("name a PEM file of certificate authorities")
    })
}

fn inbound_tls(tls: &Tls) -> Outcome<Arc<rustls::ServerConfig>> {
    let (chain, key) = (read("tls.cert", &tls.cert)?, read("tls.key", &tls.key)?);
    postern_gateway::server_config(&chain, &key).map_err(|error| {
        let named = match error {
            BadCertificate::Chain(_) | BadCertificate::Empty => {
                format!("tls.cert: {}", tls.cert.display())
            }
            BadCertificate::Key(_) => format!("tls.key: {}", tls.key.display()),
            BadCertificate::Pair(_) => "tls.cert, tls.key".to_owned(),
        };
        Failure::new(Exit::Config, format!("{named}: {error}")).fix(
            "name the PEM files of the certificate chain (tls.cert) and of its private key (tls.key)",
        )
    })
}

pub(super) fn read(key: &str, path: &Path) -> Outcome<Vec<u8>> {
    fs::read(path).map_err(|error| {
        Failure::new(
            Exit::Config,
            format!("{key}: cannot read {}: {error}", path.display()),
        )
        .fix("name a file that this user can read")
    })
}
