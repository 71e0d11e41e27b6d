//! `postern sms|mms|voice history`.

use postern_client::{Channel, ListQuery};

use crate::args::Over;
use crate::clock;
use crate::command::native::{PageArgs, cut, field, moment, page_table};
use crate::exit::Outcome;
use crate::moment;
use crate::session::{Session, failure};

/// List sent messages, newest first (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Not before: a date, RFC 3339, or Unix seconds
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Not after
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run<C: Channel>(args: Args, session: Session) -> Outcome {
    let seconds = |text: &Option<String>, option: &str| match text {
        Some(text) => moment::parse(text, clock::now(), option).map(|at| Some(at.as_second())),
        None => Ok(None),
    };
    let query = ListQuery {
        date_from: seconds(&args.since, "--since")?,
        date_to: seconds(&args.until, "--until")?,
        ..args.page.query()
    };
    let messages = session.clicksend(&args.over).messages::<C>();
    let page = messages.history(&query).await.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "messages",
            [
                "DATE",
                "TO",
                "STATUS",
                "SEGMENTS",
                "PRICE",
                "MESSAGE ID",
                "TEXT",
            ],
            |row| {
                [
                    moment(row, "date"),
                    field(row, "to"),
                    field(row, "status"),
                    field(row, "message_parts"),
                    field(row, "message_price"),
                    field(row, "message_id"),
                    cut(&field(row, "body")),
                ]
            },
        )
    })
}
