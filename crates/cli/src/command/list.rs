//! `postern list`: contact lists.

use clap::{Args, Subcommand};
use postern_client::ClickSend;

use super::native::{PageArgs, field, page_table, yes};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// Make, rename, tidy and delete contact lists (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    Create(Create),
    Rename(Rename),
    Delete(Delete),
    Duplicates(Duplicates),
    OptOuts(OptOuts),
}

/// List the contact lists (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    over: Over,
}

/// Make an empty list (asks a running server)
#[derive(Args, Debug)]
pub struct Create {
    name: String,
    #[command(flatten)]
    over: Over,
}

/// Give a list another name (asks a running server)
#[derive(Args, Debug)]
pub struct Rename {
    #[command(flatten)]
    one: One,
    name: String,
}

/// Delete a list with everybody on it (asks a running server)
#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

/// Of contacts that agree in all fields, keep the first one (asks a running server)
#[derive(Args, Debug)]
pub struct Duplicates {
    #[command(flatten)]
    one: One,
    /// Compare these fields
    #[arg(
        long,
        value_name = "FIELD",
        value_delimiter = ',',
        default_value = "phone_number"
    )]
    fields: Vec<String>,
}

/// Take everybody off a list who is on another one, such as the Opt-Out List (asks a running server)
#[derive(Args, Debug)]
pub struct OptOuts {
    #[command(flatten)]
    one: One,
    /// Id or name of the other list
    #[arg(value_name = "OPT-OUT LIST")]
    other: String,
}

#[derive(Args, Debug)]
pub struct One {
    /// Id or name of the list
    list: String,
    #[command(flatten)]
    over: Over,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::List(args) => list(args, session).await,
            Verb::Create(args) => {
                let made = session.clicksend(&args.over).create_list(&args.name).await;
                let made = made.map_err(failure)?;
                session.console.answer(&made.json, |_| {
                    format!("made list {} {}", field(made.data(), "list_id"), args.name)
                })
            }
            Verb::Rename(args) => {
                let clicksend = session.clicksend(&args.one.over);
                let id = find(&clicksend, &args.one.list).await?;
                let renamed = clicksend.rename_list(id, &args.name).await;
                session
                    .console
                    .answer(&renamed.map_err(failure)?.json, |_| {
                        format!("list {id} is called {}", args.name)
                    })
            }
            Verb::Delete(args) => delete(args, session).await,
            Verb::Duplicates(args) => {
                let clicksend = session.clicksend(&args.one.over);
                let id = find(&clicksend, &args.one.list).await?;
                let removed = clicksend.remove_duplicates(id, &args.fields).await;
                removed_from(&session, id, removed.map_err(failure)?)
            }
            Verb::OptOuts(args) => {
                let clicksend = session.clicksend(&args.one.over);
                let id = find(&clicksend, &args.one.list).await?;
                let other = find(&clicksend, &args.other).await?;
                let removed = clicksend.remove_opted_out(id, other).await;
                removed_from(&session, id, removed.map_err(failure)?)
            }
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::List(args) => &args.over,
        Verb::Create(args) => &args.over,
        Verb::Rename(args) => &args.one.over,
        Verb::Delete(args) => &args.one.over,
        Verb::Duplicates(args) => &args.one.over,
        Verb::OptOuts(args) => &args.one.over,
    };
    &over.server
}

async fn list(args: List, session: Session) -> Outcome {
    let page = session
        .clicksend(&args.over)
        .lists(&args.page.query())
        .await;
    let page = page.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "lists",
            ["LIST", "NAME", "CONTACTS", "IMPORTING"],
            |row| {
                [
                    field(row, "list_id"),
                    field(row, "list_name"),
                    field(row, "_contacts_count"),
                    yes(row, "_import_in_progress"),
                ]
            },
        )
    })
}

async fn delete(args: Delete, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.one.over);
    let id = find(&clicksend, &args.one.list).await?;
    let list = clicksend.list(id).await.map_err(failure)?;
    let question = format!(
        "Delete list {id} {} with its {} contacts?",
        field(list.data(), "list_name"),
        field(list.data(), "_contacts_count")
    );
    session.console.confirm(args.yes, &question)?;
    let deleted = clicksend.delete_list(id).await.map_err(failure)?;
    session
        .console
        .answer(&deleted.json, |_| format!("deleted list {id}"))
}

fn removed_from<T>(session: &Session, id: i64, removed: postern_client::Native<T>) -> Outcome {
    session.console.answer(&removed.json, |_| {
        let count = field(&removed.json["data"], "deleted");
        format!("removed {count} contacts from list {id}")
    })
}

/// By id, or by name; a name that two lists share is refused.
pub(super) async fn find(clicksend: &ClickSend, text: &str) -> Outcome<i64> {
    if let Ok(id) = text.parse() {
        return Ok(id);
    }
    let mut found = None;
    let mut lists = clicksend.list_rows();
    while let Some(list) = lists.next().await {
        let list = list.map_err(failure)?;
        if list.list_name == text && found.replace(list.list_id).is_some() {
            return Err(
                Failure::failed(format!("more than one list is called {text:?}"))
                    .fix("give the list's id; `postern list list` shows it"),
            );
        }
    }
    found.ok_or_else(|| {
        Failure::new(Exit::NotFound, format!("there is no list {text:?}"))
            .fix("`postern list list` shows all of them")
    })
}
