//! What an example is believed to have done, seen from elsewhere.

use anyhow::{Context as _, Result, bail, ensure};
use postern_e2e::Api;
use serde_json::Value;

/// How much there is of everything that an example must clean up.
pub async fn kept(api: &Api) -> Result<Vec<u64>> {
    let mut counts = Vec::new();
    for path in ["lists", "sms/templates", "email/addresses"] {
        let answer = data(api, path).await?;
        counts.push(answer["total"].as_u64().context("a total")?);
    }
    let connections = api.get("/connections").await?.expect(200)?;
    let connections = connections["connections"].as_array().context("a list")?;
    counts.push(connections.len() as u64);
    Ok(counts)
}

/// # Errors
/// When what was printed and what is there do not fit.
pub async fn judge(idea: &str, printed: &str, api: &Api, language: &str) -> Result<()> {
    match idea {
        "account" => {
            let account = data(api, "account").await?;
            let (name, balance) = (text(&account["username"])?, text(&account["balance"])?);
            says(printed, &format!("{name} has {balance} USD (US, UTC)"))
        }
        "connections" => {
            let id = word_after(printed, "deleted ")?;
            says(printed, &format!("{id} PENDING of an example"))?;
            let gone = api.get(&format!("/connections/{id}")).await?;
            ensure!(gone.status == 404, "{id} is still there");
            Ok(())
        }
        "choose_connection" => {
            says(printed, "built-in platform: postern has ")?;
            says(printed, "sandbox: sandbox has ")
        }
        "sms_price" => {
            says(printed, "together 0.12 USD")?;
            ensure!(rows(api, "sms").await?.is_empty(), "a price sends nothing");
            Ok(())
        }
        "sms_send" => {
            let row = row(api, "sms", word_after(printed, "queued ")?).await?;
            ensure!(row["body"] == format!("Hello from {language}"), "{row}");
            ensure!(row["custom_string"] == "order 17", "{row}");
            Ok(())
        }
        "sms_history" => {
            says(printed, &format!("Hello from {language}"))?;
            says(printed, "1 of 1 texts")
        }
        "preview" => {
            says(printed, "allowed: 2 messages to 2 people for 0.060000 USD")?;
            ensure!(
                rows(api, "sms").await?.len() == 1,
                "a preview sends nothing"
            );
            Ok(())
        }
        "sms_once" => {
            says(printed, " was sent once")?;
            let row = row(api, "sms", word_after(printed, "message ")?).await?;
            ensure!(
                row["body"] == format!("Order 17 has left {language}"),
                "{row}"
            );
            ensure!(rows(api, "sms").await?.len() == 2, "one more than before");
            Ok(())
        }
        "sms_inbound" => {
            says(&printed.to_lowercase(), "+15551234567 wrote ")?;
            says(printed, "(order 17)")?;
            ensure!(data(api, "sms/inbound").await?["total"] == 0, "it was read");
            Ok(())
        }
        "sms_receipts" => {
            let (id, _) = printed.split_once(": 201 ").context("an id")?;
            let receipt = data(api, &format!("sms/receipts/{id}")).await?;
            ensure!(receipt["status_code"] == 201, "{receipt}");
            Ok(())
        }
        "sms_schedule" => cancelled(api, "sms", word_after(printed, "cancelled ")?).await,
        "sms_cancel_all" => {
            says(printed, "cancelled 2 texts")?;
            let rows = rows(api, "sms").await?;
            let cancelled = rows.iter().filter(|row| row["status"] == "Cancelled");
            ensure!(cancelled.count() == 3, "with the one before: {rows:?}");
            Ok(())
        }
        "templates" => says(printed, "Warm welcome: Hello (First Name), so good"),
        "mms" => {
            let row = row(api, "mms", word_after(printed, "queued ")?).await?;
            ensure!(row["body"] == format!("A pixel from {language}"), "{row}");
            Ok(())
        }
        "voice" => {
            let called = row(api, "voice", word_after(printed, "calling ")?).await?;
            ensure!(
                called["body"] == format!("Hello from {language}"),
                "{called}"
            );
            cancelled(api, "voice", word_after(printed, "not calling ")?).await
        }
        "lists" => {
            says(printed, " is Customers")?;
            says(printed, "all: Opt-Out List, Customers")
        }
        "contacts" => {
            says(printed, ": Anna Lee, +15551230001")?;
            says(printed, "now there are 0")
        }
        "contacts_copy" => {
            says(printed, ": Ann\n")?;
            says(printed, ": Ann, Bob\n")
        }
        "remove_duplicates" => says(printed, ": 1 removed, 2 left"),
        "email_addresses" => says(printed, "news@example.com: not verified yet"),
        "countries" => {
            let all = data(api, "countries").await?;
            let count = all.as_array().context("a list")?.len();
            says(printed, &format!("{count} countries: "))
        }
        "pages" => {
            says(printed, ": page 2 of 3 has rows 4 to 6")?;
            says(printed, "7 rows in all, the last +15551230006")
        }
        _ => bail!("nobody knows what {idea} does"),
    }
}

fn says(printed: &str, what: &str) -> Result<()> {
    ensure!(printed.contains(what), "it does not say {what:?}");
    Ok(())
}

fn word_after<'a>(printed: &'a str, mark: &str) -> Result<&'a str> {
    let (_, rest) = printed
        .split_once(mark)
        .with_context(|| format!("it does not say {mark:?}"))?;
    rest.split_whitespace().next().context("a word")
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().context("a text")
}

async fn data(api: &Api, path: &str) -> Result<Value> {
    let mut answer = api
        .get(&format!("/clicksend/v3/{path}"))
        .await?
        .expect(200)?;
    Ok(answer["data"].take())
}

async fn rows(api: &Api, channel: &str) -> Result<Vec<Value>> {
    let mut page = data(api, &format!("{channel}/history?limit=100")).await?;
    match page["data"].take() {
        Value::Array(rows) => Ok(rows),
        other => bail!("no rows: {other}"),
    }
}

async fn row(api: &Api, channel: &str, id: &str) -> Result<Value> {
    let rows = rows(api, channel).await?;
    rows.into_iter()
        .find(|row| row["message_id"] == id)
        .with_context(|| format!("{id} is not in the history"))
}

async fn cancelled(api: &Api, channel: &str, id: &str) -> Result<()> {
    let row = row(api, channel, id).await?;
    ensure!(row["status"] == "Cancelled", "{row}");
    Ok(())
}
