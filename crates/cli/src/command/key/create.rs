//! `postern key create`.

use postern_wire::control::{KeySecret, NewKey};

use super::scope::ScopeFlags;
use crate::args::ServerArgs;
use crate::command::limits::LimitFlags;
use crate::console::sheet;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Make a key and show its secret, once (asks a running server)
///
/// Without scopes a key has what its role has by default: an agent reads, writes and sends on every connection, but spends nothing and
/// opens no other way in. Without limits an agent sends at most 10 messages a call, 50 a day and for 5.00 a day where real phones ring.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// What people will recognise it by
    #[arg(long)]
    name: String,

    /// `agent` calls apps; `full` also manages keys, connections and accounts
    #[arg(long, default_value = "agent", value_parser = ["agent", "full"])]
    role: String,

    /// A test key: acts on the sandbox account, and nothing leaves the simulator
    #[arg(long)]
    test: bool,

    #[command(flatten)]
    scope: ScopeFlags,

    #[command(flatten)]
    limits: LimitFlags,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let expires_at = args.scope.expires_at()?;
    let new = NewKey {
        name: args.name,
        role: Some(args.role),
        test: args.test,
        apps: some(args.scope.apps),
        connections: some(args.scope.connections),
        rules: some(args.scope.rules),
        cidr: some(args.scope.cidr),
        rate_per_second: args.scope.rate,
        expires_at,
        limits: args.limits.given(),
    };
    let made = session.client.create_key(&new).await.map_err(failure)?;
    show_secret(&session, &made)
}

/// The secret alone goes to standard output, so that `KEY=$(postern key create …)` works; the rest is a remark.
pub fn show_secret(session: &Session, made: &KeySecret) -> Outcome {
    if session.console.json {
        return session.console.json(made);
    }
    session.console.note(sheet(&super::facts(&made.key)));
    session
        .console
        .note("\nThis is shown once and cannot be looked up later:");
    session.console.line(&made.api_key)
}

/// Not naming any leaves the role's default; an empty list would mean nothing at all.
fn some<T>(items: Vec<T>) -> Option<Vec<T>> {
    (!items.is_empty()).then_some(items)
}
