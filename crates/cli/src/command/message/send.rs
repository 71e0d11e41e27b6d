//! What `postern sms|mms|voice send` do and show.

use postern_client::{Channel, SendOptions};

use crate::args::Over;
use crate::command::native::{cut, field, rows};
use crate::console::table;
use crate::exit::{Failure, Outcome};
use crate::session::{Session, failure};

#[derive(clap::Args, Clone, Debug)]
pub struct Once {
    /// The same key on the same call means the same send for 24 hours [default: a new one]
    #[arg(long, value_name = "KEY")]
    idempotency_key: Option<String>,
}

pub async fn run<C: Channel>(
    request: C::SendRequest,
    once: Once,
    over: &Over,
    session: Session,
) -> Outcome {
    let messages = session.clicksend(over).messages::<C>();
    let options = SendOptions {
        idempotency_key: once.idempotency_key,
    };
    let sent = messages.send_with(&request, options).await;
    let sent = sent.map_err(failure)?;
    let rows = rows(sent.data(), "messages");
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
