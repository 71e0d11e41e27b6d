//! `postern contact`: the people on a list.

mod export;
mod fields;
mod import;

use clap::{Args, Subcommand};

use super::list::find;
use super::native::{PageArgs, field, moment, page_table};
use crate::args::{Over, ServerArgs};
use crate::console::{Console, sheet};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};
use fields::ContactFields;

/// Look at contacts, add, change and delete them, bring them in and out as CSV (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    #[command(visible_alias = "show")]
    View(One),
    Add(Box<Add>),
    Edit(Box<Edit>),
    Delete(Delete),
    Import(import::Args),
    Export(export::Args),
}

/// List the contacts of a list (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// Id or name of the list
    list: String,
    /// Only those with this value, such as `last_name:Lee`
    #[arg(long, value_name = "FIELD:VALUE")]
    search: Option<String>,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    over: Over,
}

/// Show one contact (asks a running server)
#[derive(Args, Debug)]
pub struct One {
    /// Id or name of the list
    list: String,
    contact: i64,
    #[command(flatten)]
    over: Over,
}

/// Add somebody to a list (asks a running server)
#[derive(Args, Debug)]
pub struct Add {
    /// Id or name of the list
    list: String,
    #[command(flatten)]
    fields: ContactFields,
    #[command(flatten)]
    over: Over,
}

/// Change a contact; what is not given stays, an empty text takes a value away (asks a running server)
#[derive(Args, Debug)]
pub struct Edit {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    fields: ContactFields,
}

/// Take somebody off a list (asks a running server)
#[derive(Args, Debug)]
pub struct Delete {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::List(args) => list(args, session).await,
            Verb::View(args) => view(args, session).await,
            Verb::Add(args) => {
                let clicksend = session.clicksend(&args.over);
                let list = find(&clicksend, &args.list).await?;
                let added = clicksend.add_contact(list, &args.fields.request()?).await;
                let added = added.map_err(failure)?;
                session.console.answer(&added.json, |_| {
                    format!("added contact {}", field(added.data(), "contact_id"))
                })
            }
            Verb::Edit(args) => {
                let clicksend = session.clicksend(&args.one.over);
                let list = find(&clicksend, &args.one.list).await?;
                let change = args.fields.request()?;
                let changed = clicksend.change_contact(list, args.one.contact, &change);
                session
                    .console
                    .answer(&changed.await.map_err(failure)?.json, |_| {
                        format!("changed contact {}", args.one.contact)
                    })
            }
            Verb::Delete(args) => delete(args, session).await,
            Verb::Import(args) => import::run(args, session).await,
            Verb::Export(args) => export::run(args, session).await,
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::List(args) => &args.over,
        Verb::View(one) => &one.over,
        Verb::Add(args) => &args.over,
        Verb::Edit(args) => &args.one.over,
        Verb::Delete(args) => &args.one.over,
        Verb::Import(args) => &args.over,
        Verb::Export(args) => &args.over,
    };
    &over.server
}

async fn list(args: List, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let list = find(&clicksend, &args.list).await?;
    let query = postern_client::ListQuery {
        q: args.search,
        ..args.page.query()
    };
    let page = clicksend.contacts(list, &query).await.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "contacts",
            [
                "CONTACT",
                "PHONE",
                "FIRST NAME",
                "LAST NAME",
                "E-MAIL",
                "ORGANIZATION",
            ],
            |row| {
                [
                    "contact_id",
                    "phone_number",
                    "first_name",
                    "last_name",
                    "email",
                    "organization_name",
                ]
                .map(|name| field(row, name))
            },
        )
    })
}

async fn view(args: One, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let list = find(&clicksend, &args.list).await?;
    let contact = clicksend.contact(list, args.contact).await;
    let contact = contact.map_err(failure)?;
    session.console.answer(&contact.json, |_| {
        let row = contact.data();
        let mut facts = vec![
            ("contact", field(row, "contact_id")),
            (
                "list",
                format!("{} {}", field(row, "list_id"), field(row, "_list_name")),
            ),
        ];
        let all = postern_domain::contact::Field::ALL;
        facts.extend(all.map(|one| (one.label(), field(row, one.as_str()))));
        facts.push(("added", moment(row, "date_added")));
        facts.push(("changed", moment(row, "date_updated")));
        sheet(&facts)
    })
}

async fn delete(args: Delete, session: Session) -> Outcome {
    let One {
        list,
        contact,
        over,
    } = args.one;
    let clicksend = session.clicksend(&over);
    let id = find(&clicksend, &list).await?;
    let question = format!("Delete contact {contact} of list {list}?");
    session.console.confirm(args.yes, &question)?;
    let deleted = clicksend.delete_contact(id, contact).await;
    session
        .console
        .answer(&deleted.map_err(failure)?.json, |_| {
            format!("deleted contact {contact}")
        })
}
