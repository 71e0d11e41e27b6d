//! One value out of the layers, checked; an error names who set it, the key and the fix.

use std::fs;
use std::net::{SocketAddr, ToSocketAddrs};
use std::path::PathBuf;
use std::time::Duration;

use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;

use super::layers::Layers;
use super::model::{Approvals, AppsText, LogFormat, Simulator, Tls};
use crate::exit::{Exit, Failure, Outcome};

pub struct Reader<'a> {
    pub layers: &'a Layers,
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

    pub fn text(&self, path: &str) -> Option<&'a str> {
        self.value(path)
            .and_then(toml::Value::as_str)
            .filter(|text| !text.is_empty())
    }

    pub fn needed(&self, path: &str) -> &'a str {
        self.text(path).unwrap_or_default()
    }

    pub fn list(&self, path: &str) -> Vec<String> {
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

    pub fn number<N: TryFrom<i64>>(&self, path: &str, least: i64, most: i64) -> Outcome<N> {
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

    pub fn seconds(&self, path: &str) -> Outcome<Duration> {
        Ok(Duration::from_secs(self.number(path, 1, 86_400)?))
    }

    pub fn threads(&self) -> Outcome<usize> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        match self.number("gateway.threads", 0, 1_024)? {
            0 => Ok(cores()),
            threads => Ok(threads),
        }
    }

    pub fn address(&self, path: &str) -> Outcome<SocketAddr> {
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

    pub fn base_url(&self, path: &str, url: &str) -> Outcome<String> {
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

    pub fn approvals(&self) -> Outcome<Approvals> {
        let webhook_url = self.text("approvals.webhook_url");
        if let Some(url) = webhook_url.filter(|url| !postern_approvals::is_address(url)) {
            return Err(self.wrong(
                "approvals.webhook_url",
                format_args!("is {url:?}"),
                "write an http or https address without a user in it",
            ));
        }
        let email = self.text("approvals.email");
        if let Some(text) = email.filter(|text| !text.contains('@')) {
            return Err(self.wrong(
                "approvals.email",
                format_args!("is {text:?}"),
                "write an e-mail address",
            ));
        }
        Ok(Approvals {
            expires_minutes: self.number("approvals.expires_minutes", 1, 30 * 24 * 60)?,
            webhook_url: webhook_url.map(str::to_owned),
            email: email.map(str::to_owned),
        })
    }

    pub fn host(&self, path: &str) -> Outcome<Option<String>> {
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

    pub fn file(&self, path: &str) -> Outcome<Option<PathBuf>> {
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

    pub fn tls(&self) -> Outcome<Option<Tls>> {
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

    pub fn currency(&self, path: &str) -> Outcome<Currency> {
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

    pub fn country(&self, path: &str) -> Outcome<CountryCode> {
        let text = self.needed(path);
        CountryCode::parse(text).ok_or_else(|| {
            self.wrong(
                path,
                format_args!("is {text:?}"),
                "use the two letters of ISO 3166, such as US",
            )
        })
    }

    pub fn amount(&self, path: &str) -> Outcome<Micros> {
        let text = self.needed(path);
        Micros::parse(text)
            .map_err(|error| self.wrong(path, error, "write an amount such as \"20.00\""))
    }

    pub fn simulator(&self) -> Outcome<Simulator> {
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

    /// `own`: a message comes from a number that its account has bought or verified. `any`: from whatever it says.
    pub fn any_sender(&self) -> Outcome<bool> {
        match self.needed("platform.senders") {
            "own" => Ok(false),
            "any" => Ok(true),
            other => Err(self.wrong(
                "platform.senders",
                format_args!("is {other:?}"),
                "use own or any",
            )),
        }
    }

    pub fn log_format(&self) -> Outcome<LogFormat> {
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

    pub fn apps(&self) -> Option<AppsText> {
        let apps = self.value("apps")?;
        let table: toml::Table = [("apps".to_owned(), apps.clone())].into_iter().collect();
        Some(AppsText(table.to_string()))
    }
}
