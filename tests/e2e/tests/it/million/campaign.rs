//! A campaign to a whole list, and one-time codes beside it: how long each of them waits until a carrier has it.

use super::contacts::millis;
use super::reading::{Readings, median};
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, api};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

/// From the answer to the carrier.
const WAIT_P99_MAX_MS: f64 = 1_000.0;
/// Between two codes.
const PAUSE: Duration = Duration::from_millis(50);
/// Between two looks.
const LOOK: Duration = Duration::from_millis(3);
const CAMPAIGN_MAX: Duration = Duration::from_secs(1_800);

pub async fn run(engine: &str, rows: usize, change: impl FnOnce(&mut Command)) -> Result<()> {
    let mut readings = Readings::new(&format!("codes beside a campaign on {engine}"), rows);
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command
            .env("POSTERN_PLATFORM_CREDIT", "1000000.00")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "1")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "10");
        change(command);
    })?;
    let native = server.native();
    let list = list(&native, rows).await?;
    readings.note(
        "a code, nothing beside it",
        shown(code(&native, usize::MAX).await?),
    );

    let plan =
        json!({"list_id": list, "name": "Sale", "from": "Soak", "body": "Everything must go"});
    let began = Instant::now();
    let made = native
        .post("/v3/sms-campaigns/send", &plan)
        .await?
        .expect(200)?;
    let campaign = format!("/v3/sms-campaigns/{}", made["data"]["sms_campaign_id"]);
    let (mut waits, mut accepted) = (Vec::new(), None);
    // Until the last message of the campaign has left: its status is that of accepting.
    loop {
        waits.push(code(&native, waits.len()).await?);
        if accepted.is_none()
            && native.get(&campaign).await?.expect(200)?["data"]["status"] == "Sent"
        {
            accepted = Some(began.elapsed());
        }
        if accepted.is_some() && queued(&native).await? == 0 {
            break;
        }
        ensure!(began.elapsed() < CAMPAIGN_MAX, "the campaign never ended");
        tokio::time::sleep(PAUSE).await;
    }
    let accepted = accepted.context("an end")?.as_secs_f64();
    readings.note(
        "the campaign, accepted",
        format!("{:.0} messages/s", rows as f64 / accepted),
    );
    let sent = began.elapsed().as_secs_f64();
    readings.note(
        "the campaign, with a carrier",
        format!("{:.0} messages/s", rows as f64 / sent),
    );
    readings.note("codes", waits.len());
    waits.sort_unstable();
    let p99 = waits[(waits.len() * 99 / 100).min(waits.len() - 1)];
    readings.note("a code beside it, median", shown(median(waits)));
    readings.at_most("a code beside it, p99", millis(p99), "ms", WAIT_P99_MAX_MS);
    server.stop()?;
    readings.finish()
}

fn shown(time: Duration) -> String {
    format!("{:.0} ms", millis(time))
}

/// Sends a code; how long after the answer a carrier had it.
async fn code(native: &Api, n: usize) -> Result<Duration> {
    let message = json!({"to": "+61400000000", "from": "Code", "body": format!("Your code is {n}"), "source": "e2e"});
    let sent = native
        .post("/v3/sms/send", &json!({"messages": [message]}))
        .await?
        .expect(200)?;
    let began = Instant::now();
    let id = sent["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?
        .to_owned();
    loop {
        let page = native
            .get(&format!("/v3/sms/history?q=message_id:{id}"))
            .await?
            .expect(200)?;
        let status = page["data"]["data"][0]["status"]
            .as_str()
            .context("a status")?;
        if status != "Queued" {
            return Ok(began.elapsed());
        }
        ensure!(began.elapsed() < CAMPAIGN_MAX, "a code never left");
        tokio::time::sleep(LOOK).await;
    }
}

async fn queued(native: &Api) -> Result<u64> {
    let page = native
        .get("/v3/sms/history?limit=1&q=status:Queued")
        .await?
        .expect(200)?;
    page["data"]["total"].as_u64().context("a total")
}

async fn list(native: &Api, rows: usize) -> Result<i64> {
    let made = native
        .post("/v3/lists", &json!({"list_name": "Everybody"}))
        .await?
        .expect(200)?;
    let list = made["data"]["list_id"].as_i64().context("a list")?;
    let mut file = String::new();
    for n in 0..rows {
        writeln!(file, "+61{}", 410_000_000 + n)?;
    }
    let path = format!("/v3/lists/{list}");
    let request = native
        .request(
            reqwest::Method::POST,
            &format!("{path}/import?field_order=phone"),
        )
        .header("content-type", "text/csv")
        .body(file);
    api::send(request).await?.expect(200)?;
    loop {
        let seen: Value = native.get(&path).await?.expect(200)?["data"].clone();
        if seen["_contacts_count"] == rows && seen["_import_in_progress"] == 0 {
            return Ok(list);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
