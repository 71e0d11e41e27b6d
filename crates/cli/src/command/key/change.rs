//! `postern key change`.

use clap::ValueEnum;
use postern_wire::control::KeyChange;

use super::scope::ScopeFlags;
use super::{facts, find};
use crate::args::ServerArgs;
use crate::console::sheet;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// What can be taken back to the role's default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Part {
    Apps,
    Connections,
    Rules,
    Cidr,
    Rate,
    Expires,
}

/// Change a key's name, scope or end; what is not given stays (asks a running server)
///
/// A flag that may be repeated replaces all of its kind. `postern key limits` changes what it may send.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// The key's id, name, or first characters as listed
    key: String,

    #[arg(long)]
    name: Option<String>,

    #[command(flatten)]
    scope: ScopeFlags,

    /// Return this to the role's default; may be repeated
    #[arg(long, value_enum, value_name = "WHAT")]
    clear: Vec<Part>,

    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let key = find(&session, &args.key).await?;
    let cleared = |part| args.clear.contains(&part);
    let expires_at = args.scope.expires_at()?;
    let scope = args.scope;
    let change = KeyChange {
        name: args.name,
        apps: given(scope.apps, cleared(Part::Apps)),
        connections: given(scope.connections, cleared(Part::Connections)),
        rules: given(scope.rules, cleared(Part::Rules)),
        cidr: given(scope.cidr, cleared(Part::Cidr)),
        rate_per_second: one(scope.rate, cleared(Part::Rate)),
        expires_at: one(expires_at, cleared(Part::Expires)),
        limits: None,
    };
    if change == KeyChange::default() {
        return Err(
            Failure::new(Exit::Usage, "nothing is given that should be changed")
                .fix("such as `postern key change KEY --name NAME`"),
        );
    }
    let changed = session.client.change_key(&key.key_id, &change).await;
    session
        .console
        .answer(&changed.map_err(failure)?, |changed| {
            sheet(&facts(&changed.key))
        })
}

/// The outer `None`: it stays. The inner one: the role's default.
#[expect(clippy::option_option, reason = "as the call has it")]
fn given<T>(items: Vec<T>, cleared: bool) -> Option<Option<Vec<T>>> {
    one((!items.is_empty()).then_some(items), cleared)
}

/// The same of what is given once.
#[expect(clippy::option_option, reason = "as the call has it")]
fn one<T>(item: Option<T>, cleared: bool) -> Option<Option<T>> {
    match (item, cleared) {
        (Some(item), _) => Some(Some(item)),
        (None, true) => Some(None),
        (None, false) => None,
    }
}
