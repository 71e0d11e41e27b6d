//! A frozen key sends nothing: not by a new call, not what was scheduled, not by a campaign, and not after `kill -9`.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server, server::finish};
use serde_json::{Value, json};
use std::process::Output;
use std::time::Duration;

const SCHEDULED: usize = 20;
/// From their acceptance on, until they are due.
const DUE_AFTER_SECONDS: u64 = 3;
const PAUSE: Duration = Duration::from_millis(20);

fn postern(home: &Home, server: &Server, arguments: &[&str]) -> Result<Output> {
    let mut command = home.command()?;
    command
        .args(arguments)
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    finish(&mut command)
}

async fn contacts(api: &Api) -> Result<Value> {
    let list = api
        .post("/v3/lists", &json!({"list_name": "Everybody"}))
        .await?
        .expect(200)?["data"]["list_id"]
        .clone();
    for n in 0..5 {
        let contact = json!({"phone_number": format!("+1555123000{n}")});
        api.post(&format!("/v3/lists/{list}/contacts"), &contact)
            .await?
            .expect(200)?;
    }
    Ok(list)
}

/// Statuses in the history of messages whose `custom_string` begins so.
async fn statuses(api: &Api, beginning: &str) -> Result<Vec<String>> {
    let rows = history::all(api, "").await?;
    let ours = rows.iter().filter(|row| {
        row["custom_string"]
            .as_str()
            .is_some_and(|text| text.starts_with(beginning))
    });
    Ok(ours
        .filter_map(|row| row["status"].as_str().map(str::to_owned))
        .collect())
}

/// Looks again until it is as wished; the test's own time limit ends this.
async fn until(
    api: &Api,
    beginning: &str,
    count: usize,
    wished: impl Fn(&str) -> bool,
) -> Result<()> {
    loop {
        let seen = statuses(api, beginning).await?;
        if seen.len() == count && seen.iter().all(|status| wished(status)) {
            return Ok(());
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn left(status: &str) -> bool {
    matches!(status, "Sent" | "Completed" | "Delivered")
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_of_a_frozen_key_leaves_until_it_is_released() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let list = contacts(&server.native()).await?;
    let made = server
        .api()
        .post("/keys", &json!({"name": "frozen", "role": "full"}))
        .await?
        .expect(201)?;
    let id = made["key_id"].as_str().context("an id")?.to_owned();
    let secret = made["api_key"].as_str().context("a secret")?.to_owned();
    let key = Api::bearer(&server.gateway_url(), &secret);
    let other = server.agent(json!({})).await?;
    let due = server.now_unix()? + DUE_AFTER_SECONDS;
    for (api, name) in [(&key, "held"), (&other, "free")] {
        let names: Vec<_> = (0..SCHEDULED).map(|n| format!("{name}-{n}")).collect();
        let mut body = history::messages(&names);
        for message in body["messages"].as_array_mut().context("messages")? {
            message["schedule"] = due.into();
        }
        api.post("/clicksend/v3/sms/send", &body)
            .await?
            .expect(200)?;
    }
    let campaign = json!({"list_id": list, "name": "Sale", "from": "", "body": "Hello", "custom_string": "campaign", "schedule": due});
    key.post("/clicksend/v3/sms-campaigns/send", &campaign)
        .await?
        .expect(200)?;

    let output = postern(&home, &server, &["freeze", "key", "frozen", "--json"])?;
    ensure!(output.status.success(), "{output:?}");
    let frozen: Value = serde_json::from_slice(&output.stdout)?;
    ensure!(frozen["freeze"]["id"] == id.as_str(), "{frozen}");
    ensure!(
        frozen["holds"]["scheduled"] == SCHEDULED && frozen["holds"]["campaigns"] == 1,
        "{frozen}"
    );
    server.kill()?;

    let server = home.start()?;
    let (api, key) = (server.native(), Api::bearer(&server.gateway_url(), &secret));
    let refused = key
        .post(
            "/clicksend/v3/sms/send",
            &history::messages(&["new".into()]),
        )
        .await?
        .expect(403)?;
    ensure!(refused["error"] == "frozen", "{refused}");
    // Those of the other key were due at the same time, and the campaign's messages are made after it.
    until(&api, "free", SCHEDULED, left).await?;
    until(&api, "campaign", 5, |_| true).await?;
    let one = format!("/freeze?scope=key&id={id}");
    while server.api().get(&one).await?.expect(200)?["holds"]["late"] != SCHEDULED + 5 {
        tokio::time::sleep(PAUSE).await;
    }
    for beginning in ["held", "campaign"] {
        let seen = statuses(&api, beginning).await?;
        ensure!(!seen.iter().any(|status| left(status)), "{seen:?}");
    }
    server.kill()?;

    let server = home.start()?;
    let api = server.native();
    let seen = statuses(&api, "held").await?;
    ensure!(!seen.iter().any(|status| left(status)), "{seen:?}");
    let output = postern(&home, &server, &["unfreeze", "key", &id])?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        !output.status.success() && said.contains("25 messages that are late"),
        "{said}"
    );
    let output = postern(&home, &server, &["unfreeze", "key", &id, "--yes"])?;
    ensure!(output.status.success(), "{output:?}");
    until(&api, "held", SCHEDULED, left).await?;
    until(&api, "campaign", 5, left).await?;
    server.stop()
}
