//! `postern template`: texts that are used again.

use clap::{Args, Subcommand};
use postern_wire::clicksend::template::TemplateRequest;

use super::native::{PageArgs, cut, field, page_table};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Keep texts that are used again (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    Create(Create),
    Edit(Edit),
    Delete(Delete),
}

/// List the templates (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    over: Over,
}

/// Keep a text under a name (asks a running server)
#[derive(Args, Debug)]
pub struct Create {
    name: String,
    /// The text; (First Name) and the like stand for fields of a contact
    #[arg(long, short)]
    body: String,
    #[command(flatten)]
    over: Over,
}

/// Change a template; what is not given stays (asks a running server)
#[derive(Args, Debug)]
pub struct Edit {
    template: i64,
    #[arg(long, required_unless_present = "body")]
    name: Option<String>,
    #[arg(long, short)]
    body: Option<String>,
    #[command(flatten)]
    over: Over,
}

/// Delete a template (asks a running server)
#[derive(Args, Debug)]
pub struct Delete {
    template: i64,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    over: Over,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::List(args) => list(args, session).await,
            Verb::Create(args) => {
                let request = TemplateRequest {
                    template_name: Some(args.name),
                    body: Some(args.body),
                };
                let made = session
                    .clicksend(&args.over)
                    .create_template(&request)
                    .await;
                let made = made.map_err(failure)?;
                session.console.answer(&made.json, |_| {
                    format!("made template {}", field(made.data(), "template_id"))
                })
            }
            Verb::Edit(args) => {
                let change = TemplateRequest {
                    template_name: args.name,
                    body: args.body,
                };
                let clicksend = session.clicksend(&args.over);
                let changed = clicksend.change_template(args.template, &change).await;
                session
                    .console
                    .answer(&changed.map_err(failure)?.json, |_| {
                        format!("changed template {}", args.template)
                    })
            }
            Verb::Delete(args) => {
                let question = format!("Delete template {}?", args.template);
                session.console.confirm(args.yes, &question)?;
                let deleted = session
                    .clicksend(&args.over)
                    .delete_template(args.template)
                    .await;
                session
                    .console
                    .answer(&deleted.map_err(failure)?.json, |_| {
                        format!("deleted template {}", args.template)
                    })
            }
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::List(args) => &args.over,
        Verb::Create(args) => &args.over,
        Verb::Edit(args) => &args.over,
        Verb::Delete(args) => &args.over,
    };
    &over.server
}

async fn list(args: List, session: Session) -> Outcome {
    let page = session
        .clicksend(&args.over)
        .templates(&args.page.query())
        .await;
    let page = page.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "templates",
            ["TEMPLATE", "NAME", "TEXT"],
            |row| {
                [
                    field(row, "template_id"),
                    field(row, "template_name"),
                    cut(&field(row, "body")),
                ]
            },
        )
    })
}
