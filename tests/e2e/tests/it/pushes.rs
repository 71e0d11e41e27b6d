//! Pushes of a real server to a real listener: signed, tried again after `kill -9`, never lost.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::Home;
use postern_e2e::origin::{Origin, answer};
use serde_json::json;

/// The first wait is ten seconds and a fifth, at most.
const HEARD_WITHIN: Duration = Duration::from_secs(60);

fn header(request: &str, name: &str) -> Option<String> {
    let line = request
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim().to_owned())
}

/// The requests so far: every call has a connection of its own or a line of its own.
fn requests(origin: &Origin) -> Vec<String> {
    origin
        .text()
        .split("POST /hook ")
        .skip(1)
        .map(str::to_owned)
        .collect()
}

async fn heard(origin: &Origin, count: usize) -> Result<Vec<String>> {
    let waiting = async {
        while requests(origin).len() < count {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(HEARD_WITHIN, waiting)
        .await
        .with_context(|| format!("heard only: {}", origin.text()))?;
    Ok(requests(origin))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_push_that_failed_arrives_after_a_kill_under_the_same_id() -> Result<()> {
    let ready = Arc::new(AtomicBool::new(false));
    let is_ready = Arc::clone(&ready);
    let origin = Origin::start(move |_| match is_ready.load(Ordering::SeqCst) {
        true => answer("200 OK", "", b""),
        false => answer("503 Not Yet", "", b""),
    })?;
    let mut home = Home::new()?;
    let open = |command: &mut std::process::Command| {
        command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
    };
    let server = home.start_with(open)?;
    let rule = json!({"dedicated_number": "*", "rule_name": "push", "message_search_type": 1, "message_search_term": "yes",
        "action": "URL", "action_address": format!("{}/hook", origin.url()), "enabled": 1, "webhook_type": "json"});
    let native = server.native();
    native
        .post("/v3/automations/sms/inbound", &rule)
        .await?
        .expect(200)?;
    // This number answers yes.
    let message =
        json!({"messages": [{"to": "+15550000303", "body": "Come?", "custom_string": "party"}]});
    native.post("/v3/sms/send", &message).await?.expect(200)?;
    heard(&origin, 1).await?;
    server.kill()?;

    ready.store(true, Ordering::SeqCst);
    let server = home.start_with(open)?;
    let calls = heard(&origin, 2).await?;
    let ids: Vec<_> = calls
        .iter()
        .map(|call| header(call, "webhook-id"))
        .collect();
    ensure!(ids[0].is_some() && ids[0] == ids[1], "{ids:?}");
    ensure!(
        header(&calls[1], "webhook-signature").is_some_and(|value| value.starts_with("v1,")),
        "{calls:?}"
    );
    for told in [
        r#""body":"Yes""#,
        r#""custom_string":"party""#,
        r#""original_body":"Come?""#,
    ] {
        ensure!(calls[1].contains(told), "{told} in {}", calls[1]);
    }
    // It has arrived: nothing more is said, not even after another start.
    server.stop()?;
    let server = home.start_with(open)?;
    server
        .api()
        .get("/clicksend/v3/account")
        .await?
        .expect(200)?;
    ensure!(requests(&origin).len() == 2, "{}", origin.text());
    Ok(())
}
