//! The command line: nouns and verbs, and the flags that several of them share.

use std::path::PathBuf;

use clap::{Args, Parser};

use crate::command::Command;
use crate::config::Sources;

#[derive(Debug, Parser)]
#[command(
    name = "postern",
    version,
    about = "One revocable, limited key for SMS, MMS and voice: gateway, vault and platform in one program",
    after_help = "`postern serve` starts everything. The other commands talk to a running server (POSTERN_URL, POSTERN_API_KEY)\n\
                  or, where their help says so, work on the data directory itself. `postern help exit-codes` lists exit codes.",
    propagate_version = true,
    arg_required_else_help = true
)]
pub struct Cli {
    /// Answer with JSON for programs instead of tables for people
    #[arg(long, global = true)]
    pub json: bool,

    #[command(subcommand)]
    pub command: Command,
}

/// Of commands that talk to a running server.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Server")]
pub struct ServerArgs {
    /// The server's address [env: POSTERN_URL] [default: http://127.0.0.1:8080]
    #[arg(long, value_name = "URL")]
    pub url: Option<String>,

    /// File that holds the API key [env: POSTERN_API_KEY_FILE; or POSTERN_API_KEY or MATON_API_KEY with the key itself]
    #[arg(long, value_name = "FILE")]
    pub api_key_file: Option<PathBuf>,

    /// A server kept by `postern profile add` [env: POSTERN_PROFILE] [default: the current one]
    #[arg(long, value_name = "NAME")]
    pub profile: Option<String>,

    /// PEM certificates to trust beside the system's [env: POSTERN_CA_FILE]
    #[arg(long, value_name = "FILE")]
    pub ca_file: Option<PathBuf>,
}

/// Of commands that call an app through the gateway.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Server")]
pub struct ConnectionChoice {
    /// Use this connection instead of the oldest ACTIVE one [env: POSTERN_CONNECTION]
    #[arg(long, value_name = "ID")]
    pub connection: Option<String>,
}

/// Of commands that call ClickSend's surface.
#[derive(Args, Clone, Debug, Default)]
pub struct Over {
    #[command(flatten)]
    pub choice: ConnectionChoice,
    #[command(flatten)]
    pub server: ServerArgs,
}

/// Of commands that work on the data directory.
#[derive(Args, Clone, Debug, Default)]
#[command(next_help_heading = "Configuration")]
pub struct DataArgs {
    /// Configuration file [env: POSTERN_CONFIG] [default: ./postern.toml, ~/.config/postern/, /etc/postern/]
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,

    /// Where everything is kept [env: POSTERN_DATA_DIR] [default: ~/.local/share/postern]
    #[arg(long, value_name = "DIR")]
    pub data_dir: Option<PathBuf>,

    /// Any other setting, such as `--set limits.body_bytes=1048576`; `postern config keys` lists them
    #[arg(long = "set", value_name = "KEY=VALUE", value_parser = key_and_value)]
    pub settings: Vec<(String, String)>,
}

impl DataArgs {
    pub fn sources(&self) -> Sources {
        let mut values: Vec<_> = self
            .settings
            .iter()
            .map(|(key, value)| (key.clone(), value.clone(), format!("--set {key}")))
            .collect();
        if let Some(dir) = &self.data_dir {
            values.push((
                "data_dir".to_owned(),
                dir.display().to_string(),
                "--data-dir".to_owned(),
            ));
        }
        Sources {
            config: self.config.clone(),
            values,
        }
    }
}

pub fn key_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((key, value)) if !key.is_empty() => Ok((key.to_owned(), value.to_owned())),
        _ => Err("write it as KEY=VALUE".to_owned()),
    }
}

#[cfg(test)]
mod tests;
