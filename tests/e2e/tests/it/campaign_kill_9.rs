//! `kill -9` in the middle of a campaign: everybody in the list gets exactly one message, for the price that was quoted.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::{Api, Home};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::process::Command;
use std::time::Duration;

/// Forty steps of the campaign.
const CONTACTS: usize = 10_000;
/// Messages that exist when each server is killed, at least.
const KILLED_AT: [i64; 3] = [1, 2_500, 6_000];
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_is_left_out_and_nobody_gets_two() -> Result<()> {
    let mut home = Home::new()?;
    let rich = |command: &mut Command| {
        command.env("POSTERN_PLATFORM_CREDIT", "1000000.00");
    };
    let server = home.start_with(rich)?;
    let api = server.native();
    let list = list(&api).await?;
    let before = history::balance(&api, "").await?;
    let plan = json!({"list_id": list, "name": "Sale", "from": "", "body": "Hello (First Name)"});
    let quoted = api.post("/v3/sms-campaigns/price", &plan).await?;
    let quoted: f64 = text(&quoted.expect(200)?["data"]["total_price"])?.parse()?;
    let made = api
        .post("/v3/sms-campaigns/send", &plan)
        .await?
        .expect(200)?;
    let path = format!("/v3/sms-campaigns/{}", made["data"]["sms_campaign_id"]);

    let mut server = Some(server);
    let mut in_the_middle = 0;
    for least in KILLED_AT {
        let running = match server.take() {
            Some(first) => first,
            None => home.start_with(rich)?,
        };
        let seen = until(&running.native(), &path, |data| {
            data["_progress"]["accepted"].as_i64() >= Some(least)
        })
        .await?;
        running.kill()?;
        println!("killed at {}", seen["_progress"]["accepted"]);
        in_the_middle += usize::from(seen["status"] == "Sending");
    }
    ensure!(in_the_middle > 0, "every kill came too late");

    let server = home.start_with(rich)?;
    let api = server.native();
    until(&api, &path, |data| data["status"] == "Sent").await?;
    let rows = history::all(&api, "").await?;
    let recipients: BTreeSet<_> = rows.iter().map(|row| row["to"].to_string()).collect();
    ensure!(
        (rows.len(), recipients.len()) == (CONTACTS, CONTACTS),
        "{} messages to {} numbers",
        rows.len(),
        recipients.len()
    );
    let paid = before - history::balance(&api, "").await?;
    ensure!((paid - quoted).abs() < 0.000_1, "{paid} for {quoted}");
    Ok(())
}

/// A list of contacts, imported from an upload.
async fn list(api: &Api) -> Result<i64> {
    let mut file = "phone,first_name\n".to_owned();
    for n in 0..CONTACTS {
        writeln!(file, "+1555{n:07},N{n}")?;
    }
    let content = json!({"content": STANDARD.encode(file)});
    let upload = api
        .post("/v3/uploads?convert=csv", &content)
        .await?
        .expect(200)?;
    let list = api
        .post("/v3/lists", &json!({"list_name": "Everybody"}))
        .await?
        .expect(200)?;
    let path = format!("/v3/lists/{}", list["data"]["list_id"]);
    let import =
        json!({"file_url": upload["data"]["_url"], "field_order": ["phone", "first_name"]});
    api.post(&format!("{path}/import"), &import)
        .await?
        .expect(200)?;
    until(api, &path, |data| {
        data["_contacts_count"] == CONTACTS && data["_import_in_progress"] == 0
    })
    .await?;
    list["data"]["list_id"].as_i64().context("a number")
}

/// Looks again until it is as wished; the test's own time limit ends this.
async fn until(api: &Api, path: &str, wished: impl Fn(&Value) -> bool) -> Result<Value> {
    loop {
        let seen = api.get(path).await?.expect(200)?["data"].clone();
        if wished(&seen) {
            return Ok(seen);
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn text(value: &Value) -> Result<&str> {
    value.as_str().with_context(|| format!("no text: {value}"))
}
