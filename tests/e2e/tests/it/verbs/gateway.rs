//! Verbs over the control plane beside those that other tests live on: keys that change, accounts that are verified, one record of the audit.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::Home;
use postern_e2e::origin::Origin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use super::{json, run, text};

#[tokio::test]
async fn a_key_is_changed_and_the_record_says_how() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let made = json(
        &home,
        &server,
        "key create --name first --app clicksend --rate 5",
    )?;
    let id = made["key_id"].as_str().context("an id")?;
    let changed = json(
        &home,
        &server,
        &format!("key change {id} --name second --cidr 10.0.0.0/8 --clear apps --clear rate"),
    )?;
    let key = &changed["key"];
    ensure!(
        key["name"] == "second" && key["cidr"][0] == "10.0.0.0/8",
        "{key}"
    );
    ensure!(key["apps"].is_null(), "the role's default: {key}");
    let nothing = run(&home, &server, &["key", "change", id])?;
    assert_eq!(nothing.status.code(), Some(2));

    let list = json(
        &home,
        &server,
        &format!("audit list --object {id} --since 1h"),
    )?;
    let record = list["records"]
        .as_array()
        .context("records")?
        .iter()
        .find(|one| one["action"] == "key.change")
        .with_context(|| list.to_string())?;
    let record = record["audit_id"].as_str().context("an id")?;
    let said = text(&home, &server, &format!("audit view {record}"))?;
    ensure!(said.contains("key.change") && said.contains(id), "{said}");
    let none = json(
        &home,
        &server,
        &format!("audit list --object {id} --until 1h"),
    )?;
    assert_eq!(none["records"], serde_json::json!([]));
    let (chain, key) = (
        json(&home, &server, "audit chain")?,
        json(&home, &server, "audit key")?,
    );
    ensure!(chain["chain"] == key["chain"], "{chain} {key}");
    ensure!(text(&home, &server, "app list")?.contains("clicksend"));
    Ok(())
}

#[tokio::test]
async fn an_account_is_verified_and_one_that_is_refused_is_an_exit_code() -> Result<()> {
    let takes = Arc::new(AtomicBool::new(true));
    let open = Arc::clone(&takes);
    let origin = Origin::start(move |_| {
        let (status, body) = match open.load(Ordering::SeqCst) {
            true => (
                "200 OK",
                r#"{"http_code":200,"response_code":"SUCCESS","response_msg":"","data":{"user_id":1,"username":"u"}}"#,
            ),
            false => (
                "401 Unauthorized",
                r#"{"http_code":401,"response_code":"UNAUTHORIZED","response_msg":"","data":null}"#,
            ),
        };
        let length = body.len();
        format!("HTTP/1.1 {status}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\nconnection: close\r\n\r\n{body}")
            .into_bytes()
    })?;
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.args(["--egress-allow", "127.0.0.0/8"]);
    })?;
    let body = serde_json::json!({"app": "clicksend", "upstream": origin.url(), "name": "shop",
                                  "credentials": {"username": "u", "password": "p"}});
    server
        .api()
        .post("/connections", &body)
        .await?
        .expect(201)?;
    let verified = json(&home, &server, "connection verify shop")?;
    assert_eq!(verified["status"], "ACTIVE", "{verified}");
    takes.store(false, Ordering::SeqCst);
    let refused = run(&home, &server, &["connection", "verify", "shop"])?;
    let said = String::from_utf8_lossy(&refused.stderr).into_owned();
    assert_eq!(refused.status.code(), Some(1), "{said}");
    ensure!(said.contains("postern connection reconnect"), "{said}");
    Ok(())
}

#[tokio::test]
async fn what_was_sent_is_summed() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    json(&home, &server, "sms send +15551234567 +61411111111 -b hi")?;
    let usage = json(&home, &server, "usage --by country")?;
    assert_eq!(usage["total"]["messages"], 2, "{usage}");
    for (by, said) in [
        ("country", "AU"),
        ("key", "all"),
        ("channel", "sms"),
        ("day", "20"),
    ] {
        let table = text(&home, &server, &format!("usage --by {by}"))?;
        ensure!(table.contains(said), "{by}: {table}");
    }
    Ok(())
}

#[tokio::test]
async fn a_message_that_waits_for_a_hand_is_decided() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    text(&home, &server, "simulator handset +15551234567 by_hand")?;
    let sent = json(&home, &server, "sms send +15551234567 -b hello")?;
    let id = sent["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    // It waits from the moment on at which the carrier has it.
    let decide = ["simulator", "decide", id, "--refuse", "--json"];
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(30);
    let handled = loop {
        let output = run(&home, &server, &decide)?;
        if output.status.success() {
            break String::from_utf8_lossy(&output.stdout).into_owned();
        }
        ensure!(std::time::Instant::now() < deadline, "{output:?}");
        tokio::time::sleep(std::time::Duration::from_millis(50)).await;
    };
    ensure!(handled.contains("true"), "{handled}");
    let again = run(&home, &server, &["simulator", "decide", id])?;
    ensure!(!again.status.success(), "it is over");
    Ok(())
}
