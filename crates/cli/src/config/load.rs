//! From layers to a checked [`Config`]; the first thing wrong ends the command, naming key, source and fix.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::{Path, PathBuf};
use std::time::Duration;

use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;

use super::layers::Layers;
use super::model::*;
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

struct Reader<'a> {
    layers: &'a Layers,
}

impl<'a> Reader<'a> {
    fn value(&self, path: &str) -> Option<&'a toml::Value> {
        let mut parts = path.split('.');
        let mut value = self.layers.table.get(parts.next()?)?;
        for part in parts {
            value = value.get(part)?;
        }
        Some(value)
    }

    fn text(&self, path: &str) -> Option<&'a str> {
        self.value(path)
            .and_then(toml::Value::as_str)
            .filter(|text| !text.is_empty())
    }

    fn needed(&self, path: &str) -> &'a str {
        self.text(path).unwrap_or_default()
    }

    fn list(&self, path: &str) -> Vec<String> {
        let items = self.value(path).and_then(toml::Value::as_array);
        items
            .into_iter()
            .flatten()
            .filter_map(|item| item.as_str().map(str::to_owned))
            .collect()
    }

    fn wrong(&self, path: &str, what: impl std::fmt::Display, fix: impl Into<String>) -> Failure {
        Failure::new(
            Exit::Config,
            format!("{}: {path} {what}", self.layers.origin(path)),
        )
        .fix(fix)
    }

    fn number<N: TryFrom<i64>>(&self, path: &str, least: i64, most: i64) -> Outcome<N> {
        let value = self
            .value(path)
            .and_then(toml::Value::as_integer)
            .unwrap_or(least - 1);
        let checked = (least..=most)
            .contains(&value)
            .then(|| N::try_from(value).ok())
            .flatten();
        checked.ok_or_else(|| {
            self.wrong(
                path,
                format_args!("is {value}"),
                format!("use a number from {least} to {most}"),
            )
        })
    }

    fn seconds(&self, path: &str) -> Outcome<Duration> {
        Ok(Duration::from_secs(self.number(path, 1, 86_400)?))
    }

    fn threads(&self) -> Outcome<usize> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        match self.number("gateway.threads", 0, 1_024)? {
            0 => Ok(cores()),
            threads => Ok(threads),
        }
    }

    fn address(&self, path: &str) -> Outcome<SocketAddr> {
        let text = self.needed(path);
        let found = text
            .to_socket_addrs()
            .ok()
            .and_then(|mut found| found.next());
        found.ok_or_else(|| {
            self.wrong(
                path,
                format_args!("is {text:?}"),
                "write host:port, such as 127.0.0.1:8080 or [::]:8080; port 0 takes any free one",
            )
        })
    }

    fn base_url(&self, path: &str, url: &str) -> Outcome<String> {
        let uri = url.parse::<http::Uri>().ok();
        let fits = uri.as_ref().is_some_and(|uri| {
            matches!(uri.scheme_str(), Some("http" | "https"))
                && uri.host().is_some()
                && uri.path() == "/"
                && uri.query().is_none()
        });
        if !fits {
            return Err(self.wrong(
                path,
                format_args!("is {url:?}"),
                "write scheme and host only, such as https://sms.example.com",
            ));
        }
        Ok(url.trim_end_matches('/').to_owned())
    }

    fn host(&self, path: &str) -> Outcome<Option<String>> {
        let Some(text) = self.text(path) else {
            return Ok(None);
        };
        let plain = text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-'));
        if !plain {
            return Err(self.wrong(
                path,
                format_args!("is {text:?}"),
                "write a host name alone, without scheme or port",
            ));
        }
        Ok(Some(text.to_ascii_lowercase()))
    }

    fn file(&self, path: &str) -> Outcome<Option<PathBuf>> {
        let Some(file) = self.text(path).map(PathBuf::from) else {
            return Ok(None);
        };
        match fs::File::open(&file) {
            Ok(_) => Ok(Some(file)),
            Err(error) => Err(self.wrong(
                path,
                format_args!("names {}: {error}", file.display()),
                "name a file that this user can read",
            )),
        }
    }

    fn tls(&self) -> Outcome<Option<Tls>> {
        match (self.file("tls.cert")?, self.file("tls.key")?) {
            (Some(cert), Some(key)) => Ok(Some(Tls { cert, key })),
            (None, None) => Ok(None),
            (Some(_), None) => Err(self.wrong(
                "tls.cert",
                "is set and tls.key is not",
                "name the private key's PEM file in tls.key too",
            )),
            (None, Some(_)) => Err(self.wrong(
                "tls.key",
                "is set and tls.cert is not",
                "name the certificate chain's PEM file in tls.cert too",
            )),
        }
    }

    fn currency(&self, path: &str) -> Outcome<Currency> {
        let text = self.needed(path);
        text.to_ascii_uppercase().parse().map_err(|_| {
            let known: Vec<&str> = Currency::ALL
                .iter()
                .map(|currency| currency.as_str())
                .collect();
            self.wrong(
                path,
                format_args!("is {text:?}"),
                format!("use one of {}", known.join(", ")),
            )
        })
    }

    fn country(&self, path: &str) -> Outcome<CountryCode> {
        let text = self.needed(path);
        CountryCode::parse(text).ok_or_else(|| {
            self.wrong(
                path,
                format_args!("is {text:?}"),
                "use the two letters of ISO 3166, such as US",
            )
        })
    }

    fn amount(&self, path: &str) -> Outcome<Micros> {
        let text = self.needed(path);
        Micros::parse(text)
            .map_err(|error| self.wrong(path, error, "write an amount such as \"20.00\""))
    }

    fn simulator(&self) -> Outcome<Simulator> {
        let (min, max) = (
            "simulator.delivered_after_min_ms",
            "simulator.delivered_after_max_ms",
        );
        let least = self.number(min, 0, 86_400_000)?;
        let most = self.number(max, 0, 86_400_000)?;
        if least > most {
            return Err(self.wrong(
                max,
                format_args!("is {most}, less than {min}"),
                format!("raise {max} or lower {min}"),
            ));
        }
        Ok(Simulator {
            delivered_after_min: Duration::from_millis(least),
            delivered_after_max: Duration::from_millis(most),
        })
    }

    fn log_format(&self) -> Outcome<LogFormat> {
        match self.needed("log.format") {
            "auto" => Ok(LogFormat::Auto),
            "text" => Ok(LogFormat::Text),
            "json" => Ok(LogFormat::Json),
            other => Err(self.wrong(
                "log.format",
                format_args!("is {other:?}"),
                "use auto, text or json",
            )),
        }
    }

    fn apps(&self) -> Option<AppsText> {
        let apps = self.value("apps")?;
        let table: toml::Table = [("apps".to_owned(), apps.clone())].into_iter().collect();
        Some(AppsText(table.to_string()))
    }
}
