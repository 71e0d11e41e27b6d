//! `postern send`: what was sent through the gateway, and the word of somebody who knows what became of it.

use clap::{Args, Subcommand, ValueEnum};
use postern_client::SendFilter;
use postern_wire::control::Send;

use crate::args::ServerArgs;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::moment::shown;
use crate::session::{Session, failure};

/// See what was sent through the gateway, and clear up what nobody knows
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    #[command(visible_alias = "get")]
    View(View),
    Resolve(Resolve),
}

/// List sends, the newest first (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// How many
    #[arg(long, short = 'L', default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Only these
    #[arg(long, value_enum)]
    state: Option<State>,
    /// Only what this key sent
    #[arg(long, value_name = "KEY_ID")]
    key: Option<String>,
    /// Only what went over this connection
    #[arg(long, value_name = "CONNECTION_ID")]
    connection: Option<String>,
    /// Only what was sent then or later, such as 2027-01-31T12:00:00Z
    #[arg(long, value_name = "INSTANT")]
    since: Option<String>,
    /// The next page: what the last one named
    #[arg(long, value_name = "SEND_ID")]
    before: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum State {
    /// Under way
    Started,
    /// The upstream answered
    Answered,
    /// Certainly nothing was sent
    Failed,
    /// Nobody knows
    Unknown,
    /// It was unknown, and took place
    Accepted,
}

/// Show one send (asks a running server)
#[derive(Args, Debug)]
pub struct View {
    send_id: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Say what became of a send that is unknown (asks a running server)
///
/// Look into the upstream's history first. What it held of limits is counted or given back, and a send that did not take place may be
/// repeated.
#[derive(Args, Debug)]
pub struct Resolve {
    send_id: String,
    #[arg(value_enum)]
    outcome: Became,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Became {
    /// The messages were sent
    Accepted,
    /// They were not
    Failed,
}

fn word(value: &impl ValueEnum) -> String {
    value
        .to_possible_value()
        .map_or_else(String::new, |value| value.get_name().to_owned())
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::List(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                list(args, session)
            })
        }
        Verb::View(args) => super::with_server(
            &args.server.clone(),
            console,
            environment,
            |session| async move {
                let answer = session
                    .client
                    .read_send(&args.send_id)
                    .await
                    .map_err(failure)?;
                session.console.answer(&answer, |answer| told(&answer.send))
            },
        ),
        Verb::Resolve(args) => super::with_server(
            &args.server.clone(),
            console,
            environment,
            |session| async move {
                let outcome = word(&args.outcome);
                let answer = session.client.resolve_send(&args.send_id, &outcome).await;
                session
                    .console
                    .answer(&answer.map_err(failure)?, |answer| told(&answer.send))
            },
        ),
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let filter = SendFilter {
        state: args.state.as_ref().map(word),
        key_id: args.key,
        connection_id: args.connection,
        since: args.since,
        before: args.before,
        limit: Some(args.limit),
    };
    let list = session.client.sends(&filter).await.map_err(failure)?;
    session.console.answer(&list, |list| {
        let rows = list.sends.iter().map(|send| {
            [
                shown(&send.created_at),
                send.send_id.clone(),
                send.key_id.clone(),
                format!("{} {}", send.method, send.path),
                outcome(send),
            ]
        });
        let mut text = table(["AT", "SEND", "KEY", "WHAT", "OUTCOME"], rows);
        if let Some(next) = &list.next {
            text.push_str(&format!("\nMore: --before {next}"));
        }
        text
    })
}

fn outcome(send: &Send) -> String {
    match send.status {
        Some(status) => format!("{} {status}", send.state),
        None => send.state.clone(),
    }
}

fn told(send: &Send) -> String {
    let or_dash = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".to_owned());
    sheet(&[
        ("send", send.send_id.clone()),
        ("outcome", outcome(send)),
        (
            "what",
            format!("{} {} {}", send.app, send.method, send.path),
        ),
        ("key", send.key_id.clone()),
        ("connection", send.connection_id.clone()),
        ("request", send.request_id.clone()),
        ("at", shown(&send.created_at)),
        (
            "settled",
            send.settled_at
                .as_deref()
                .map_or_else(|| "–".to_owned(), shown),
        ),
        ("cleared up by", or_dash(&send.resolved_by)),
        ("history", or_dash(&send.finding)),
    ])
}
