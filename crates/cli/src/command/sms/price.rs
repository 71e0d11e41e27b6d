//! `postern sms price`.

use super::field;
use super::text::Text;
use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::table;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Say what a text message would cost, without sending it (asks a running server)
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
    let priced = session
        .client
        .price_sms(connection.as_deref(), &request)
        .await
        .map_err(failure)?;
    session.console.answer(&priced.json, |_| {
        let data = priced.data();
        let none = Vec::new();
        let rows = data["messages"].as_array().unwrap_or(&none);
        let lines = table(
            ["TO", "COUNTRY", "SEGMENTS", "PRICE", "STATUS"],
            rows.iter().map(|row| {
                ["to", "country", "message_parts", "message_price", "status"]
                    .map(|name| field(row, name))
            }),
        );
        let currency = field(&data["_currency"], "currency_name_short");
        format!("{lines}\n\ntotal {} {currency}", field(data, "total_price"))
    })
}
