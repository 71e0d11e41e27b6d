//! What `postern sms|mms|voice price` show.

use postern_client::Channel;

use crate::args::Over;
use crate::command::native::{field, rows};
use crate::console::table;
use crate::exit::Outcome;
use crate::session::{Session, failure};

pub async fn run<C: Channel>(request: C::SendRequest, over: &Over, session: Session) -> Outcome {
    let messages = session.clicksend(over).messages::<C>();
    let priced = messages.price(&request).await.map_err(failure)?;
    session.console.answer(&priced.json, |_| {
        let data = priced.data();
        let lines = table(
            ["TO", "COUNTRY", "SEGMENTS", "PRICE", "STATUS"],
            rows(data, "messages").iter().map(|row| {
                ["to", "country", "message_parts", "message_price", "status"]
                    .map(|name| field(row, name))
            }),
        );
        let currency = field(&data["_currency"], "currency_name_short");
        format!("{lines}\n\ntotal {} {currency}", field(data, "total_price"))
    })
}
