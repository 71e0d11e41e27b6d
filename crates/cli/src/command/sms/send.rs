//! `postern sms send`.

use super::text::Text;
use super::{cut, field};
use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::table;
use crate::exit::{Failure, Outcome};
use crate::session::{Session, failure};

/// Send a text message (through a running server)
///
/// Exit code 1 when any recipient was refused (the table says which and why), 12 when the request left and no answer came: look
/// at `postern sms history` before sending again.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    text: Text,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    pub(super) server: ServerArgs,
}

pub async fn run(args: Args, default: Option<String>, session: Session) -> Outcome {
    let request = args.text.request()?;
    let connection = args.choice.connection.or(default);
    let sent = session
        .client
        .send_sms(connection.as_deref(), &request)
        .await
        .map_err(failure)?;
    let none = Vec::new();
    let rows = sent.data()["messages"].as_array().unwrap_or(&none);
    session.console.answer(&sent.json, |_| {
        table(
            ["TO", "STATUS", "SEGMENTS", "PRICE", "MESSAGE ID", "TEXT"],
            rows.iter().map(|row| {
                [
                    field(row, "to"),
                    field(row, "status"),
                    field(row, "message_parts"),
                    field(row, "message_price"),
                    field(row, "message_id"),
                    cut(&field(row, "body")),
                ]
            }),
        )
    })?;
    let refused = rows.iter().filter(|row| row["status"] != "SUCCESS").count();
    if refused > 0 {
        return Err(
            Failure::failed(format!("{refused} of {} messages were refused", rows.len()))
                .fix("the status of each says why; correct those and send them alone"),
        );
    }
    Ok(())
}
