//! `/freeze`: the brake. Pulled for a key, a connection or everybody; nothing is sent until it is released.

mod list;
mod pull;
mod release;

pub(crate) use list::list_freezes;
pub(crate) use pull::freeze;
pub(crate) use release::unfreeze;

use postern_access::Caller;
use postern_domain::time::UnixMicros;
use postern_store::freezes::{self, INSTALLATION, connection_scope, key_scope};
use postern_wire::control::{Freeze, FreezeWish, Held};

use crate::accounts::unnarrowed;
use crate::instant::written;
use crate::refusal::Refusal;
use crate::state::ControlState;
use crate::{connections, keys};

/// What a brake is pulled for.
#[derive(Clone, Debug)]
enum Target {
    Key(String),
    Connection(String),
    All,
}

impl Target {
    fn of(scope: &str, id: Option<&str>) -> Result<Target, Refusal> {
        let id = id.filter(|id| !id.is_empty());
        match (scope, id) {
            ("all", None) => Ok(Target::All),
            ("all", Some(_)) => Err(Refusal::invalid("id", "`all` has no `id`")),
            ("key", Some(id)) => Ok(Target::Key(id.to_owned())),
            ("connection", Some(id)) => Ok(Target::Connection(id.to_owned())),
            ("key" | "connection", None) => Err(Refusal::invalid(
                "id",
                format!("which {scope}? `id` is missing"),
            )),
            _ => Err(Refusal::invalid(
                "scope",
                "`scope` must be `key`, `connection` or `all`",
            )),
        }
    }

    fn asked(wish: &FreezeWish) -> Result<Target, Refusal> {
        Target::of(&wish.scope, wish.id.as_deref())
    }

    /// As the store names it.
    fn scope(&self) -> String {
        match self {
            Target::Key(id) => key_scope(id),
            Target::Connection(id) => connection_scope(id),
            Target::All => INSTALLATION.to_owned(),
        }
    }

    /// From a scope as the store names it.
    fn named(scope: &str) -> Target {
        match scope.split_once(':') {
            Some(("key", id)) => Target::Key(id.to_owned()),
            Some(("connection", id)) => Target::Connection(id.to_owned()),
            _ => Target::All,
        }
    }

    fn kind(&self) -> &'static str {
        match self {
            Target::Key(_) => "key",
            Target::Connection(_) => "connection",
            Target::All => "all",
        }
    }

    fn id(&self) -> Option<&str> {
        match self {
            Target::Key(id) | Target::Connection(id) => Some(id),
            Target::All => None,
        }
    }

    fn shown(&self, frozen_at: UnixMicros) -> Freeze {
        Freeze {
            scope: self.kind().to_owned(),
            id: self.id().map(str::to_owned),
            frozen_at: written(frozen_at),
        }
    }

    /// Whether `caller` may pull or release it: what does not concern a key it neither stops nor starts.
    async fn concerns(&self, state: &ControlState, caller: &Caller) -> Result<(), Refusal> {
        match self {
            Target::All => unnarrowed(caller),
            Target::Key(id) => keys::concerns(state, caller, id).await,
            Target::Connection(id) => connections::find(state, caller, id).await.map(drop),
        }
    }
}

fn holds(held: &freezes::Held) -> Held {
    Held {
        late: held.late,
        scheduled: held.scheduled,
        campaigns: held.campaigns,
        earliest: held.earliest.map(written),
        more: held.is_more,
    }
}

fn not_frozen(target: &Target) -> Refusal {
    let what = match target {
        Target::All => "the installation".to_owned(),
        Target::Key(id) => format!("key `{id}`"),
        Target::Connection(id) => format!("connection `{id}`"),
    };
    Refusal::not_found("not_frozen", format!("{what} is not frozen"))
        .hint("`GET /freeze` lists what is")
}
