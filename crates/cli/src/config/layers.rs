//! Tables laid over each other, each value remembering who set it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use super::keys::{self, Form, KEYS, Key, OTHER_VARIABLES};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};

/// Who set a value: what an error tells the operator to change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Origin {
    Default,
    File(PathBuf),
    Variable(&'static str),
    Flag(String),
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(path) => write!(f, "{}", path.display()),
            Self::Variable(name) => f.write_str(name),
            Self::Flag(flag) => f.write_str(flag),
        }
    }
}

pub struct Layers {
    pub table: toml::Table,
    origins: BTreeMap<String, Origin>,
}

impl Layers {
    pub fn defaults() -> Self {
        let table: toml::Table = toml::from_str(include_str!("defaults.toml"))
            .expect("defaults.toml is TOML; a test reads it");
        Self {
            table,
            origins: BTreeMap::new(),
        }
    }

    pub fn file(&mut self, path: &Path, text: &str) -> Outcome {
        let table: toml::Table = toml::from_str(text).map_err(|error| {
            Failure::new(
                Exit::Config,
                format!("{}: {}", path.display(), error.to_string().trim_end()),
            )
            .fix("correct the TOML; `postern config check` reads it without starting anything")
        })?;
        self.overlay(table, String::new(), &Origin::File(path.to_owned()))
    }

    pub fn environment(&mut self, environment: &Environment) -> Outcome {
        for (name, value) in environment.iter() {
            if !name.starts_with("POSTERN_") || OTHER_VARIABLES.contains(&name) || is_foreign(name)
            {
                continue;
            }
            let Some(key) = KEYS.iter().find(|key| key.variable == name) else {
                let known = KEYS
                    .iter()
                    .map(|key| key.variable)
                    .chain(OTHER_VARIABLES.iter().copied());
                let fix = match keys::nearest(name, known) {
                    Some(near) => format!("did you mean {near}? Otherwise unset {name}"),
                    None => format!("unset {name}; `postern config keys` lists every variable"),
                };
                return Err(Failure::new(
                    Exit::Config,
                    format!("{name} is not a variable of Postern"),
                )
                .fix(fix));
            };
            self.set(key, value, Origin::Variable(key.variable))?;
        }
        Ok(())
    }

    /// `flag` is what the operator typed, for the error.
    pub fn flag(&mut self, path: &str, value: &str, flag: String) -> Outcome {
        let Some(key) = keys::by_path(path) else {
            return Err(unknown(path, &Origin::Flag(flag)));
        };
        self.set(key, value, Origin::Flag(flag))
    }

    pub fn origin(&self, path: &str) -> Origin {
        self.origins.get(path).cloned().unwrap_or(Origin::Default)
    }

    fn set(&mut self, key: &Key, text: &str, origin: Origin) -> Outcome {
        let value = match key.form {
            Form::Text => toml::Value::String(text.to_owned()),
            Form::Integer => toml::Value::Integer(text.trim().parse().map_err(|_| {
                Failure::new(
                    Exit::Config,
                    format!(
                        "{origin}: {} must be a whole number, not {text:?}",
                        key.path
                    ),
                )
                .fix(format!("set {origin} to a whole number, or leave it out"))
            })?),
            Form::List => toml::Value::Array(
                text.split(',')
                    .map(str::trim)
                    .filter(|item| !item.is_empty())
                    .map(|item| toml::Value::String(item.to_owned()))
                    .collect(),
            ),
        };
        self.insert(key, value, origin);
        Ok(())
    }

    fn overlay(&mut self, from: toml::Table, prefix: String, origin: &Origin) -> Outcome {
        for (name, value) in from {
            let path = if prefix.is_empty() {
                name
            } else {
                format!("{prefix}.{name}")
            };
            if path == "apps" {
                self.table.insert(path.clone(), value);
                self.origins.insert(path, origin.clone());
                continue;
            }
            let is_section = KEYS
                .iter()
                .any(|key| key.path.starts_with(&format!("{path}.")));
            match (value, keys::by_path(&path)) {
                (toml::Value::Table(section), None) if is_section => {
                    self.overlay(section, path, origin)?
                }
                (value, Some(key)) => self.place(key, value, origin)?,
                (_, None) if is_section => {
                    return Err(Failure::new(
                        Exit::Config,
                        format!("{origin}: {path} is a section, not a value"),
                    )
                    .fix(format!("write [{path}] and its keys below it")));
                }
                (_, None) => return Err(unknown(&path, origin)),
            }
        }
        Ok(())
    }

    fn place(&mut self, key: &Key, value: toml::Value, origin: &Origin) -> Outcome {
        let expected = match (key.form, &value) {
            (Form::Text, toml::Value::String(_)) | (Form::Integer, toml::Value::Integer(_)) => None,
            (Form::List, toml::Value::Array(items)) if items.iter().all(toml::Value::is_str) => {
                None
            }
            (Form::Text, _) => Some("a text in quotes"),
            (Form::Integer, _) => Some("a whole number without quotes"),
            (Form::List, _) => Some("a list of texts, such as [\"10.0.0.0/8\"]"),
        };
        if let Some(expected) = expected {
            return Err(Failure::new(
                Exit::Config,
                format!(
                    "{origin}: {} must be {expected}, not {}",
                    key.path,
                    value.type_str()
                ),
            )
            .fix(format!("give {} the right form in {origin}", key.path)));
        }
        self.insert(key, value, origin.clone());
        Ok(())
    }

    fn insert(&mut self, key: &Key, value: toml::Value, origin: Origin) {
        let mut table = &mut self.table;
        let (section, last) = key
            .path
            .rsplit_once('.')
            .map_or((None, key.path), |(s, l)| (Some(s), l));
        if let Some(section) = section {
            table = table
                .entry(section)
                .or_insert_with(|| toml::Value::Table(toml::Table::new()))
                .as_table_mut()
                .expect("sections are tables in the defaults and wherever one is inserted");
        }
        table.insert(last.to_owned(), value);
        self.origins.insert(key.path.to_owned(), origin);
    }
}

/// Kubernetes puts `POSTERN_PORT`, `POSTERN_SERVICE_HOST` and the like into every pod beside a service named postern;
/// test runs have their own prefix.
fn is_foreign(name: &str) -> bool {
    let rest = &name["POSTERN_".len()..];
    rest.starts_with("TEST_")
        || rest == "PORT"
        || rest.starts_with("PORT_")
        || rest.contains("SERVICE_HOST")
        || rest.contains("SERVICE_PORT")
}

fn unknown(path: &str, origin: &Origin) -> Failure {
    let fix = match (path, keys::nearest(path, KEYS.iter().map(|key| key.path))) {
        ("store.database_url", _) => {
            "a secret is not kept in the configuration: use store.database_url_file or POSTERN_DATABASE_URL".to_owned()
        }
        ("vault.passphrase" | "vault.key", _) => {
            "a secret is not kept in the configuration: use vault.passphrase_file or vault.key_file".to_owned()
        }
        (_, Some(near)) => format!("did you mean {near}? Otherwise remove it"),
        (_, None) => "remove it; `postern config keys` lists every key".to_owned(),
    };
    Failure::new(Exit::Config, format!("{origin}: unknown key {path}")).fix(fix)
}
