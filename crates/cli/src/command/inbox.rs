//! `postern inbox`: the simulator's handsets and mailbox, for whoever tests a program that sends.

use std::time::Duration;

use clap::{Args, Subcommand};
use postern_client::InboxFilter;
use postern_wire::control::{Inbox, NewReply};

use super::native::cut;
use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::{Failure, Outcome};
use crate::moment::shown;
use crate::session::{Session, failure};

/// See what arrived at the simulator's handsets, and answer with them (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    List(List),
    Wait(Wait),
    Reply(Answer),
    Empty(Empty),
}

/// List what arrived, the newest first (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// Only at this number or e-mail address
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    /// Only what came later: the cursor of an earlier answer, or RFC 3339
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Wait until something arrives at a number, and print its one-time code, or its text when there is none (asks a running server)
///
/// What arrived already counts; `postern inbox empty` first, or --after, means only what is new. Exit code 1 when nothing came in time.
#[derive(Args, Debug)]
pub struct Wait {
    /// A number or e-mail address
    to: String,
    /// Seconds to wait at most
    #[arg(long, default_value_t = 10, value_parser = clap::value_parser!(u64).range(1..=60))]
    seconds: u64,
    /// Only what came later than this cursor
    #[arg(long, value_name = "CURSOR")]
    after: Option<String>,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Write a text with a handset, as the person who got a message (asks a running server)
#[derive(Args, Debug)]
pub struct Answer {
    /// The handset's number
    from: String,
    text: String,
    /// Which of the account's numbers [default: the one that wrote to this handset last]
    #[arg(long, value_name = "NUMBER")]
    to: Option<String>,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show nothing any more of what arrived until now (asks a running server)
///
/// The history of the account keeps it.
#[derive(Args, Debug)]
pub struct Empty {
    #[command(flatten)]
    choice: ConnectionChoice,
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
        Verb::Wait(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                wait(args, session)
            })
        }
        Verb::Reply(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                reply(args, session)
            })
        }
        Verb::Empty(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                empty(args, session)
            })
        }
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let filter = InboxFilter {
        to: args.to,
        after: args.after,
        wait: None,
        limit: Some(args.limit),
        connection: session.connection(&args.choice),
    };
    let inbox = session.client.inbox(&filter).await.map_err(failure)?;
    session.console.answer(&inbox, shown_list)
}

fn shown_list(inbox: &Inbox) -> String {
    let rows = inbox.messages.iter().map(|one| {
        let text = match &one.subject {
            Some(subject) if !subject.is_empty() => format!("{subject}: {}", one.body),
            _ => one.body.clone(),
        };
        [
            shown(&one.at),
            one.channel.clone(),
            one.from.clone(),
            one.to.clone(),
            one.code.clone().unwrap_or_default(),
            cut(&text),
        ]
    });
    table(["AT", "CHANNEL", "FROM", "TO", "CODE", "TEXT"], rows)
}

async fn wait(args: Wait, session: Session) -> Outcome {
    let filter = InboxFilter {
        to: Some(args.to.clone()),
        after: args.after,
        wait: Some(Duration::from_secs(args.seconds)),
        limit: Some(1),
        connection: session.connection(&args.choice),
    };
    let inbox = session.client.inbox(&filter).await.map_err(failure)?;
    let Some(newest) = inbox.messages.first() else {
        let message = format!("nothing arrived at {} within {} s", args.to, args.seconds);
        return Err(Failure::failed(message)
            .fix("`postern sms history` says what became of the message; the simulator delivers after a few seconds"));
    };
    session.console.answer(newest, |newest| {
        newest.code.clone().unwrap_or_else(|| newest.body.clone())
    })
}

async fn reply(args: Answer, session: Session) -> Outcome {
    let reply = NewReply {
        from: args.from,
        to: args.to,
        body: args.text,
    };
    let connection = session.connection(&args.choice);
    let sent = session
        .client
        .reply(connection.as_deref(), &reply)
        .await
        .map_err(failure)?;
    session
        .console
        .answer(&sent, |sent| format!("{} wrote to {}.", sent.from, sent.to))
}

async fn empty(args: Empty, session: Session) -> Outcome {
    let connection = session.connection(&args.choice);
    let emptied = session
        .client
        .empty_inbox(connection.as_deref())
        .await
        .map_err(failure)?;
    session
        .console
        .answer(&emptied, |_| "The inbox is empty.".to_owned())
}
