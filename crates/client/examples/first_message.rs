//! Sends a code, waits until it is on the simulator's phone, and finds it in the history.
//!
//! `POSTERN_URL=http://127.0.0.1:8080 POSTERN_API_KEY=pst_live_… cargo run -p postern-client --example first_message`

use std::time::Duration;

use postern_client::wire::clicksend::sms::{Message, SendRequest};
use postern_client::{Client, Error, ListQuery, Settings};

const PHONE: &str = "+15551234567";

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    #[expect(clippy::disallowed_methods, reason = "a program of its own")]
    let variable = |name| std::env::var(name);
    let settings = Settings::new(variable("POSTERN_URL")?, variable("POSTERN_API_KEY")?);
    println!("{}", first_message(&Client::new(settings)?).await?);
    Ok(())
}

/// What was read from the phone, and how often the history has it.
pub async fn first_message(client: &Client) -> Result<String, Error> {
    let sms = client.clicksend(None).sms();
    let request = SendRequest {
        messages: vec![Message {
            to: Some(PHONE.into()),
            body: Some("Your code is 493817".into()),
            ..Message::default()
        }],
        ..SendRequest::default()
    };
    let price = sms.price(&request).await?.into_data()?;
    let sent = sms.send(&request).await?.into_data()?;
    let arrived = client.wait_for(PHONE, Duration::from_secs(30)).await?;
    let code = arrived.and_then(|message| message.code).unwrap_or_default();

    let id = sent.messages[0].message_id();
    let mut found = 0;
    let mut rows = sms.history_rows(&ListQuery::default());
    while let Some(row) = rows.next().await {
        found += usize::from(row?.message_id == id);
    }
    let micros = price.total_price.micros;
    Ok(format!(
        "code {code}, {found} in the history, {micros} micro-units"
    ))
}
