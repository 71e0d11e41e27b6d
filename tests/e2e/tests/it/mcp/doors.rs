//! Who comes in over HTTP, and that the settings of docs/mcp.md connect.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server};
use serde_json::Value;
use std::path::Path;

use super::{ask, initialize};

#[tokio::test]
async fn strangers_stay_outside() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let api = server.api();
    let body = initialize();
    let answer = ask(&api, &[], &body).await?.expect(200)?;
    assert_eq!(
        answer["result"]["serverInfo"]["name"], "postern",
        "{answer}"
    );
    for origin in ["http://localhost:6274", "http://127.0.0.1:1"] {
        ask(&api, &[("Origin", origin)], &body).await?.expect(200)?;
    }
    for header in [
        ("Origin", "https://evil.test"),
        ("Origin", "null"),
        ("Host", "evil.test:8080"),
    ] {
        let refused = ask(&api, &[header], &body).await?.expect(403)?;
        assert_eq!(refused["error"], "cross_site", "{header:?} {refused}");
    }
    let stranger = Api::stranger(&server.gateway_url());
    let refused = ask(&stranger, &[], &body).await?;
    assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
    assert_eq!(refused.expect(401)?["error"], "missing_key");
    let wrong = Api::bearer(&server.gateway_url(), "pst_live_wrong");
    assert_eq!(
        ask(&wrong, &[], &body).await?.expect(401)?["error"],
        "invalid_key"
    );
    // There are no streams to listen to and no sessions to end.
    for method in [reqwest::Method::GET, reqwest::Method::DELETE] {
        let request = api
            .request(method, "/mcp")
            .header("Accept", "text/event-stream");
        assert_eq!(postern_e2e::api::send(request).await?.status, 405);
    }
    let mut large = initialize();
    large["params"]["clientInfo"]["name"] = "x".repeat(2 << 20).into();
    assert_eq!(ask(&api, &[], &large).await?.status, 413);
    server.stop()
}

/// What docs/mcp.md tells people to write into their clients' settings, with the address and the key of a test.
fn settings(beginning: &str, server: &Server) -> Result<Value> {
    let text = crate::documents::block("docs/mcp.md", beginning)?.text;
    let text = text
        .replace("http://127.0.0.1:8080", &server.gateway_url())
        .replace("pst_live_…", &server.first.api_key);
    let settings: Value = serde_json::from_str(&text)?;
    Ok(settings["mcpServers"]["postern"].clone())
}

#[tokio::test]
async fn the_settings_that_are_shown_connect() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let http = settings("{\"mcpServers\": {\"postern\": {\"type\"", &server)?;
    let url = http["url"].as_str().context("a url")?;
    let stranger = Api::stranger(url.trim_end_matches("/mcp"));
    let key = http["headers"]["Authorization"]
        .as_str()
        .context("a header")?;
    let answer = ask(&stranger, &[("Authorization", key)], &initialize()).await?;
    assert_eq!(
        answer.expect(200)?["result"]["serverInfo"]["name"],
        "postern"
    );

    let stdio = settings("{\"mcpServers\": {\"postern\": {\"command\"", &server)?;
    let mut command = home.command()?;
    let arguments = stdio["args"].as_array().context("arguments")?;
    command.args(arguments.iter().filter_map(Value::as_str));
    for (name, value) in stdio["env"].as_object().context("variables")? {
        command.env(name, value.as_str().context("a value")?);
    }
    let input = home.path().join("requests");
    std::fs::write(&input, format!("{}\nno message\n", initialize()))?;
    command.stdin(std::fs::File::open(&input)?);
    let output = command.output()?;
    ensure!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout)?;
    let mut lines = said.lines().map(serde_json::from_str::<Value>);
    let first = lines.next().context("an answer")??;
    assert_eq!(first["result"]["serverInfo"]["name"], "postern", "{first}");
    let second = lines.next().context("another")??;
    assert_eq!(second["error"]["code"], -32700, "{second}");

    let mut create = home.command()?;
    let shown = "key create --role agent --name assistant --app clicksend --messages-per-day 50 --approval-above 5";
    let document =
        std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/mcp.md"))?;
    ensure!(document.contains(&format!("postern {shown}\n")));
    create
        .args(shown.split(' '))
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    let made = postern_e2e::server::finish(&mut create)?;
    ensure!(made.status.success(), "{made:?}");
    server.stop()
}
