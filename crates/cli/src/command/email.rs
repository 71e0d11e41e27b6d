//! `postern email`: addresses that mail may be sent from.

use clap::{Args, Subcommand};

use super::native::{PageArgs, field, moment, page_table, yes};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Add, verify and remove addresses that mail may be sent from (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    Add(Add),
    Verify(Verify),
    Resend(One),
    Delete(Delete),
}

/// List the addresses (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    over: Over,
}

/// Add an address: a mail with a token goes there (asks a running server)
#[derive(Args, Debug)]
pub struct Add {
    address: String,
    #[command(flatten)]
    over: Over,
}

/// Prove with the token of the mail that it arrived (asks a running server)
#[derive(Args, Debug)]
pub struct Verify {
    #[command(flatten)]
    one: One,
    /// As the mail has it
    #[arg(allow_hyphen_values = true)]
    token: String,
}

/// Send another mail with another token (asks a running server)
#[derive(Args, Debug)]
pub struct One {
    /// Its number, as `list` shows it
    address: i64,
    #[command(flatten)]
    over: Over,
}

/// Remove an address (asks a running server)
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
            Verb::Add(args) => {
                let added = session
                    .clicksend(&args.over)
                    .add_email_address(&args.address)
                    .await;
                let added = added.map_err(failure)?;
                session.console.answer(&added.json, |_| {
                    let number = field(added.data(), "email_address_id");
                    format!("added address {number}; `postern email verify {number} TOKEN` with the token of the mail")
                })
            }
            Verb::Verify(args) => {
                let clicksend = session.clicksend(&args.one.over);
                let verified = clicksend
                    .verify_email_address(args.one.address, &args.token)
                    .await;
                session
                    .console
                    .answer(&verified.map_err(failure)?.json, |_| {
                        format!("address {} is verified", args.one.address)
                    })
            }
            Verb::Resend(one) => {
                let sent = session
                    .clicksend(&one.over)
                    .send_email_token(one.address)
                    .await;
                session.console.answer(&sent.map_err(failure)?.json, |_| {
                    "another mail is on its way".to_owned()
                })
            }
            Verb::Delete(args) => {
                let question = format!("Delete address {}?", args.one.address);
                session.console.confirm(args.yes, &question)?;
                let clicksend = session.clicksend(&args.one.over);
                let deleted = clicksend.delete_email_address(args.one.address).await;
                session
                    .console
                    .answer(&deleted.map_err(failure)?.json, |_| {
                        format!("deleted address {}", args.one.address)
                    })
            }
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::List(args) => &args.over,
        Verb::Add(args) => &args.over,
        Verb::Verify(args) => &args.one.over,
        Verb::Resend(one) => &one.over,
        Verb::Delete(args) => &args.one.over,
    };
    &over.server
}

async fn list(args: List, session: Session) -> Outcome {
    let page = session
        .clicksend(&args.over)
        .email_addresses(&args.page.query())
        .await;
    let page = page.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "addresses",
            ["NUMBER", "ADDRESS", "VERIFIED", "ADDED"],
            |row| {
                [
                    field(row, "email_address_id"),
                    field(row, "email_address"),
                    yes(row, "verified"),
                    moment(row, "date_added"),
                ]
            },
        )
    })
}
