//! `postern connection`: the accounts of apps that calls are made with.

mod create;
mod credentials;
mod reconnect;
mod wait;

use clap::{Args, Subcommand};
use postern_client::ConnectionFilter;
use postern_wire::control::{Connection, ConnectionChange};

use crate::args::ServerArgs;
use crate::command::limits::{Replacing, shown as limits_shown};
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::session::{Session, failure};

/// Connect accounts of apps, and look after the connections (on a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    Create(create::Args),
    /// Show one connection (asks a running server)
    #[command(visible_alias = "view")]
    Get(One),
    Rename(Rename),
    Limits(Box<Limits>),
    Reconnect(reconnect::Args),
    /// Ask the provider now whether it still takes the credentials (asks a running server)
    Verify(One),
    /// Make a new address at which ClickSend tells of incoming texts, so that STOP is heard; the one before stops working (asks a running server)
    Hook(One),
    Delete(Delete),
}

/// List connections, oldest first: the first ACTIVE one of an app is used by default (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// Only connections of this app
    app: Option<String>,
    #[arg(long, value_parser = ["ACTIVE", "PENDING", "FAILED"], ignore_case = true)]
    status: Option<String>,
    #[arg(long, value_parser = ["API_KEY", "BASIC", "JWT", "OAUTH1", "OAUTH2", "MCP"], ignore_case = true)]
    method: Option<String>,
    /// At most this many [default: all]
    #[arg(long, short = 'L')]
    limit: Option<u32>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Args, Debug)]
pub struct One {
    /// The connection's id or name
    connection: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show or replace the limits of what is sent over a connection, by all keys together (asks a running server)
///
/// Flags replace all of them; --none takes them away.
#[derive(Args, Debug)]
pub struct Limits {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    limits: Replacing,
}

/// Give a connection another name (asks a running server)
#[derive(Args, Debug)]
pub struct Rename {
    #[command(flatten)]
    one: One,
    /// Empty takes the name away
    name: String,
}

/// Delete a connection and the credential in it (asks a running server)
#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    one: One,
    /// Do not ask; needed when nobody can be asked
    #[arg(long, short)]
    yes: bool,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::List(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                list(args, session)
            })
        }
        Verb::Create(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                create::run(args, session)
            })
        }
        Verb::Get(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                get(one, session)
            })
        }
        Verb::Rename(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                rename(args, session)
            })
        }
        Verb::Limits(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                limits(*args, session)
            })
        }
        Verb::Reconnect(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                reconnect::run(args, session)
            })
        }
        Verb::Verify(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                verify(one, session)
            })
        }
        Verb::Hook(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                hook(one, session)
            })
        }
        Verb::Delete(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                delete(args, session)
            })
        }
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let upper = |text: Option<String>| text.map(|text| text.to_ascii_uppercase());
    let filter = ConnectionFilter {
        app: args.app,
        status: upper(args.status),
        method: upper(args.method),
        limit: args.limit,
    };
    let list = session.client.connections(&filter).await.map_err(failure)?;
    session.console.answer(&list, |list| {
        table(
            [
                "CONNECTION ID",
                "APP",
                "NAME",
                "STATUS",
                "UPSTREAM",
                "CREATED",
            ],
            list.connections.iter().map(|connection| {
                [
                    connection.connection_id.clone(),
                    connection.app.clone(),
                    connection.name.clone().unwrap_or_default(),
                    connection.status.clone(),
                    upstream(connection),
                    shown(&connection.creation_time),
                ]
            }),
        )
    })
}

async fn get(one: One, session: Session) -> Outcome {
    let connection = find(&session, &one.connection).await?;
    session.console.answer(&connection, described)
}

async fn rename(args: Rename, session: Session) -> Outcome {
    let connection = find(&session, &args.one.connection).await?;
    let change = ConnectionChange {
        name: Some((!args.name.is_empty()).then_some(args.name)),
        ..ConnectionChange::default()
    };
    let changed = session
        .client
        .change_connection(&connection.connection_id, &change)
        .await
        .map_err(failure)?;
    session.console.answer(&changed.connection, described)
}

async fn hook(one: One, session: Session) -> Outcome {
    let connection = find(&session, &one.connection).await?;
    let hook = session
        .client
        .hook_connection(&connection.connection_id)
        .await
        .map_err(failure)?;
    session
        .console
        .answer(&hook, |hook| format!("{}\n{}", hook.url, hook.message))
}

async fn limits(args: Limits, session: Session) -> Outcome {
    let connection = find(&session, &args.one.connection).await?;
    let connection = match args.limits.given() {
        None => connection,
        Some(limits) => {
            let change = ConnectionChange {
                limits: Some(Some(limits)),
                ..ConnectionChange::default()
            };
            let changed = session
                .client
                .change_connection(&connection.connection_id, &change);
            changed.await.map_err(failure)?.connection
        }
    };
    session.console.answer(&connection, |connection| {
        sheet(&[
            ("connection", label(connection)),
            ("limits", limits_shown(&connection.limits)),
        ])
    })
}

async fn delete(args: Delete, session: Session) -> Outcome {
    let connection = find(&session, &args.one.connection).await?;
    session.console.confirm(
        args.yes,
        &format!(
            "Delete connection {} and the credential in it?",
            label(&connection)
        ),
    )?;
    let deleted = session
        .client
        .delete_connection(&connection.connection_id)
        .await
        .map_err(failure)?;
    session.console.answer(&deleted, |deleted| {
        format!("deleted {}", deleted.connection_id)
    })
}

/// What is wrong with the credentials is an exit code, too.
async fn verify(one: One, session: Session) -> Outcome {
    let connection = find(&session, &one.connection).await?;
    let id = &connection.connection_id;
    let verified = session.client.verify_connection(id).await;
    let connection = verified.map_err(failure)?.connection;
    session.console.answer(&connection, described)?;
    match connection.status.as_str() {
        "ACTIVE" => Ok(()),
        status => Err(
            Failure::failed(format!("the provider does not take it: {status}"))
                .fix(format!("`postern connection reconnect {id}`")),
        ),
    }
}

/// By id, or by a name that only one connection has.
async fn find(session: &Session, text: &str) -> Outcome<Connection> {
    let all = session
        .client
        .connections(&ConnectionFilter::default())
        .await
        .map_err(failure)?
        .connections;
    if let Some(connection) = all
        .iter()
        .find(|connection| connection.connection_id == text)
    {
        return Ok(connection.clone());
    }
    let mut named = all
        .into_iter()
        .filter(|connection| connection.name.as_deref() == Some(text));
    match (named.next(), named.next()) {
        (Some(connection), None) => Ok(connection),
        (None, _) => Err(
            Failure::new(Exit::NotFound, format!("there is no connection {text:?}"))
                .fix("`postern connection list` shows all of them"),
        ),
        (Some(_), Some(_)) => Err(Failure::failed(format!(
            "more than one connection is called {text:?}"
        ))
        .fix("give the connection's id; `postern connection list` shows it")),
    }
}

fn label(connection: &Connection) -> String {
    match connection.name.as_deref().filter(|name| !name.is_empty()) {
        Some(name) => format!("{name} ({})", connection.connection_id),
        None => connection.connection_id.clone(),
    }
}

fn upstream(connection: &Connection) -> String {
    if connection.sandbox {
        format!("{} (sandbox)", connection.upstream)
    } else {
        connection.upstream.clone()
    }
}

fn described(connection: &Connection) -> String {
    let metadata: Vec<String> = connection
        .metadata
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    let link = if connection.status == "ACTIVE" {
        String::new()
    } else {
        connection.url.clone()
    };
    sheet(&[
        ("connection", connection.connection_id.clone()),
        ("app", connection.app.clone()),
        ("name", connection.name.clone().unwrap_or_default()),
        ("status", connection.status.clone()),
        (
            "reason",
            connection.status_reason.clone().unwrap_or_default(),
        ),
        ("method", connection.method.clone()),
        ("upstream", upstream(connection)),
        ("account", metadata.join(", ")),
        ("created", shown(&connection.creation_time)),
        ("updated", shown(&connection.last_updated_time)),
        ("link", link),
    ])
}
