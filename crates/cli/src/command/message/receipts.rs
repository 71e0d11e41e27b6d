//! `postern sms|mms|voice receipts`.

use postern_client::Channel;

use crate::args::Over;
use crate::command::native::{PageArgs, field, moment, page_table};
use crate::console::sheet;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// List receipts that nobody has marked as read, or show that of one message (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[arg(value_name = "MESSAGE ID")]
    message: Option<String>,
    /// Mark all of them as read: they are listed no more
    #[arg(long, conflicts_with = "message")]
    mark_read: bool,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run<C: Channel>(args: Args, session: Session) -> Outcome {
    let messages = session.clicksend(&args.over).messages::<C>();
    if let Some(id) = &args.message {
        let receipt = messages.receipt(id).await.map_err(failure)?;
        return session.console.answer(&receipt.json, |_| {
            let data = receipt.data();
            let row = data
                .as_array()
                .and_then(|rows| rows.first())
                .unwrap_or(data);
            sheet(&[
                ("message", field(row, "message_id")),
                ("status", field(row, "status_text")),
                ("code", field(row, "status_code")),
                ("error", field(row, "error_text")),
                ("sent", moment(row, "timestamp_send")),
                ("reported", moment(row, "timestamp")),
                ("digits", field(row, "digits")),
                ("reference", field(row, "custom_string")),
            ])
        });
    }
    if args.mark_read {
        let marked = messages.mark_receipts_read(None).await.map_err(failure)?;
        return session.console.answer(&marked.json, |_| {
            "all receipts are marked as read".to_owned()
        });
    }
    let page = messages
        .receipts(&args.page.query())
        .await
        .map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "receipts",
            [
                "REPORTED",
                "CODE",
                "STATUS",
                "ERROR",
                "MESSAGE ID",
                "REFERENCE",
            ],
            |row| {
                [
                    moment(row, "timestamp"),
                    field(row, "status_code"),
                    field(row, "status_text"),
                    field(row, "error_text"),
                    field(row, "message_id"),
                    field(row, "custom_string"),
                ]
            },
        )
    })
}
