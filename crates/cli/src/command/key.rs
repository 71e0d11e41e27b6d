//! `postern key`: the keys that applications and agents hold.

mod change;
mod create;
mod limits;
mod recover;
mod rotate;
mod rule;
mod scope;

use clap::{Args, Subcommand};
use postern_wire::control::{Key, KeyList};

use crate::args::ServerArgs;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::session::{Session, failure};

/// Make, list, rotate and revoke API keys (on a running server), or recover a lost one (on the data directory)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Create(Box<create::Args>),
    /// List every key, oldest first (asks a running server)
    #[command(visible_alias = "ls")]
    List(ServerArgs),
    /// Show one key, without its secret (asks a running server)
    #[command(visible_alias = "view")]
    Show(One),
    Change(Box<change::Args>),
    Limits(Box<limits::Args>),
    Rotate(rotate::Args),
    Revoke(Revoke),
    Recover(recover::Args),
}

#[derive(Args, Debug)]
pub struct One {
    /// The key's id, name, or first characters as listed
    key: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// End a key for good; it stays listed (asks a running server)
#[derive(Args, Debug)]
pub struct Revoke {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::Create(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                create::run(*args, session)
            })
        }
        Verb::List(server) => super::with_server(&server, console, environment, list),
        Verb::Show(one) => {
            super::with_server(&one.server.clone(), console, environment, |session| {
                show(one, session)
            })
        }
        Verb::Change(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                change::run(*args, session)
            })
        }
        Verb::Limits(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                limits::run(*args, session)
            })
        }
        Verb::Rotate(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                rotate::run(args, session)
            })
        }
        Verb::Revoke(args) => {
            super::with_server(&args.one.server.clone(), console, environment, |session| {
                revoke(args, session)
            })
        }
        Verb::Recover(args) => recover::run(&args, console, environment),
    }
}

async fn list(session: Session) -> Outcome {
    let keys = session.client.all_keys().await.map_err(failure)?;
    let list = KeyList { keys, next: None };
    session.console.answer(&list, |list| {
        table(
            [
                "KEY ID",
                "NAME",
                "ROLE",
                "PREFIX",
                "STATUS",
                "CREATED",
                "LAST USED",
            ],
            list.keys.iter().map(|key| {
                [
                    key.key_id.clone(),
                    key.name.clone(),
                    role(key),
                    format!("{}…", key.prefix),
                    key.status.clone(),
                    shown(&key.created_at),
                    key.last_used_at
                        .as_deref()
                        .map_or("never".to_owned(), shown),
                ]
            }),
        )
    })
}

async fn show(one: One, session: Session) -> Outcome {
    let key = find(&session, &one.key).await?;
    session.console.answer(&key, |key| sheet(&facts(key)))
}

async fn revoke(args: Revoke, session: Session) -> Outcome {
    let key = find(&session, &args.one.key).await?;
    session.console.confirm(
        args.yes,
        &format!(
            "Revoke {} ({}…)? Whoever uses it is locked out at once.",
            key.name, key.prefix
        ),
    )?;
    let revoked = session
        .client
        .revoke_key(&key.key_id)
        .await
        .map_err(failure)?;
    session
        .console
        .answer(&revoked, |revoked| format!("revoked {}", revoked.key_id))
}

/// By id, by name, or by the first characters that lists show; a name that two keys share is refused.
pub(super) async fn find(session: &Session, text: &str) -> Outcome<Key> {
    let keys = session.client.all_keys().await.map_err(failure)?;
    if let Some(key) = keys.iter().find(|key| key.key_id == text) {
        return Ok(key.clone());
    }
    let mut found = keys
        .into_iter()
        .filter(|key| key.name == text || key.prefix == text.trim_end_matches('…'));
    match (found.next(), found.next()) {
        (Some(key), None) => Ok(key),
        (None, _) => Err(
            Failure::new(Exit::NotFound, format!("there is no key {text:?}"))
                .fix("`postern key list` shows all of them"),
        ),
        (Some(_), Some(_)) => Err(
            Failure::failed(format!("more than one key is called {text:?}"))
                .fix("give the key's id; `postern key list` shows it"),
        ),
    }
}

fn role(key: &Key) -> String {
    if key.test {
        format!("{} (test)", key.role)
    } else {
        key.role.clone()
    }
}

/// As the API takes them: what is shown can be copied into the next key.
fn limits(key: &Key) -> String {
    match (key.limits.is_empty(), key.role.as_str()) {
        (true, "agent") => {
            "10 messages a call, 50 and 5.00 a day where real phones ring".to_owned()
        }
        (true, _) => "none".to_owned(),
        (false, _) => serde_json::to_string(&key.limits).unwrap_or_default(),
    }
}

/// What people want to know of a key, in the order they ask.
pub(super) fn facts(key: &Key) -> Vec<(&'static str, String)> {
    let scope = |items: &Option<Vec<String>>| match items {
        None => "all that the role may".to_owned(),
        Some(items) if items.is_empty() => "none".to_owned(),
        Some(items) => items.join(", "),
    };
    let rules = key.rules.as_ref().map_or_else(String::new, |rules| {
        if rules.is_empty() {
            "none".to_owned()
        } else {
            rules.iter().map(rule::shown).collect::<Vec<_>>().join("; ")
        }
    });
    vec![
        ("key", key.key_id.clone()),
        ("name", key.name.clone()),
        ("role", role(key)),
        ("status", key.status.clone()),
        ("prefix", format!("{}…", key.prefix)),
        ("apps", scope(&key.apps)),
        ("connections", scope(&key.connections)),
        ("rules", rules),
        (
            "addresses",
            key.cidr
                .as_ref()
                .map_or("any".to_owned(), |cidr| cidr.join(", ")),
        ),
        ("rate", format!("{}/s", key.rate_per_second)),
        ("limits", limits(key)),
        ("created", shown(&key.created_at)),
        (
            "expires",
            key.expires_at.as_deref().map_or("never".to_owned(), shown),
        ),
        (
            "last used",
            key.last_used_at
                .as_deref()
                .map_or("never".to_owned(), shown),
        ),
        (
            "old secret ends",
            key.overlap_ends_at
                .as_deref()
                .map_or_else(String::new, shown),
        ),
        (
            "revoked",
            key.revoked_at.as_deref().map_or_else(String::new, shown),
        ),
    ]
}
