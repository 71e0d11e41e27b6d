//! `postern limits`: limits of the whole installation, and the flags with which anybody's limits are written.

mod flags;

use clap::{Args, Subcommand};
use postern_wire::control::{InstallationLimits, LimitsChange, Remaining};

use crate::args::ServerArgs;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment;
use crate::session::{Session, failure};

pub use flags::{LimitFlags, Replacing, shown};

/// Show or replace the limits of the whole installation, whoever sends (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// Show them, and what is left of them (asks a running server)
    #[command(visible_alias = "show")]
    Get(ServerArgs),
    Set(Box<Set>),
}

/// Replace them, or take them away with --none (asks a running server)
#[derive(Args, Debug)]
pub struct Set {
    #[command(flatten)]
    limits: Replacing,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::Get(server) => super::with_server(&server, console, environment, get),
        Verb::Set(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                set(*args, session)
            })
        }
    }
}

async fn get(session: Session) -> Outcome {
    let limits = session.client.limits().await.map_err(failure)?;
    say(&session, &limits)
}

async fn set(args: Set, session: Session) -> Outcome {
    let given = args.limits.given().ok_or_else(|| {
        Failure::new(Exit::Usage, "which limits?")
            .fix("name them, such as --messages-per-day 1000, or --none to take them away")
    })?;
    let change = LimitsChange {
        limits: Some(given),
    };
    let limits = session.client.put_limits(&change).await.map_err(failure)?;
    say(&session, &limits)
}

fn say(session: &Session, limits: &InstallationLimits) -> Outcome {
    session.console.answer(limits, |limits| {
        let given = sheet(&[("limits", shown(&limits.limits))]);
        with_left(given, &limits.allowances)
    })
}

/// A text, and below it what is left.
pub fn with_left(text: String, allowances: &[Remaining]) -> String {
    if allowances.is_empty() {
        return text;
    }
    let row = |one: &Remaining| {
        [
            one.rule.clone(),
            one.limit.clone(),
            one.used.clone(),
            one.remaining.clone(),
            moment::shown(&one.resets_at),
        ]
    };
    let left = table(
        ["RULE", "LIMIT", "USED", "LEFT", "RESETS"],
        allowances.iter().map(row),
    );
    format!("{text}\n\n{left}")
}
