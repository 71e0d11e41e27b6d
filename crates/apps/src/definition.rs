//! An operator's own app, as it is written under `[apps.NAME]` in the configuration file.

use std::collections::BTreeMap;
use std::sync::Arc;

use http::{HeaderName, Method, header};
use postern_domain::connection;
use serde::Deserialize;

use crate::app::{App, VerifyCall};
use crate::effects::Operations;
use crate::injection::Injection;
use crate::needles::SecretFields;
use crate::origin::Origin;
use crate::path::normal_path;
use crate::reserved::is_reserved;

/// What an operator writes about an app; unknown keys are errors.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AppDefinition {
    pub title: Option<String>,
    pub base_url: String,
    pub injection: Injection,
    /// `API_KEY`, `BASIC`, …; by default what the injection suggests.
    pub method: Option<String>,
    pub verify: Option<VerifyDefinition>,
    /// Absent: nothing is known, so agent keys may only read.
    pub operations: Option<Vec<OperationDefinition>>,
    /// JSON fields of answers whose values agent keys see masked.
    #[serde(default)]
    pub secret_fields: Vec<String>,
}

/// The call that proves a credential.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct VerifyDefinition {
    #[serde(default = "get")]
    pub method: String,
    pub path: String,
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
}

fn get() -> String {
    "GET".to_owned()
}

/// One line of the effect table.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct OperationDefinition {
    pub method: String,
    pub path: String,
    /// `read`, `write`, `send`, `spend` or `credential`.
    pub effect: String,
}

/// A definition that cannot be used; `app` and `field` say where it is written.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("apps.{app}.{field}: {reason}")]
pub struct AppError {
    pub app: String,
    pub field: String,
    pub reason: String,
}

/// Headers that an injection must not own: framing, routing and ours.
const UNUSABLE_HEADERS: &[HeaderName] = &[
    header::HOST,
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TRANSFER_ENCODING,
    header::TE,
    header::TRAILER,
    header::UPGRADE,
    header::EXPECT,
    header::ACCEPT_ENCODING,
    header::PROXY_AUTHORIZATION,
];

impl AppDefinition {
    /// Checks everything and computes what requests need.
    pub fn build(self, name: &str) -> Result<App, AppError> {
        let wrong = |field: &str, reason: String| AppError {
            app: name.to_owned(),
            field: field.to_owned(),
            reason,
        };
        check_name(name).map_err(|reason| wrong("name", reason))?;
        let base_url =
            Origin::parse(&self.base_url).map_err(|error| wrong("base_url", error.to_string()))?;
        check_injection(&self.injection).map_err(|(field, reason)| wrong(field, reason))?;
        let method = match &self.method {
            Some(text) => text.parse().map_err(|_| {
                wrong(
                    "method",
                    format!("`{text}` is not API_KEY, BASIC, JWT, OAUTH1, OAUTH2 or MCP"),
                )
            })?,
            None if matches!(self.injection, Injection::Basic { .. }) => connection::Method::Basic,
            None => connection::Method::ApiKey,
        };
        let verify = self
            .verify
            .map(VerifyDefinition::build)
            .transpose()
            .map_err(|(field, reason)| wrong(field, reason))?;
        let operations = self
            .operations
            .map(table)
            .transpose()
            .map_err(|reason| wrong("operations", reason))?;
        if let Some(field) = self
            .secret_fields
            .iter()
            .find(|field| field.is_empty() || field.contains(['"', '\\']))
        {
            return Err(wrong(
                "secret_fields",
                format!("`{field}` is not a plain field name"),
            ));
        }
        Ok(App {
            name: name.to_owned(),
            title: self.title.unwrap_or_else(|| name.to_owned()),
            base_url: Arc::new(base_url),
            injection: self.injection,
            method,
            verify,
            operations,
            secret_fields: Arc::new(SecretFields::new(
                self.secret_fields.iter().map(String::as_str),
            )),
        })
    }
}

impl VerifyDefinition {
    fn build(self) -> Result<VerifyCall, (&'static str, String)> {
        let method = Method::from_bytes(self.method.as_bytes())
            .ok()
            .filter(|method| matches!(*method, Method::GET | Method::HEAD | Method::POST));
        let method =
            method.ok_or_else(|| ("verify.method", "must be GET, HEAD or POST".to_owned()))?;
        let path = normal_path(&self.path)
            .map_err(|error| ("verify.path", error.to_string()))?
            .as_str()
            .to_owned();
        if let Some(pointer) = self
            .metadata
            .values()
            .find(|pointer| !pointer.starts_with('/'))
        {
            return Err((
                "verify.metadata",
                format!("`{pointer}` is not a JSON pointer such as /data/username"),
            ));
        }
        Ok(VerifyCall {
            method,
            path,
            metadata: self.metadata,
        })
    }
}

fn table(lines: Vec<OperationDefinition>) -> Result<Operations, String> {
    let mut operations = Operations::new();
    for line in lines {
        let effect = line.effect.parse().map_err(|_| {
            format!(
                "`{}` is not read, write, send, spend or credential",
                line.effect
            )
        })?;
        operations
            .add(&line.method, &line.path, effect)
            .map_err(|error| error.to_string())?;
    }
    Ok(operations)
}

fn check_name(name: &str) -> Result<(), String> {
    let plain = name
        .bytes()
        .all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_'));
    if is_reserved(name) {
        Err("is one of our own first path segments; choose another name".to_owned())
    } else if name.is_empty() || name.len() > 64 || !plain {
        Err("must be 1 to 64 of a-z, 0-9, - and _".to_owned())
    } else {
        Ok(())
    }
}

fn check_injection(injection: &Injection) -> Result<(), (&'static str, String)> {
    let fields = injection.fields();
    let mut names: Vec<_> = fields
        .iter()
        .map(|(field, _)| field.name.as_str())
        .collect();
    names.sort_unstable();
    names.dedup();
    if names.len() != fields.len() || names.contains(&"") {
        return Err((
            "injection",
            "every field needs a name of its own".to_owned(),
        ));
    }
    match injection {
        Injection::Header { name, prefix, .. } => {
            let header = HeaderName::from_bytes(name.as_bytes())
                .map_err(|_| ("injection.name", format!("`{name}` is not a header name")))?;
            if UNUSABLE_HEADERS.contains(&header) {
                return Err((
                    "injection.name",
                    format!("`{name}` cannot carry a credential"),
                ));
            }
            if prefix.bytes().any(|byte| !(0x20..0x7f).contains(&byte)) {
                return Err(("injection.prefix", "must be printable ASCII".to_owned()));
            }
            Ok(())
        }
        Injection::Query { name, .. } if name.is_empty() => {
            Err(("injection.name", "must not be empty".to_owned()))
        }
        _ => Ok(()),
    }
}
