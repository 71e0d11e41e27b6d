//! A simulator that misbehaves on purpose, and the sandbox's own clock, with the real binary.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home};
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

const PAUSE: Duration = Duration::from_millis(20);
const PATIENCE: Duration = Duration::from_secs(30);

fn quick(command: &mut Command) {
    command
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "50")
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "50");
}

/// Sends `count` texts, each to a number of its own.
async fn send(api: &Api, custom_string: &str, count: usize) -> Result<()> {
    let messages: Vec<_> = (0..count)
        .map(|n| json!({"to": format!("+1555123{n:04}"), "body": custom_string, "custom_string": custom_string}))
        .collect();
    api.post("/clicksend/v3/sms/send", &json!({"messages": messages}))
        .await?
        .expect(200)?;
    Ok(())
}

async fn rows(api: &Api, custom_string: &str) -> Result<Vec<Value>> {
    let path = format!("/clicksend/v3/sms/history?limit=100&q=custom_string:{custom_string}");
    let page = api.get(&path).await?.expect(200)?;
    let rows = page["data"]["data"].as_array().context("rows")?;
    Ok(rows.clone())
}

/// Waits until every row satisfies `wanted`.
async fn until(
    api: &Api,
    custom_string: &str,
    count: usize,
    wanted: impl Fn(&Value) -> bool,
) -> Result<()> {
    let end = Instant::now() + PATIENCE;
    loop {
        let rows = rows(api, custom_string).await?;
        ensure!(rows.len() == count, "{} rows", rows.len());
        if rows.iter().all(&wanted) {
            return Ok(());
        }
        ensure!(Instant::now() < end, "{rows:?}");
        tokio::time::sleep(PAUSE).await;
    }
}

fn delivered(row: &Value) -> bool {
    row["status_code"].as_str().unwrap_or_default() == "201" || row["status_code"] == 201
}

fn sent(row: &Value) -> bool {
    row["status_code"].as_str().unwrap_or_default() == "200" || row["status_code"] == 200
}

fn code(row: &Value) -> i64 {
    let code = &row["error_code"];
    let text = code.as_str().and_then(|text| text.parse().ok());
    text.or(code.as_i64()).unwrap_or_default()
}

async fn chaos(api: &Api, body: Value) -> Result<()> {
    api.delete("/inbox/chaos").await?.expect(200)?;
    api.patch("/inbox/chaos", &body).await?.expect(200)?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_network_misbehaves_as_it_is_told_and_still_after_a_restart() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let api = server.api();

    chaos(&api, json!({"failures": [{"error_code": 12, "rate": 1.0}]})).await?;
    send(&api, "fails", 20).await?;
    until(&api, "fails", 20, |row| code(row) == 12).await?;

    // A carrier that says later loses nothing.
    chaos(&api, json!({"throttled": 0.8, "throttle_ms": 50})).await?;
    send(&api, "throttled", 50).await?;
    until(&api, "throttled", 50, delivered).await?;

    chaos(&api, json!({"doubled_receipts": 1.0})).await?;
    send(&api, "doubled", 20).await?;
    until(&api, "doubled", 20, delivered).await?;
    let receipts = api.get("/clicksend/v3/sms/receipts?limit=100").await?;
    let receipts = receipts.expect(200)?;
    let all = receipts["data"]["data"].as_array().context("receipts")?;
    let doubled = all
        .iter()
        .filter(|one| one["custom_string"] == "doubled")
        .count();
    ensure!(doubled == 20, "{doubled} receipts");

    chaos(&api, json!({"lost_receipts": 1.0})).await?;
    let server = {
        server.stop()?;
        home.start_with(quick)?
    };
    let api = server.api();
    send(&api, "lost", 10).await?;
    until(&api, "lost", 10, sent).await?;
    // Numbers that decide by themselves are reported; so the time of those before them has passed.
    let after = json!({"to": "+15550000303", "body": "after", "custom_string": "after"});
    api.post("/clicksend/v3/sms/send", &json!({"messages": [after]}))
        .await?
        .expect(200)?;
    until(&api, "after", 1, delivered).await?;
    until(&api, "lost", 10, sent).await?;
    server.stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn somebody_answers_a_call_and_switches_a_handset_off_and_on() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let api = server.api();
    let number = "+15551234567";
    let handset = |state: &'static str| {
        let api = server.api();
        async move {
            let path = format!("/inbox/handsets/{number}");
            api.put(&path, &json!({ "state": state }))
                .await?
                .expect(200)
        }
    };
    handset("off").await?;
    let message = json!({"to": number, "body": "Your code is 4711", "custom_string": "off"});
    api.post("/clicksend/v3/sms/send", &json!({"messages": [message]}))
        .await?
        .expect(200)?;
    until(&api, "off", 1, |row| code(row) == 12).await?;
    handset("on").await?;
    let inbox = api
        .get("/inbox?to=%2B15551234567&wait=20s")
        .await?
        .expect(200)?;
    ensure!(inbox["code"] == "4711", "{inbox}");

    handset("by_hand").await?;
    let call = json!({"to": number, "body": "Press a key", "voice": "female", "lang": "en-us", "require_input": 1});
    let said = api
        .post("/clicksend/v3/voice/send", &json!({"messages": [call]}))
        .await?
        .expect(200)?;
    let id = said["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    let end = Instant::now() + PATIENCE;
    loop {
        // As soon as it rings.
        let path = format!("/inbox/waiting/{id}");
        let answer = api.post(&path, &json!({"keys": "42"})).await?;
        if answer.status == 200 {
            break;
        }
        ensure!(Instant::now() < end, "{}", answer.text);
        tokio::time::sleep(PAUSE).await;
    }
    api.get("/inbox?to=%2B15551234567&wait=20s")
        .await?
        .expect(200)?;
    loop {
        let history = api.get("/clicksend/v3/voice/history").await?.expect(200)?;
        if history["data"]["data"][0]["digits"] == "42" {
            break;
        }
        ensure!(Instant::now() < end, "{history}");
        tokio::time::sleep(PAUSE).await;
    }
    server.stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_leaves_tomorrow_arrives_when_the_sandbox_is_moved_to_tomorrow() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let live = server.api();
    let made = live
        .post(
            "/keys",
            &json!({"name": "play", "role": "full", "test": true}),
        )
        .await?
        .expect(201)?;
    let secret = made["api_key"].as_str().context("a secret")?;
    let play = Api::bearer(&server.gateway_url(), secret);
    let tomorrow = server.now_unix()? + 24 * 3600;
    for (api, who) in [(&play, "play"), (&live, "live")] {
        let message = json!({"to": "+15551234567", "body": "Your code is 4711", "schedule": tomorrow, "custom_string": who});
        api.post("/clicksend/v3/sms/send", &json!({"messages": [message]}))
            .await?
            .expect(200)?;
    }
    // A campaign, too.
    let list = play
        .post("/clicksend/v3/lists", &json!({"list_name": "friends"}))
        .await?
        .expect(200)?;
    let list_id = &list["data"]["list_id"];
    play.post(
        &format!("/clicksend/v3/lists/{list_id}/contacts"),
        &json!({"phone_number": "+15551234568"}),
    )
    .await?
    .expect(200)?;
    play.post(
        "/clicksend/v3/sms-campaigns/send",
        &json!({"list_id": list_id, "name": "c", "body": "Tomorrow is here", "schedule": tomorrow}),
    )
    .await?
    .expect(200)?;

    let refused = live.post("/inbox/clock", &json!({"advance": "2d"})).await?;
    ensure!(refused.expect(409)?["error"] == "not_a_sandbox");
    play.post("/inbox/clock", &json!({"advance": "2d"}))
        .await?
        .expect(200)?;
    let inbox = play
        .get("/inbox?to=%2B15551234567&wait=20s")
        .await?
        .expect(200)?;
    ensure!(inbox["code"] == "4711", "{inbox}");
    let inbox = play
        .get("/inbox?to=%2B15551234568&wait=20s")
        .await?
        .expect(200)?;
    ensure!(
        inbox["messages"][0]["body"] == "Tomorrow is here",
        "{inbox}"
    );
    let waiting = rows(&live, "live").await?;
    ensure!(waiting[0]["status"] == "Scheduled", "{waiting:?}");
    // What is scheduled now is measured by the moved clock.
    let message = json!({"to": "+15551234569", "body": "at once", "schedule": tomorrow});
    play.post("/clicksend/v3/sms/send", &json!({"messages": [message]}))
        .await?
        .expect(200)?;
    let inbox = play
        .get("/inbox?to=%2B15551234569&wait=20s")
        .await?
        .expect(200)?;
    ensure!(inbox["messages"][0]["body"] == "at once", "{inbox}");
    server.stop()
}
