//! `postern sms history`.

use postern_client::HistoryQuery;

use super::{cut, field};
use crate::args::{ConnectionChoice, ServerArgs};
use crate::clock;
use crate::console::table;
use crate::exit::Outcome;
use crate::moment::{self, shown_seconds};
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
    #[arg(long, value_name = "N")]
    page: Option<u32>,
    /// Messages a page
    #[arg(long, short = 'L', value_name = "N")]
    limit: Option<u32>,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, default: Option<String>, session: Session) -> Outcome {
    let seconds = |text: &Option<String>, option: &str| match text {
        Some(text) => moment::parse(text, clock::now(), option).map(|at| Some(at.as_second())),
        None => Ok(None),
    };
    let query = HistoryQuery {
        date_from: seconds(&args.since, "--since")?,
        date_to: seconds(&args.until, "--until")?,
        page: args.page,
        limit: args.limit,
    };
    let connection = args.choice.connection.or(default);
    let page = session
        .client
        .sms_history(connection.as_deref(), &query)
        .await
        .map_err(failure)?;
    session.console.answer(&page.json, |_| {
        let data = page.data();
        let none = Vec::new();
        let rows = data["data"].as_array().unwrap_or(&none);
        let lines = table(
            [
                "DATE",
                "TO",
                "STATUS",
                "SEGMENTS",
                "PRICE",
                "MESSAGE ID",
                "TEXT",
            ],
            rows.iter().map(|row| {
                [
                    row["date"]
                        .as_i64()
                        .map_or_else(|| field(row, "date"), shown_seconds),
                    field(row, "to"),
                    field(row, "status"),
                    field(row, "message_parts"),
                    field(row, "message_price"),
                    field(row, "message_id"),
                    cut(&field(row, "body")),
                ]
            }),
        );
        let [total, current, last] =
            ["total", "current_page", "last_page"].map(|name| field(data, name));
        format!("{lines}\n\n{total} messages, page {current} of {last}")
    })
}
