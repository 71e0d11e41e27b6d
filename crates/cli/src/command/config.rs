//! `postern config`: looking at the configuration without starting anything.

use clap::Subcommand;
use secrecy::ExposeSecret;
use serde_json::{Value, json};

use crate::args::DataArgs;
use crate::config::{self, StoreUrl, VaultSource, keys::KEYS};
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::Outcome;

/// Check and show the configuration, without starting anything or talking to anybody
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Say whether the configuration is usable; exit code 3 when it is not
    Check(DataArgs),
    /// Show every setting in force and who set it; secrets are not shown
    Show(DataArgs),
    /// List every key with its variable
    Keys,
    /// Print the defaults as a postern.toml with comments
    Defaults,
}

pub fn run(verb: &Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::Check(args) => check(args, console, environment),
        Verb::Show(args) => show(args, console, environment),
        Verb::Keys => {
            let rows: Vec<Value> = KEYS
                .iter()
                .map(|key| json!({"key": key.path, "variable": key.variable}))
                .collect();
            console.answer(&rows, |_| {
                table(
                    ["KEY", "VARIABLE"],
                    KEYS.iter()
                        .map(|key| [key.path.to_owned(), key.variable.to_owned()]),
                )
            })
        }
        Verb::Defaults => console.line(include_str!("../config/defaults.toml").trim_end()),
    }
}

fn check(args: &DataArgs, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.sources(), environment)?;
    crate::serve::check(&config)?;
    let file = config.file.as_ref().map(|path| path.display().to_string());
    let answer = json!({
        "usable": true,
        "file": file,
        "data_dir": config.data_dir,
        "store": match config.store { StoreUrl::Embedded => "sqlite", StoreUrl::Postgres { .. } => "postgres" },
        "vault": match config.vault { VaultSource::File { .. } => "file", VaultSource::Given { .. } => "given" },
    });
    console.answer(&answer, |_| match file {
        Some(file) => format!("usable ({file})"),
        None => "usable (no file; defaults, environment and flags)".to_owned(),
    })
}

fn show(args: &DataArgs, console: Console, environment: &Environment) -> Outcome {
    let (_, layers) = config::lay(&args.sources(), environment)?;
    let config = config::load(&args.sources(), environment)?;
    let mut rows: Vec<(String, String, String)> = KEYS
        .iter()
        .filter_map(|key| {
            let value = key
                .path
                .split('.')
                .try_fold(None::<&toml::Value>, |at, part| {
                    let next = match at {
                        None => layers.table.get(part),
                        Some(value) => value.get(part),
                    };
                    next.map(Some)
                })??;
            let text = value
                .as_str()
                .map_or_else(|| value.to_string(), str::to_owned);
            Some((
                key.path.to_owned(),
                text,
                layers.origin(key.path).to_string(),
            ))
        })
        .collect();
    if layers.origin("data_dir") == config::Origin::Default {
        rows.insert(
            0,
            (
                "data_dir".to_owned(),
                config.data_dir.display().to_string(),
                "default".to_owned(),
            ),
        );
    }
    if let StoreUrl::Postgres { url, .. } = &config.store {
        rows.push((
            "store".to_owned(),
            without_password(url.expose_secret()),
            "database URL".to_owned(),
        ));
    }
    let answer: Vec<Value> = rows
        .iter()
        .map(|(key, value, origin)| json!({"key": key, "value": value, "origin": origin}))
        .collect();
    console.answer(&answer, |_| {
        table(
            ["KEY", "VALUE", "SET BY"],
            rows.into_iter().map(|(k, v, o)| [k, v, o]),
        )
    })
}

/// Host and database only; credentials and options are nobody's business.
fn without_password(url: &str) -> String {
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let host = rest.rsplit_once('@').map_or(rest, |(_, host)| host);
    format!(
        "postgres://…@{}",
        host.split('?').next().unwrap_or_default()
    )
}
