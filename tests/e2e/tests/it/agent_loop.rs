//! An agent in a loop: it tries ten thousand texts. The cap is reached exactly, the operator is told once that it is near and once that it was hit,
//! and what the agent reads is enough for it to stop.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::{Home, api::Answer};
use serde_json::{Value, json};
use std::time::Duration;

const TRIES: usize = 10_000;
const CAP: usize = 50;
const HEARD_WITHIN: Duration = Duration::from_secs(60);
/// The teller looks every second; nothing more comes within some of them.
const QUIET: Duration = Duration::from_secs(4);

fn text(n: usize) -> Value {
    json!({"messages": [{"to": format!("+1555{:07}", n), "body": format!("Hello {n}"), "source": "agent"}]})
}

fn calls(origin: &Origin) -> Vec<String> {
    origin
        .text()
        .split("POST /alerts ")
        .skip(1)
        .map(str::to_owned)
        .collect()
}

/// Everything that a program, a model or a person needs to leave it at that.
fn says_stop(answer: &Answer) -> Result<()> {
    ensure!(answer.status == 403, "{}", answer.text);
    // Clients repeat a 429 or whatever says when: neither is here.
    ensure!(
        answer.header("retry-after").is_none(),
        "{:?}",
        answer.headers
    );
    let body = answer.json()?;
    ensure!(
        body["error"] == "limit_messages_per_day" && body["code"] == 403,
        "{body}"
    );
    let sentence = body["message"].as_str().context("a sentence")?;
    for part in [
        "Nothing was sent.",
        "at most 50 messages a day; 50 used, and this call asks for 1",
        "Resending will not help.",
    ] {
        ensure!(sentence.contains(part), "{part} in {sentence}");
    }
    ensure!(
        body["hint"]
            .as_str()
            .is_some_and(|hint| hint.contains("Do not resend")),
        "{body}"
    );
    let verdict = body["verdicts"][0].clone();
    ensure!(
        verdict["limit"] == "50" && verdict["used"] == "50",
        "{verdict}"
    );
    let passes_at = verdict["passes_at"]
        .as_str()
        .context("when it would pass")?;
    ensure!(
        passes_at.ends_with(":00:00Z") && sentence.contains(passes_at),
        "{passes_at} in {sentence}"
    );
    Ok(())
}

/// Where it is about noon: no day ends while this runs.
fn at_noon(now_unix: u64) -> String {
    let hour = i64::try_from(now_unix / 3600 % 24).unwrap_or(0);
    // The signs of these names are those of the time to be added to reach UTC.
    format!("Etc/GMT{:+}", hour - 12)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_tries_are_fifty_texts_and_two_alerts() -> Result<()> {
    let origin = Origin::start(|_| answer("200 OK", "", b""))?;
    let mut home = Home::new()?;
    let open = |command: &mut std::process::Command| {
        command
            .env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8")
            .env("POSTERN_PLATFORM_CREDIT", "1000.00");
    };
    let server = home.start_with(open)?;
    let endpoint = json!({"url": format!("{}/alerts", origin.url())});
    server
        .api()
        .post("/alerts/endpoints", &endpoint)
        .await?
        .expect(201)?;
    let limits =
        json!({"limits": {"messages_per_day": CAP, "timezone": at_noon(server.now_unix()?)}});
    let agent = server.agent(limits).await?;
    let before = history::balance(&server.native(), "").await?;
    let (mut sent, mut price) = (0, 0.0);
    for n in 0..TRIES {
        let answer = agent.post("/clicksend/v3/sms/send", &text(n)).await?;
        if sent < CAP {
            let data = answer.expect(200)?["data"].clone();
            ensure!(data["queued_count"] == 1, "{data}");
            price += data["total_price"].as_f64().context("a price")?;
            sent += 1;
        } else if n == CAP || n % 997 == 0 {
            says_stop(&answer)?;
        } else {
            ensure!(answer.status == 403, "{}", answer.text);
        }
    }
    ensure!(
        history::all(&server.native(), "").await?.len() == CAP,
        "the cap is exact"
    );
    let paid = before - history::balance(&server.native(), "").await?;
    ensure!((paid - price).abs() < 0.000_1, "{paid} for {price}");

    let waiting = async {
        while calls(&origin).len() < 2 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        tokio::time::sleep(QUIET).await;
    };
    tokio::time::timeout(HEARD_WITHIN, waiting)
        .await
        .with_context(|| format!("heard only: {}", origin.text()))?;
    let heard = calls(&origin);
    ensure!(heard.len() == 2, "{heard:?}");
    // They may overtake each other on the way.
    for (kind, id) in [("limit_near", "alert_1"), ("limit_hit", "alert_2")] {
        let call = heard
            .iter()
            .find(|call| call.contains(&format!("webhook-id: {id}")));
        let call = call.with_context(|| format!("{id} in {heard:?}"))?;
        for part in [format!("alert.{kind}"), "webhook-signature: v1,".to_owned()] {
            ensure!(call.contains(&part), "{part} in {call}");
        }
    }
    let list = server.api().get("/alerts").await?.expect(200)?;
    ensure!(list["alerts"].as_array().map(Vec::len) == Some(2), "{list}");
    // One line in the log for each, and none that names a recipient.
    let log = server.said();
    let lines: Vec<_> = log.lines().filter(|line| line.contains("alert_")).collect();
    ensure!(
        lines.len() == 2 && !lines.iter().any(|line| line.contains("+1555")),
        "{lines:?}"
    );
    // After a restart there is nothing to say.
    server.stop()?;
    let server = home.start_with(open)?;
    tokio::time::sleep(QUIET).await;
    ensure!(calls(&origin).len() == 2, "{:?}", calls(&origin));
    server.stop()
}
