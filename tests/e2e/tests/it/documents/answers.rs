//! Answers and lines that documents show, beside real ones.

use super::block;
use crate::fences;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::{Home, api};
use reqwest::Method;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::Duration;

const HEARD_WITHIN: Duration = Duration::from_secs(60);

/// What is shown, with other moments and addresses.
fn shown(document: &str, beginning: &str, varying: &[&str]) -> Result<Value> {
    let mut text = block(document, beginning)?.text;
    for part in varying {
        text = text.replace(part, "…");
    }
    serde_json::from_str(&text).context("what is shown is no JSON")
}

#[tokio::test]
async fn the_refusal_of_limits() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let agent = server
        .agent(json!({"limits": {"messages_per_day": 200}}))
        .await?;
    let send = |count: u32, first: u32| {
        let messages: Vec<_> = (first..first + count)
            .map(|number| json!({"to": format!("+1555{number:07}"), "body": "Hello"}))
            .collect();
        json!({"messages": messages})
    };
    let path = "/clicksend/v3/sms/send";
    agent.post(path, &send(195, 1_000_000)).await?.expect(200)?;
    let refused = agent.post(path, &send(10, 2_000_000)).await?.expect(403)?;
    let shown = shown(
        "docs/limits.md",
        "{\"message\": \"Nothing was sent.",
        &["2026-11-24T00:00:00Z"],
    )?;
    fences::like(&shown, &refused, "")?;
    server.stop()
}

#[tokio::test]
async fn the_line_of_a_request_and_that_of_a_start() -> Result<()> {
    let mut home = Home::new()?;
    home.start()?.stop()?;
    let server = home.start()?;
    let ports = ["127.0.0.1:8080", "127.0.0.1:8081", "127.0.0.1:9090"];
    let ready = shown("docs/operations.md", "{\"event\":\"ready\"", &ports)?;
    fences::like(&ready, &server.ready, "")?;
    ensure!(names(&ready) == names(&server.ready), "{}", server.ready);

    let message = json!({"messages": [{"to": "+15551234567", "body": "Hello"}]});
    server
        .api()
        .post("/clicksend/v3/sms/send", &message)
        .await?
        .expect(200)?;
    let log = server.log.clone();
    server.stop()?;
    let line = shown("docs/logging.md", "{\"level\"", &[])?;
    let log = std::fs::read_to_string(log)?;
    let written = log
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .find(|written| written["operation"] == line["operation"])
        .with_context(|| format!("no such line in {log}"))?;
    ensure!(names(&line) == names(&written), "{written}");
    for name in [
        "level",
        "message",
        "client.address",
        "request.method",
        "app",
        "effect",
        "response.status",
    ] {
        ensure!(line[name] == written[name], "{name} of {written}");
    }
    Ok(())
}

fn names(value: &Value) -> BTreeSet<&String> {
    value
        .as_object()
        .into_iter()
        .flat_map(|fields| fields.keys())
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_call_of_an_alert() -> Result<()> {
    let endpoint = Origin::start(|_| answer("200 OK", "", b""))?;
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
    })?;
    let url = json!({"url": format!("{}/postern", endpoint.url())});
    server
        .api()
        .post("/alerts/endpoints", &url)
        .await?
        .expect(201)?;
    let agent = server
        .agent(json!({"limits": {"messages_per_day": 50}}))
        .await?;
    let send = |count: u32, first: u32| {
        let messages: Vec<_> = (first..first + count)
            .map(|number| json!({"to": format!("+1555{number:07}"), "body": "Hello"}))
            .collect();
        let request = agent.request(Method::POST, "/clicksend/v3/sms/send");
        api::send(request.json(&json!({"messages": messages})))
    };
    send(50, 0).await?.expect(200)?;
    send(1, 50).await?.expect(403)?;

    let shown = block("docs/alerts.md", "POST /postern")?.text;
    let (head, body) = shown.split_once("\n\n").context("head and body")?;
    let body = ["alert_17", "2026-11-23T14:03:07Z", "2026-11-24T00:00:00Z"]
        .iter()
        .fold(body.to_owned(), |body, varying| body.replace(varying, "…"));
    let heard = tokio::time::timeout(HEARD_WITHIN, async {
        loop {
            let calls = endpoint.text();
            if let Some(hit) = calls.split("POST ").find_map(whole_hit) {
                return hit;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    });
    let (said, sent) = heard
        .await
        .with_context(|| format!("heard only: {}", endpoint.text()))?;
    for (name, _) in head.lines().filter_map(|line| line.split_once(": ")) {
        ensure!(
            said.to_lowercase().contains(&format!("\n{name}: ")),
            "{name} in {said}"
        );
    }
    fences::like(&serde_json::from_str(&body)?, &sent, "")?;
    server.stop()
}

/// Head and body of a call about a limit that was hit, if all of it is there.
fn whole_hit(call: &str) -> Option<(String, Value)> {
    let (head, body) = call.split_once("\r\n\r\n")?;
    let body: Value = serde_json::Deserializer::from_str(body)
        .into_iter()
        .next()?
        .ok()?;
    (body["type"] == "alert.limit_hit").then(|| (head.to_owned(), body))
}
