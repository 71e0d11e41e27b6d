//! An account of another ClickSend-like service is brought over: broken off in the middle, gone on with, and repeated.

use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::server::finish;
use postern_e2e::{Api, Home, Server};
use serde_json::{Value, json};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

const CONTACTS: usize = 250;
const TEXTS: usize = 230;
const IN_THE_MIDDLE_WITHIN: Duration = Duration::from_secs(60);

/// Two lists with contacts beside the Opt-Out List, templates, texts that were sent and one that waits.
async fn fill(api: &Api) -> Result<()> {
    let big = api
        .post("/v3/lists", &json!({"list_name": "Everybody"}))
        .await?
        .expect(200)?["data"]["list_id"]
        .clone();
    api.post("/v3/lists", &json!({"list_name": "Nobody"}))
        .await?
        .expect(200)?;
    let rows: String = (0..CONTACTS)
        .map(|n| format!("+1555200{n:04},First{n},n{n}@example.com\n"))
        .collect();
    let file =
        json!({"content": STANDARD.encode(rows), "field_order": ["phone", "first_name", "email"]});
    api.post(&format!("/v3/lists/{big}/import"), &file)
        .await?
        .expect(200)?;
    let opt_out = api.get("/v3/lists").await?.expect(200)?["data"]["data"][0]["list_id"].clone();
    let gone = json!({"phone_number": "+15552000007", "first_name": "Gone"});
    api.post(&format!("/v3/lists/{opt_out}/contacts"), &gone)
        .await?
        .expect(200)?;
    for name in ["one", "two", "three"] {
        let template =
            json!({"template_name": name, "body": format!("Hello (First Name), {name}")});
        api.post("/v3/sms/templates", &template)
            .await?
            .expect(200)?;
    }
    let mut messages: Vec<Value> = (0..TEXTS)
        .map(|n| json!({"to": "+61411111111", "body": format!("text {n}")}))
        .collect();
    messages.push(json!({"to": "+15551234567", "body": "waits", "schedule": 4_000_000_000_u64}));
    let sent = api
        .post("/v3/sms/send", &json!({"messages": messages}))
        .await?
        .expect(200)?;
    assert_eq!(
        sent["data"]["queued_count"],
        TEXTS + 1,
        "{}",
        sent["data"]["messages"][0]
    );
    let deadline = Instant::now() + IN_THE_MIDDLE_WITHIN;
    while counts(api).await?["contacts"] != CONTACTS + 1 {
        if Instant::now() > deadline {
            bail!("the file was not imported");
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    Ok(())
}

/// How much an account has of everything that is brought.
async fn counts(api: &Api) -> Result<Value> {
    let total = async |path: &str| -> Result<u64> {
        api.get(path).await?.expect(200)?["data"]["total"]
            .as_u64()
            .context("a page")
    };
    let lists = api.get("/v3/lists?limit=100").await?.expect(200)?;
    let rows = lists["data"]["data"].as_array().context("lists")?;
    let contacts: u64 = rows
        .iter()
        .filter_map(|list| list["_contacts_count"].as_u64())
        .sum();
    let mut names: Vec<_> = rows
        .iter()
        .map(|list| format!("{}: {}", list["list_name"], list["_contacts_count"]))
        .collect();
    names.sort();
    Ok(json!({
        "lists": rows.len(), "named": names, "contacts": contacts,
        "templates": total("/v3/sms/templates").await?, "texts": total("/v3/sms/history?q=status:completed").await?,
    }))
}

fn command(home: &Home, server: &Server, connection: &str) -> Result<Command> {
    let mut command = home.command()?;
    command.args([
        "import",
        "clicksend",
        "--json",
        "--connection",
        connection,
        "--url",
        &server.gateway_url(),
    ]);
    command.env("POSTERN_API_KEY", &server.first.api_key);
    Ok(command)
}

#[tokio::test]
async fn an_account_is_brought_over_although_the_import_is_killed() -> Result<()> {
    let (mut there, mut here) = (Home::new()?, Home::new()?);
    let theirs = there.start()?;
    fill(&theirs.native()).await?;
    // So few calls a second that the import is told to wait, and can be killed in the middle.
    let ours = here.start_with(|command| {
        command
            .env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8")
            .env("POSTERN_LIMITS_RATE_PER_SECOND", "10")
            .env("POSTERN_LIMITS_RATE_BURST", "10");
    })?;
    let body = json!({"app": "clicksend", "upstream": theirs.platform_url(), "name": "theirs", "credentials": {
        "username": theirs.first.platform_username, "password": theirs.first.platform_api_key}});
    let made = ours.api().post("/connections", &body).await?.expect(201)?;
    let connection = made["connection"]["connection_id"]
        .as_str()
        .with_context(|| format!("{made}"))?
        .to_owned();

    let mut child = command(&here, &ours, &connection)?
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()?;
    let deadline = Instant::now() + IN_THE_MIDDLE_WITHIN;
    loop {
        let counts = counts(&ours.native()).await?;
        if counts["contacts"].as_u64() >= Some(20) {
            break;
        }
        if Instant::now() > deadline {
            bail!("the import brings nothing: {counts}");
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    child.kill()?;
    child.wait()?;
    let middle = counts(&ours.native()).await?;
    assert_eq!(middle["texts"], 0, "killed before the end: {middle}");

    let said = finish(&mut command(&here, &ours, &connection)?)?;
    assert!(
        said.status.success(),
        "{}",
        String::from_utf8_lossy(&said.stderr)
    );
    let brought: Value = serde_json::from_slice(&said.stdout)?;
    assert_eq!(
        (&brought["resumed"], &brought["texts"]["skipped"]),
        (&json!(true), &json!(1)),
        "{brought}"
    );
    let wanted = counts(&theirs.native()).await?;
    assert_eq!(counts(&ours.native()).await?, wanted);
    let total = ours.native().get("/v3/statistics/sms").await?.expect(200)?["data"]["total"]["outbound"]["count"].clone();
    assert_eq!(total, TEXTS);

    // Again: everything is here already.
    let said = finish(&mut command(&here, &ours, &connection)?)?;
    let again: Value = serde_json::from_slice(&said.stdout)?;
    for kind in ["lists", "contacts", "templates", "texts"] {
        assert_eq!(again[kind]["added"], 0, "{again}");
    }
    assert_eq!(counts(&ours.native()).await?, wanted);
    Ok(())
}
