//! `postern doctor`: finds what is wrong and says what to do about it.

mod database;
mod local;
mod machine;
mod providers;
mod remote;

use serde::Serialize;

use crate::args::{DataArgs, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Failure, Outcome};
use crate::session::Session;

/// Find what is wrong here and with the server, and say the fix
///
/// Looks at the configuration, the data directory, free space, the vault key and the database; and, when a server answers, at the key in
/// use, versions, clocks, connections and the providers behind them. Changes nothing. Exit code 1 when something is broken.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Check every page and index of the database; takes long on large ones
    #[arg(long)]
    thorough: bool,

    /// Only look at this machine's configuration and data directory
    #[arg(long, conflicts_with = "remote_only")]
    local_only: bool,

    /// Only ask the server
    #[arg(long)]
    remote_only: bool,

    #[command(flatten)]
    data: DataArgs,

    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum State {
    Good,
    Doubtful,
    Broken,
}

#[derive(Debug, Serialize)]
struct Finding {
    check: &'static str,
    state: State,
    message: String,
    fix: Option<String>,
}

/// What was found so far, in the order in which an operator would look.
#[derive(Default)]
struct Findings(Vec<Finding>);

impl Findings {
    fn good(&mut self, check: &'static str, message: impl Into<String>) {
        self.0.push(Finding {
            check,
            state: State::Good,
            message: message.into(),
            fix: None,
        });
    }

    fn doubtful(
        &mut self,
        check: &'static str,
        message: impl Into<String>,
        fix: impl Into<String>,
    ) {
        self.0.push(Finding {
            check,
            state: State::Doubtful,
            message: message.into(),
            fix: Some(fix.into()),
        });
    }

    fn broken(&mut self, check: &'static str, failure: Failure) {
        self.0.push(Finding {
            check,
            state: State::Broken,
            message: failure.message,
            fix: failure.fix,
        });
    }

    /// Records a failure as broken; a value goes on to the next check.
    fn of<T>(&mut self, check: &'static str, outcome: Outcome<T>) -> Option<T> {
        match outcome {
            Ok(value) => Some(value),
            Err(failure) => {
                self.broken(check, failure);
                None
            }
        }
    }
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let mut findings = Findings::default();
    if !args.remote_only {
        local::look(args, environment, &mut findings);
    }
    if !args.local_only {
        match Session::open(&args.server, console, environment) {
            Ok(session) => super::block_on(async {
                let named = args.remote_only
                    || args.server.url.is_some()
                    || environment.get("POSTERN_URL").is_some();
                remote::look(&session, named, &mut findings).await;
                Ok(())
            })?,
            Err(failure) => findings.doubtful(
                "server",
                format!("not asked: {}", failure.message),
                failure.fix.unwrap_or_default(),
            ),
        }
    }
    report(console, &findings.0)
}

fn report(console: Console, findings: &[Finding]) -> Outcome {
    console.answer(&findings, |findings| {
        let lines = findings.iter().map(|finding| {
            let mark = match finding.state {
                State::Good => "good    ",
                State::Doubtful => "doubtful",
                State::Broken => "BROKEN  ",
            };
            let fix = finding
                .fix
                .as_deref()
                .map_or_else(String::new, |fix| format!("\n            fix: {fix}"));
            format!("{mark}  {}: {}{fix}", finding.check, finding.message)
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    let broken = findings
        .iter()
        .filter(|finding| finding.state == State::Broken)
        .count();
    if broken == 0 {
        return Ok(());
    }
    Err(Failure::failed(format!(
        "{broken} of {} checks found something broken",
        findings.len()
    )))
}
