//! `postern sms`: text messages through the gateway.

mod cancel;
mod history;
mod price;
mod send;
mod text;

use clap::Subcommand;

use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;

/// Send, price, list and cancel text messages (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Send(send::Args),
    Price(price::Args),
    History(history::Args),
    Cancel(cancel::Args),
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let default = environment.get("POSTERN_CONNECTION").map(str::to_owned);
    match verb {
        Verb::Send(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                send::run(args, default, session)
            })
        }
        Verb::Price(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                price::run(args, default, session)
            })
        }
        Verb::History(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                history::run(args, default, session)
            })
        }
        Verb::Cancel(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                cancel::run(args, default, session)
            })
        }
    }
}

/// A field of an upstream's answer as text, whatever JSON type it came as; nothing for null or missing.
fn field(row: &serde_json::Value, name: &str) -> String {
    match &row[name] {
        serde_json::Value::Null => String::new(),
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

/// Long texts are cut for tables, at a character.
pub(super) fn cut(text: &str) -> String {
    const SHOWN_CHARS: usize = 40;
    let one_line = text.replace(['\n', '\r'], " ");
    if one_line.chars().count() <= SHOWN_CHARS {
        return one_line;
    }
    one_line
        .chars()
        .take(SHOWN_CHARS - 1)
        .chain(['…'])
        .collect()
}
