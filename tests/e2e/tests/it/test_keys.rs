//! Test keys: a world of their own. Everything works, nothing leaves, and neither world sees the other.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server, origin::Origin, origin::answer, server::finish};
use serde_json::{Value, json};
use std::time::Duration;

const PAUSE: Duration = Duration::from_millis(20);

/// `postern key create --test`
fn create(home: &Home, server: &Server, role: &str) -> Result<Api> {
    let mut command = home.command()?;
    command
        .args([
            "key", "create", "--name", "play", "--role", role, "--test", "--json",
        ])
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    let output = finish(&mut command)?;
    let made: Value = serde_json::from_slice(&output.stdout).context("JSON")?;
    let secret = made["api_key"].as_str().context("a secret")?;
    ensure!(secret.starts_with("pst_test_"), "{made}");
    Ok(Api::bearer(&server.gateway_url(), secret))
}

async fn refused(answer: postern_e2e::Answer, word: &str) -> Result<()> {
    let body = answer.expect(403)?;
    ensure!(body["error"] == word, "{body}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_test_key_has_a_world_of_its_own() -> Result<()> {
    let origin = Origin::start(|_| answer("200 OK", "", b""))?;
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
    })?;
    let (live, native) = (server.api(), server.native());
    let play = create(&home, &server, "agent")?;
    let manager = create(&home, &server, "full")?;

    // Its messages are delivered, by the simulator, and paid for with the sandbox's own money.
    let before = history::balance(&native, "").await?;
    play.post(
        "/clicksend/v3/sms/send",
        &history::messages(&["play".into()]),
    )
    .await?
    .expect(200)?;
    live.post(
        "/clicksend/v3/sms/send",
        &history::messages(&["live".into()]),
    )
    .await?
    .expect(200)?;
    let paid = before - history::balance(&native, "").await?;
    loop {
        let rows = history::all(&play, "/clicksend").await?;
        ensure!(
            rows.len() == 1 && rows[0]["custom_string"] == "play",
            "{rows:?}"
        );
        if matches!(
            rows[0]["status"].as_str(),
            Some("Sent" | "Completed" | "Delivered")
        ) {
            break;
        }
        tokio::time::sleep(PAUSE).await;
    }

    // Live keys do not see it, nor pay for it.
    for (api, prefix) in [(&live, "/clicksend"), (&native, "")] {
        let rows = history::all(api, prefix).await?;
        ensure!(
            rows.len() == 1 && rows[0]["custom_string"] == "live",
            "{rows:?}"
        );
    }
    let price = history::all(&native, "").await?[0]["message_price"]
        .as_str()
        .context("a price")?
        .parse::<f64>()?;
    ensure!((paid - price).abs() < 0.000_1, "{paid} for {price}");

    // It names no live connection, calls no other app, and manages nothing live.
    let connections = live.get("/connections").await?.expect(200)?;
    let connections = connections["connections"].as_array().context("a list")?;
    let of = |sandbox: bool| {
        let found = connections.iter().find(|one| one["sandbox"] == sandbox);
        found.and_then(|one| one["connection_id"].as_str())
    };
    let (owner, sandbox) = (of(false).context("live")?, of(true).context("sandbox")?);
    for api in [&play, &manager] {
        let request = api
            .request(reqwest::Method::GET, "/clicksend/v3/account")
            .header("Postern-Connection", owner);
        refused(postern_e2e::api::send(request).await?, "test_key").await?;
        let seen = api.get("/connections").await?.expect(200)?;
        let seen: Vec<_> = seen["connections"]
            .as_array()
            .context("a list")?
            .iter()
            .map(|one| one["connection_id"].clone())
            .collect();
        ensure!(seen == [sandbox], "{seen:?}");
    }
    for path in ["/accounts", "/audit", "/alerts", "/limits"] {
        refused(manager.get(path).await?, "test_key").await?;
    }
    let keys = manager.get("/keys").await?.expect(200)?;
    ensure!(
        keys["keys"]
            .as_array()
            .is_some_and(|keys| keys.iter().all(|key| key["test"] == true)),
        "{keys}"
    );
    let made = manager.post("/keys", &json!({"name": "live"})).await?;
    refused(made, "wider_than_caller").await?;

    // Its webhooks and its media stay inside.
    let rule = json!({"dedicated_number": "*", "rule_name": "push", "message_search_type": 1, "message_search_term": "yes",
        "action": "URL", "action_address": format!("{}/hook", origin.url()), "enabled": 1, "webhook_type": "json"});
    let made = manager
        .post("/clicksend/v3/automations/sms/inbound", &rule)
        .await?;
    ensure!(matches!(made.status, 200 | 403), "{}", made.text);
    let picture = json!({"media_file": format!("{}/cat.gif", origin.url()), "messages": [{"to": "+15551234567", "body": "A cat", "subject": "Cat"}]});
    let sent = play
        .post("/clicksend/v3/mms/send", &picture)
        .await?
        .expect(200)?;
    ensure!(sent["data"]["queued_count"] == 0, "{sent}");
    // This number answers yes, which the rule is about.
    let asked =
        json!({"messages": [{"to": "+15550000303", "body": "Come?", "custom_string": "party"}]});
    let sent = play
        .post("/clicksend/v3/sms/send", &asked)
        .await?
        .expect(200)?;
    let id = sent["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    let answers = format!("/clicksend/v3/sms/inbound/{id}");
    while play.get(&answers).await?.status != 200 {
        tokio::time::sleep(PAUSE).await;
    }
    tokio::time::sleep(Duration::from_secs(2)).await;
    ensure!(origin.text().is_empty(), "{}", origin.text());
    server.stop()
}
