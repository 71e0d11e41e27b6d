//! `postern campaign`: one text or picture to everybody on a list.

mod make;

use clap::{Args, Subcommand};
use postern_client::{Campaigns, Native};
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::native::{PageArgs, cut, field, moment, page_table};
use crate::args::{Over, ServerArgs};
use crate::console::{Console, sheet};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Send a text or a picture to everybody on a list, price it, watch it, cancel it (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "create")]
    Send(Box<make::Send>),
    Price(Box<make::Price>),
    #[command(visible_alias = "ls")]
    List(List),
    #[command(visible_alias = "show")]
    View(One),
    Cancel(Cancel),
}

/// List campaigns (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    #[command(flatten)]
    kind: Kind,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    over: Over,
}

/// Show one campaign and how far it is (asks a running server)
#[derive(Args, Debug)]
pub struct One {
    campaign: i64,
    #[command(flatten)]
    kind: Kind,
    #[command(flatten)]
    over: Over,
}

/// Cancel a campaign before its time has come (asks a running server)
#[derive(Args, Debug)]
pub struct Cancel {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(Args, Debug)]
struct Kind {
    /// Of pictures instead of texts: they are numbered apart
    #[arg(long)]
    mms: bool,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::Send(args) => make::send(*args, session).await,
            Verb::Price(args) => make::price(*args, session).await,
            Verb::List(args) => {
                let clicksend = session.clicksend(&args.over);
                match args.kind.mms {
                    true => list(clicksend.mms_campaigns(), &args.page, &session).await,
                    false => list(clicksend.sms_campaigns(), &args.page, &session).await,
                }
            }
            Verb::View(one) => {
                let clicksend = session.clicksend(&one.over);
                match one.kind.mms {
                    true => answered(&session, clicksend.mms_campaigns().view(one.campaign).await),
                    false => answered(&session, clicksend.sms_campaigns().view(one.campaign).await),
                }
            }
            Verb::Cancel(args) => {
                let question = format!("Cancel campaign {}?", args.one.campaign);
                session.console.confirm(args.yes, &question)?;
                let one = args.one;
                let clicksend = session.clicksend(&one.over);
                match one.kind.mms {
                    true => answered(
                        &session,
                        clicksend.mms_campaigns().cancel(one.campaign).await,
                    ),
                    false => answered(
                        &session,
                        clicksend.sms_campaigns().cancel(one.campaign).await,
                    ),
                }
            }
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::Send(args) => args.over(),
        Verb::Price(args) => args.over(),
        Verb::List(args) => &args.over,
        Verb::View(one) => &one.over,
        Verb::Cancel(args) => &args.one.over,
    };
    &over.server
}

async fn list<T: DeserializeOwned + Send + 'static>(
    campaigns: Campaigns<T>,
    page: &PageArgs,
    session: &Session,
) -> Outcome {
    let page = campaigns.list(&page.query()).await.map_err(failure)?;
    session.console.answer(&page.json, |json| {
        // The page of picture campaigns stands beside the envelope's keys.
        let data = match json["data"].is_object() {
            true => &json["data"],
            false => json,
        };
        page_table(
            data,
            "campaigns",
            [
                "CAMPAIGN", "NAME", "STATUS", "LIST", "MESSAGES", "SCHEDULE", "TEXT",
            ],
            |row| {
                [
                    number(row),
                    field(row, "name"),
                    field(row, "status"),
                    field(row, "_list_name"),
                    field(row, "_total_count"),
                    moment(row, "schedule"),
                    cut(&field(row, "body")),
                ]
            },
        )
    })
}

fn number(row: &Value) -> String {
    let [sms, mms] = ["sms_campaign_id", "mms_campaign_id"].map(|name| field(row, name));
    if sms.is_empty() { mms } else { sms }
}

fn answered<T>(session: &Session, answer: Result<Native<T>, postern_client::Error>) -> Outcome {
    let answer = answer.map_err(failure)?;
    session.console.answer(&answer.json, |json| {
        let row = &json["data"];
        let progress = &row["_progress"];
        sheet(&[
            ("campaign", number(row)),
            ("name", field(row, "name")),
            ("status", field(row, "status")),
            (
                "list",
                format!("{} {}", field(row, "list_id"), field(row, "_list_name")),
            ),
            ("from", field(row, "from")),
            ("schedule", moment(row, "schedule")),
            ("text", field(row, "body")),
            ("picture", field(row, "_media_file_url")),
            ("messages", field(row, "_total_count")),
            ("accepted", field(progress, "accepted")),
            ("refused", field(progress, "refused")),
            ("unpaid", field(progress, "unpaid")),
            ("waiting", field(progress, "waiting")),
            ("sent", field(progress, "sent")),
            ("delivered", field(progress, "delivered")),
            ("failed", field(progress, "failed")),
            ("cancelled", field(progress, "cancelled")),
            ("cost", field(progress, "total_price")),
            ("failure", field(progress, "failure")),
        ])
    })
}
