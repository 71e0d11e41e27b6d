//! The example of the client crate against the real binary, and that a repeated send is one.

use anyhow::{Result, ensure};
use postern_client::wire::clicksend::sms::{Message, SendRequest};
use postern_client::{Client, ListQuery, SendOptions, Settings};
use postern_e2e::{Home, Server};

#[path = "../../../../crates/client/examples/first_message.rs"]
#[expect(dead_code, reason = "its main reads the environment of a person")]
mod first_message;

fn client(server: &Server) -> Result<Client> {
    let settings = Settings::new(server.gateway_url(), server.first.api_key.clone());
    Ok(Client::new(settings)?)
}

#[tokio::test]
async fn the_example_sends_and_reads() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let said = first_message::first_message(&client(&server)?).await?;
    ensure!(
        said.starts_with("code 493817, 1 in the history, "),
        "{said}"
    );
    Ok(())
}

#[tokio::test]
async fn the_same_key_is_the_same_send_and_lists_stream() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let client = client(&server)?;
    let sms = client.clicksend(None).sms();
    let messages = (0..130).map(|n| Message {
        to: Some(format!("+1555123{n:04}")),
        body: Some("one of many".into()),
        ..Message::default()
    });
    let request = SendRequest {
        messages: messages.collect(),
        ..SendRequest::default()
    };
    let options = SendOptions {
        idempotency_key: Some("the-key".into()),
    };
    let first = sms.send_with(&request, options.clone()).await?;
    let second = sms.send_with(&request, options).await?;
    ensure!(first.json == second.json, "the first answer again");
    let query = ListQuery {
        limit: Some(20),
        ..ListQuery::default()
    };
    let rows = sms.history_rows(&query).collect(usize::MAX).await?;
    ensure!(rows.len() == 130, "{} rows over seven pages", rows.len());
    Ok(())
}
