//! The README's main path: start, send, see it delivered.

use crate::history;
use anyhow::{Context as _, Result};
use postern_e2e::{Api, Home};
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt as _;
use std::time::{Duration, Instant};

/// The simulator delivers within five seconds; the rest is for a busy machine.
const DELIVERED_MAX: Duration = Duration::from_secs(30);

#[tokio::test]
async fn one_line_says_where_it_listens_and_what_the_first_start_made() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    assert_eq!(server.ready["event"], "ready");
    let mut names: Vec<&str> = server
        .ready
        .as_object()
        .context("an object")?
        .keys()
        .map(String::as_str)
        .collect();
    names.sort_unstable();
    let expected = [
        "api_key",
        "event",
        "gateway",
        "operations",
        "operator",
        "operator_password",
        "platform",
        "platform_api_key",
        "platform_username",
    ];
    assert_eq!(names, expected);
    assert!(server.first.api_key.starts_with("pst_live_"));

    for path in ["/healthz", "/readyz", "/metrics"] {
        let answer = Api::stranger(&format!("http://{}", server.operations))
            .get(path)
            .await?;
        assert_eq!(answer.status, 200, "{path}: {}", answer.text);
    }
    server.terminate()?;
    let (status, rest) = server.wait()?;
    assert!(status.success());
    assert_eq!(rest, Vec::<String>::new(), "one line is all it prints");
    Ok(())
}

#[tokio::test]
async fn what_it_makes_on_disk_is_for_its_owner_only() -> Result<()> {
    let mut home = Home::new()?;
    let _server = home.start()?;
    let mut files = 0;
    for entry in std::fs::read_dir(home.data())? {
        let entry = entry?;
        let mode = entry.metadata()?.permissions().mode() & 0o077;
        assert_eq!(mode, 0, "{} is open to others", entry.path().display());
        files += 1;
    }
    assert!(files >= 2, "a store and a vault key at least");
    Ok(())
}

#[tokio::test]
async fn a_message_through_the_gateway_is_charged_kept_and_delivered() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let api = server.api();
    let before = history::balance(&api, "/clicksend").await?;
    let body = history::messages(&["first".to_owned()]);

    let priced = api
        .post("/clicksend/v3/sms/price", &body)
        .await?
        .expect(200)?;
    let sent = api
        .post("/clicksend/v3/sms/send", &body)
        .await?
        .expect(200)?;
    assert_eq!(sent["response_code"], "SUCCESS");
    assert_eq!(sent["data"]["queued_count"], 1);
    assert_eq!(
        sent["data"]["total_price"], priced["data"]["total_price"],
        "the quote is the charge"
    );
    let message = &sent["data"]["messages"][0];
    assert_eq!(message["status"], "SUCCESS");
    assert_eq!(message["to"], "+15551234567");
    let id = message["message_id"].as_str().context("a message id")?;

    let rows = history::all(&api, "/clicksend").await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["message_id"], id);
    assert_eq!(rows[0]["custom_string"], "first");
    let after = history::balance(&api, "/clicksend").await?;
    let charged: f64 = message["message_price"]
        .as_str()
        .context("a price in words")?
        .parse()?;
    assert!(charged > 0.0);
    assert!(
        (before - after - charged).abs() < 1e-9,
        "{before} − {after} is not {charged}"
    );

    let receipt = delivered(&api, id).await?;
    assert_eq!(receipt["custom_string"], "first");
    // The same message, natively.
    let native = history::all(&server.native(), "").await?;
    assert_eq!(native[0]["message_id"], id);
    Ok(())
}

/// The receipt of a message, waited for.
async fn delivered(api: &Api, id: &str) -> Result<Value> {
    let deadline = Instant::now() + DELIVERED_MAX;
    loop {
        let answer = api.get(&format!("/clicksend/v3/sms/receipts/{id}")).await?;
        if answer.status == 200 {
            let data = answer.json()?["data"].clone();
            // 201 is ClickSend's code for "delivered to the handset".
            if data["status_code"] == 201 || data["status_code"] == "201" {
                return Ok(data);
            }
        }
        anyhow::ensure!(
            Instant::now() < deadline,
            "no receipt came, the last answer: {} {}",
            answer.status,
            answer.text
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

#[tokio::test]
async fn an_agent_key_sends_to_the_simulator_and_spends_nothing() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let agent = server.agent(json!({"apps": ["clicksend"]})).await?;
    let sent = agent
        .post(
            "/clicksend/v3/sms/send",
            &history::messages(&["from an agent".into()]),
        )
        .await?
        .expect(200)?;
    assert_eq!(sent["data"]["messages"][0]["status"], "SUCCESS");
    for (method, path) in [
        ("PUT", "/clicksend/v3/recharge/purchase/1"),
        ("POST", "/clicksend/v3/numbers/buy/61411111111"),
        ("POST", "/clicksend/v3/subaccounts"),
        ("POST", "/clicksend/v3/no-such-operation"),
    ] {
        let answer =
            postern_e2e::api::send(agent.request(method.parse()?, path).json(&json!({}))).await?;
        let problem = answer.expect(403)?;
        assert!(
            problem["hint"].is_string() || problem["message"].is_string(),
            "{path}: {problem}"
        );
        assert_eq!(problem["code"], 403, "{path}");
    }
    // And nothing of the control plane that makes keys.
    let refused = agent
        .post("/keys", &json!({"name": "wider", "role": "full"}))
        .await?;
    assert_eq!(refused.status, 403, "{}", refused.text);
    Ok(())
}

mod with_curl {
    use super::{Home, Result, history};
    use anyhow::Context as _;
    use postern_e2e::{peers, server::finish};
    use serde_json::Value;
    use std::process::Command;

    /// What the README shows, with the address and the key of this server.
    #[tokio::test]
    async fn the_line_of_the_readme_sends() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        peers::program("curl")?;
        let readme = include_str!("../../../../README.md");
        let start = readme
            .find("curl -s http")
            .context("the README has a curl line")?;
        let end = readme[start..]
            .find("```")
            .context("the README's code ends")?;
        let line =
            readme[start..start + end].replace("http://127.0.0.1:8080", &server.gateway_url());
        let output = finish(
            Command::new("bash")
                .args(["-c", &line])
                .env("POSTERN_API_KEY", &server.first.api_key),
        )?;
        assert!(
            output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stderr)
        );
        let answer: Value = serde_json::from_slice(&output.stdout)?;
        assert_eq!(answer["response_code"], "SUCCESS", "{answer}");
        assert_eq!(history::all(&server.api(), "/clicksend").await?.len(), 1);
        Ok(())
    }
}
