//! `postern webhook listen`: a program without a public address hears what a webhook would bring, signed, even from a sandbox.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::server::finish;
use postern_e2e::{Api, Home};
use postern_vault::webhook::{parse_secret, sign};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::process::Stdio;

fn header<'a>(request: &'a str, name: &str) -> Option<&'a str> {
    let line = request
        .lines()
        .find(|line| line.to_ascii_lowercase().starts_with(&format!("{name}:")))?;
    Some(line.split_once(':')?.1.trim())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_program_hears_what_a_webhook_would_bring() -> Result<()> {
    let origin = Origin::start(
        |request| match request.starts_with(b"POST /hook?of=mine ") {
            true => answer("202 Accepted", "", b""),
            false => answer("404 Not Found", "", b""),
        },
    )?;
    let mut home = Home::new()?;
    let server = home.start()?;
    let body = json!({"name": "tester", "role": "full", "test": true});
    let made = server.api().post("/keys", &body).await?.expect(201)?;
    let key = made["api_key"].as_str().context("a key")?;
    let url = server.gateway_url();
    let command = |line: &str| -> Result<std::process::Command> {
        let mut command = home.command()?;
        command
            .args(line.split(' '))
            .env("POSTERN_URL", &url)
            .env("POSTERN_API_KEY", key);
        Ok(command)
    };
    let line = format!(
        "webhook listen --forward-to {}/hook?of=mine --on inbound,receipts --count 2",
        origin.url()
    );
    let mut listening = command(&line)?
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let mut remarks = BufReader::new(listening.stderr.take().context("piped")?).lines();
    loop {
        let remark = remarks.next().context("it ended")??;
        if remark.starts_with("Listening at ") {
            break;
        }
    }
    // This number answers yes.
    let message = json!({"messages": [{"to": "+15550000303", "body": "Come?"}]});
    let tester = Api::bearer(&url, key);
    tester
        .post("/clicksend/v3/sms/send", &message)
        .await?
        .expect(200)?;
    let said = tokio::task::spawn_blocking(move || listening.wait_with_output()).await??;
    let lines = String::from_utf8(said.stdout)?;
    ensure!(
        said.status.success()
            && lines.lines().count() == 2
            && lines.matches("  202  ").count() == 2,
        "{lines}"
    );
    ensure!(
        lines.contains("  inbound  ") && lines.contains("  sms_receipt  "),
        "{lines}"
    );

    let secret = finish(&mut command("webhook secret")?)?;
    let secret = parse_secret(&String::from_utf8(secret.stdout)?).context("a secret")?;
    let heard = origin.text();
    let mut bodies = Vec::new();
    for request in heard.split("POST /hook?of=mine ").skip(1) {
        let (id, at) = header(request, "webhook-id")
            .zip(header(request, "webhook-timestamp"))
            .context("named")?;
        let length: usize = header(request, "content-length")
            .context("a length")?
            .parse()?;
        let (_, body) = request.split_once("\r\n\r\n").context("a body")?;
        let body = &body[..length];
        let wanted = sign(&secret, id, at.parse()?, body.as_bytes());
        ensure!(
            header(request, "webhook-signature") == Some(&*wanted),
            "{request}"
        );
        bodies.push(body.to_owned());
    }
    let text = bodies
        .iter()
        .find_map(|body| serde_json::from_str::<Value>(body).ok());
    let text = text.context("the text is JSON")?;
    ensure!(
        text["body"] == "Yes" && text["original_body"] == "Come?",
        "{text}"
    );
    ensure!(
        bodies.iter().any(|body| body.contains("status=Delivered")),
        "the receipt is a form"
    );

    // Nothing is told twice, and an old place is an old place.
    let old = tester
        .get("/events?after=0-0-0-0-0-0-0")
        .await?
        .expect(200)?;
    ensure!(
        old["events"]
            .as_array()
            .is_some_and(|events| events.len() == 2),
        "{old}"
    );
    let cursor = old["cursor"].as_str().context("a cursor")?;
    let none = tester
        .get(&format!("/events?after={cursor}"))
        .await?
        .expect(200)?;
    ensure!(none["events"] == json!([]), "{none}");
    let live = server
        .api()
        .get("/events?after=0-0-0-0-0-0-0")
        .await?
        .expect(200)?;
    ensure!(
        live["events"] == json!([]),
        "live keys see nothing of it: {live}"
    );
    tester.get("/events?after=now").await?.expect(422)?;
    server.stop()
}
