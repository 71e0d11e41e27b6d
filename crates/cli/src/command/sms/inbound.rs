//! `postern sms inbound`.

use crate::args::Over;
use crate::command::native::{PageArgs, cut, field, moment, page_table};
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// List texts that came in and that nobody has marked as read (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Mark all of them as read: they are listed no more
    #[arg(long)]
    mark_read: bool,
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let sms = session.clicksend(&args.over).sms();
    if args.mark_read {
        let marked = sms.mark_inbound_read(None).await.map_err(failure)?;
        return session
            .console
            .answer(&marked.json, |_| "all texts are marked as read".to_owned());
    }
    let page = sms.inbound(&args.page.query()).await.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "texts",
            ["DATE", "FROM", "TO", "TEXT", "MESSAGE ID", "ANSWERS"],
            |row| {
                [
                    moment(row, "timestamp"),
                    field(row, "from"),
                    field(row, "to"),
                    cut(&field(row, "body")),
                    field(row, "message_id"),
                    cut(&field(row, "original_body")),
                ]
            },
        )
    })
}
