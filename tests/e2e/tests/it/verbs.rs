//! Every verb over ClickSend's surface, as a script runs it: what it answers with `--json`, and what it changed.

mod gateway;
mod listen;
mod people;
mod profiles;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::server::finish;
use postern_e2e::{Home, Server};
use serde_json::Value;
use std::process::Output;

/// A command against a server, as it ended.
fn run(home: &Home, server: &Server, line: &[&str]) -> Result<Output> {
    let mut command = home.command()?;
    command
        .args(line)
        .env("HOME", home.path())
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    finish(&mut command)
}

/// What a command says to programs; it must end well.
fn json(home: &Home, server: &Server, line: &str) -> Result<Value> {
    let words: Vec<&str> = line.split(' ').chain(["--json"]).collect();
    let output = run(home, server, &words)?;
    let said = String::from_utf8_lossy(&[&*output.stdout, &*output.stderr].concat()).into_owned();
    ensure!(output.status.success(), "{line}: {}\n{said}", output.status);
    serde_json::from_slice(&output.stdout).with_context(|| format!("{line} printed: {said}"))
}

/// What a command says to people; it must end well, and shows no colours off a terminal.
fn text(home: &Home, server: &Server, line: &str) -> Result<String> {
    let words: Vec<&str> = line.split(' ').collect();
    let output = run(home, server, &words)?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{line}: {output:?}");
    ensure!(!said.contains('\u{1b}'), "{line} is coloured: {said}");
    Ok(said)
}

#[tokio::test]
async fn texts_pictures_and_calls() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let sent = json(
        &home,
        &server,
        "sms send +15551234567 +15551234568 -b hi --idempotency-key k",
    )?;
    let again = json(
        &home,
        &server,
        "sms send +15551234567 +15551234568 -b hi --idempotency-key k",
    )?;
    ensure!(sent == again && sent["data"]["queued_count"] == 2, "{sent}");
    let id = sent["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    ensure!(
        text(&home, &server, "sms history")?.contains("2 messages, page 1 of 1"),
        "sent once"
    );
    json(&home, &server, "inbox wait +15551234567 --seconds 30")?;
    let receipt = json(&home, &server, &format!("sms receipts {id}"))?;
    ensure!(
        receipt["data"]["message_id"] == id || receipt["data"][0]["message_id"] == id,
        "{receipt}"
    );
    json(&home, &server, "inbox reply +15551234567 thanks")?;
    let inbound = json(&home, &server, "sms inbound")?;
    ensure!(inbound["data"]["data"][0]["body"] == "thanks", "{inbound}");
    json(&home, &server, "sms inbound --mark-read")?;
    ensure!(
        json(&home, &server, "sms inbound")?["data"]["total"] == 0,
        "read"
    );

    let later = json(
        &home,
        &server,
        "voice send +15551234567 -b hello --lang en-au --voice male --schedule 12h",
    )?;
    let id = later["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    json(&home, &server, &format!("voice cancel {id}"))?;
    ensure!(
        text(&home, &server, "voice history")?.contains("Cancelled"),
        "it shows"
    );
    ensure!(
        text(&home, &server, "voice languages")?.contains("en-au"),
        "languages"
    );
    json(&home, &server, "voice price +15551234567 -b hello")?;

    // One red point.
    const GIF: &[u8] = b"GIF89a\x01\x00\x01\x00\x80\x00\x00\xff\x00\x00\x00\x00\x00!\xf9\x04\x01\x00\x00\x00\x00,\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02D\x01\x00;";
    std::fs::write(home.path().join("red.gif"), GIF)?;
    let sent = json(
        &home,
        &server,
        "mms send +15551234567 -b look --media red.gif --subject Red",
    )?;
    ensure!(sent["data"]["messages"][0]["status"] == "SUCCESS", "{sent}");
    ensure!(
        text(&home, &server, "mms history")?.contains("look"),
        "pictures"
    );

    let refused = run(&home, &server, &["sms", "send", "+1", "-b", "hi"])?;
    ensure!(refused.status.code() == Some(1), "{refused:?}");
    let missing = run(&home, &server, &["sms", "receipts", "no-such-id", "--json"])?;
    ensure!(missing.status.code() == Some(11), "{missing:?}");
    let usage = json(&home, &server, "usage")?;
    ensure!(usage["data"]["sms_total"]["count"].is_number(), "{usage}");
    server.stop()
}

#[tokio::test]
async fn templates_addresses_and_webhooks() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let made = json(&home, &server, "template create greeting -b hello")?;
    let id = made["data"]["template_id"].as_i64().context("an id")?;
    json(&home, &server, &format!("template edit {id} -b bye"))?;
    ensure!(
        text(&home, &server, "template list")?.contains("bye"),
        "changed"
    );
    json(&home, &server, &format!("template delete {id} --yes"))?;
    ensure!(
        json(&home, &server, "template list")?["data"]["total"] == 0,
        "deleted"
    );

    let added = json(&home, &server, "email add ann@example.com")?;
    let id = added["data"]["email_address_id"]
        .as_i64()
        .context("an id")?;
    let mail = json(&home, &server, "inbox wait ann@example.com --seconds 30")?;
    let body = mail["body"].as_str().context("a mail")?;
    let token = body.split("/verify/").nth(1).context("a token")?;
    let token = token.split_whitespace().next().context("a token")?;
    json(&home, &server, &format!("email verify {id} {token}"))?;
    ensure!(
        json(&home, &server, "email list")?["data"]["data"][0]["verified"] == 1,
        "verified"
    );
    json(&home, &server, &format!("email delete {id} --yes"))?;

    let made = json(
        &home,
        &server,
        "webhook add https://example.com/hook --on inbound,voice-receipts",
    )?;
    ensure!(json(&home, &server, "webhook list")? == made, "{made}");
    ensure!(
        text(&home, &server, "sms rules")?.contains("https://example.com/hook"),
        "rules"
    );
    let names: Vec<_> = made
        .as_array()
        .context("two")?
        .iter()
        .filter_map(|one| one["webhook"].as_str())
        .collect();
    json(
        &home,
        &server,
        &format!("webhook remove {} --yes", names.join(" ")),
    )?;
    ensure!(
        json(&home, &server, "webhook list")? == serde_json::json!([]),
        "removed"
    );
    let secret = text(&home, &server, "webhook secret")?;
    ensure!(secret.starts_with("whsec_"), "{secret}");
    ensure!(
        text(&home, &server, "webhook secret --rotate --yes")? != secret,
        "another one"
    );
    server.stop()
}
