//! `postern alert`: what an operator should hear of, and where it is told.

use clap::{Args, Subcommand};
use postern_wire::control::{Alert, AlertReplay, AlertTries, NewAlertEndpoint};

use super::native::cut;
use crate::args::ServerArgs;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::moment::shown;
use crate::session::{Session, failure};

/// Read alerts, and say which addresses are told of them (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    List(List),
    /// List the addresses that are told (asks a running server)
    Endpoints(ServerArgs),
    Add(Add),
    Remove(One),
    Test(One),
    Tries(Tries),
    Replay(Replay),
}

/// List alerts, newest first: limits that are near or hit, keys unlike themselves, failed connections (asks a running server)
#[derive(Args, Debug)]
#[command(visible_alias = "ls")]
pub struct List {
    /// At most this many
    #[arg(long, short = 'L', default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[command(flatten)]
    server: ServerArgs,
}

/// Tell an address of every alert, and show the secret that calls are signed with, once (asks a running server)
#[derive(Args, Debug)]
pub struct Add {
    /// Such as `https://ops.example.com/postern`
    address: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Act on one address: `remove` tells it nothing more, `test` sends it a test alert (asks a running server)
#[derive(Args, Debug)]
pub struct One {
    /// As listed
    endpoint: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show every call that was made to an address, newest first (asks a running server)
#[derive(Args, Debug)]
pub struct Tries {
    /// As listed
    endpoint: String,
    /// At most this many
    #[arg(long, short = 'L', default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[command(flatten)]
    server: ServerArgs,
}

/// Tell an address an alert again, now, with the same `webhook-id` (asks a running server)
#[derive(Args, Debug)]
pub struct Replay {
    /// As listed
    endpoint: String,
    /// Such as `alert_17`
    alert: String,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::List(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                list(args, session)
            })
        }
        Verb::Endpoints(server) => super::with_server(&server, console, environment, endpoints),
        Verb::Add(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                add(args, session)
            })
        }
        Verb::Remove(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                remove(one, session)
            })
        }
        Verb::Test(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                test(one, session)
            })
        }
        Verb::Tries(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                tries(args, session)
            })
        }
        Verb::Replay(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                replay(args, session)
            })
        }
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let list = session.client.alerts(None, Some(args.limit)).await;
    session.console.answer(&list.map_err(failure)?, |list| {
        let whose = |alert: &Alert| match &alert.id {
            Some(id) => format!("{} {id}", alert.scope),
            None => alert.scope.clone(),
        };
        table(
            ["WHEN", "KIND", "WHOSE", "WHAT"],
            list.alerts.iter().map(|alert| {
                [
                    shown(&alert.at),
                    alert.kind.clone(),
                    whose(alert),
                    alert.message.clone(),
                ]
            }),
        )
    })
}

async fn endpoints(session: Session) -> Outcome {
    let list = session.client.alert_endpoints().await.map_err(failure)?;
    session.console.answer(&list, |list| {
        table(
            ["ENDPOINT", "ADDRESS", "LAST CALL", "PROBLEM"],
            list.endpoints.iter().map(|endpoint| {
                [
                    endpoint.endpoint_id.clone(),
                    endpoint.url.clone(),
                    endpoint
                        .tried_at
                        .as_deref()
                        .map_or("never".to_owned(), shown),
                    endpoint.problem.clone().unwrap_or_default(),
                ]
            }),
        )
    })
}

async fn add(args: Add, session: Session) -> Outcome {
    let new = NewAlertEndpoint { url: args.address };
    let made = session.client.create_alert_endpoint(&new).await;
    let made = made.map_err(failure)?;
    if session.console.json {
        return session.console.json(&made);
    }
    session.console.note(format!(
        "{} is told from now on (endpoint {}). Calls are signed with this secret; it is shown once:",
        made.endpoint.url, made.endpoint.endpoint_id
    ));
    session.console.line(&made.secret)
}

async fn remove(one: One, session: Session) -> Outcome {
    let removed = session.client.delete_alert_endpoint(&one.endpoint).await;
    session
        .console
        .answer(&removed.map_err(failure)?, |removed| {
            format!("removed {}", removed.endpoint_id)
        })
}

async fn test(one: One, session: Session) -> Outcome {
    let tested = session.client.test_alert_endpoint(&one.endpoint).await;
    session.console.answer(&tested.map_err(failure)?, |tested| {
        format!(
            "a test alert is on its way to {}; `postern alert endpoints` says what became of it",
            tested.endpoint_id
        )
    })
}

async fn tries(args: Tries, session: Session) -> Outcome {
    let found = session
        .client
        .alert_tries(&args.endpoint, None, Some(args.limit));
    let found = found.await.map_err(failure)?;
    session.console.answer(&found, shown_tries)
}

fn shown_tries(found: &AlertTries) -> String {
    let rows = found.tries.iter().map(|one| {
        let status = one.call.status.map(|status| status.to_string());
        [
            shown(&one.call.at),
            one.alert_id.clone(),
            status
                .or_else(|| one.call.problem.clone())
                .unwrap_or_default(),
            format!("{} ms", one.call.took_ms),
            cut(one.call.answer.as_deref().unwrap_or_default()),
        ]
    });
    table(["AT", "ALERT", "CAME", "TOOK", "ANSWER"], rows)
}

async fn replay(args: Replay, session: Session) -> Outcome {
    let again = AlertReplay {
        alert_id: args.alert.clone(),
    };
    let queued = session.client.replay_alert(&args.endpoint, &again).await;
    session.console.answer(&queued.map_err(failure)?, |queued| {
        format!(
            "{} is on its way again to {}",
            args.alert, queued.endpoint_id
        )
    })
}
