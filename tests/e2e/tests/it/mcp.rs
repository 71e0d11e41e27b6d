//! Agents: the official client over both transports, in both generations of the protocol, and the conformance suite.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server, peers, script};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// Fast enough for a program that does not think between two calls.
fn quick(command: &mut std::process::Command) {
    command
        .env("POSTERN_LIMITS_RATE_PER_SECOND", "1000")
        .env("POSTERN_LIMITS_RATE_BURST", "1000");
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/mcp")
}

fn initialize() -> Value {
    json!({"jsonrpc": "2.0", "id": 1, "method": "initialize",
        "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "e2e", "version": "1"}}})
}

async fn ask(api: &Api, headers: &[(&str, &str)], body: &Value) -> Result<postern_e2e::Answer> {
    let mut request = api
        .request(reqwest::Method::POST, "/mcp")
        .header("Accept", "application/json, text/event-stream")
        .json(body);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    postern_e2e::api::send(request).await
}

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

mod with_mcp_client {
    use super::*;

    fn run(
        home: &Home,
        server: &Server,
        key: &str,
        how: (&str, &str),
        program: &str,
        more: &[(&str, &str)],
    ) -> Result<Value> {
        let (transport, mode) = how;
        let postern = postern_e2e::environment::program()?.display().to_string();
        let url = server.gateway_url();
        let mut variables = vec![
            ("TRANSPORT", transport),
            ("MODE", mode),
            ("POSTERN", postern.as_str()),
            ("POSTERN_URL", url.as_str()),
            ("POSTERN_API_KEY", key),
            ("PYTHONDONTWRITEBYTECODE", "1"),
        ];
        variables.extend(more);
        script::json_of(
            &peers::python_mcp()?,
            &folder().join(program),
            &variables,
            home.path(),
        )
    }

    fn calls(home: &Home, server: &Server, key: &str, calls: &Value) -> Result<Value> {
        let text = calls.to_string();
        run(
            home,
            server,
            key,
            ("http", "legacy"),
            "call.py",
            &[("CALLS", &text)],
        )
    }

    const HOW: [(&str, &str); 4] = [
        ("http", "legacy"),
        ("http", "auto"),
        ("stdio", "legacy"),
        ("stdio", "auto"),
    ];

    #[tokio::test]
    async fn an_agent_that_only_reads_manages_to_send_once() -> Result<()> {
        for how in HOW {
            let mut home = Home::new()?;
            let server = home.start()?;
            let agent = server
                .agent(json!({"limits": {"messages_per_day": 5}}))
                .await?;
            let said = run(&home, &server, agent.secret(), how, "agent.py", &[])?;
            assert_eq!(
                said["used"],
                json!(["preview_message", "send_message", "get_message"]),
                "{said}"
            );
            assert_eq!(
                (&said["sent"]["accepted"], &said["sent"]["repeated"]),
                (&json!(1), &json!(false)),
                "{said}"
            );
            assert_eq!(
                said["became"],
                json!({"status": "Sent", "delivered": true, "to": "+15551230777"}),
                "{said}"
            );
            assert_eq!(said["again"]["repeated"], true, "{said}");
            assert_eq!(
                said["again"]["messages"][0]["message_id"],
                said["sent"]["messages"][0]["message_id"]
            );
            let generation = if how.1 == "auto" {
                "2026-07-28"
            } else {
                "2025-11-25"
            };
            assert_eq!(said["version"], generation, "{said}");
            let sent = server.native().get("/v3/sms/history").await?.expect(200)?;
            assert_eq!(sent["data"]["total"], 1, "{how:?}: once is once");
            server.stop()?;
        }
        Ok(())
    }

    #[test]
    fn every_tool_and_resource_does_what_its_schema_says() -> Result<()> {
        for how in [("http", "legacy"), ("stdio", "auto")] {
            let mut home = Home::new()?;
            let server = home.start_with(quick)?;
            let said = run(
                &home,
                &server,
                &server.first.api_key,
                how,
                "everything.py",
                &[],
            )?;
            assert_eq!(said, json!({"tools": 28, "role": "full"}));
            server.stop()?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn a_key_sees_what_it_may_use() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        let nothing = server.agent(json!({"apps": []})).await?;
        let said = calls(
            &home,
            &server,
            nothing.secret(),
            &json!([["whoami", {}], ["send_message", {"to": ["+15551230001"], "body": "x"}]]),
        )?;
        assert_eq!(said["tools"], json!(["whoami"]));
        assert_eq!(said["resources"], json!([]));
        assert_eq!(said["answers"][0]["is_error"], false);
        assert_eq!(said["answers"][1]["facts"]["error"], "forbidden", "{said}");

        let rules = json!({"rules": [{"method": "GET", "path": "/v3/sms/history"}]});
        let reader = server.agent(rules).await?;
        let said = calls(
            &home,
            &server,
            reader.secret(),
            &json!([
                ["search_actions", {}],
                ["list_messages", {}],
                ["list_templates", {}]
            ]),
        )?;
        let names: Vec<&str> = said["tools"]
            .as_array()
            .context("tools")?
            .iter()
            .filter_map(Value::as_str)
            .collect();
        for hidden in [
            "send_message",
            "preview_message",
            "list_templates",
            "add_contact",
            "create_connection",
            "delete_connection",
        ] {
            assert!(!names.contains(&hidden), "{hidden} in {names:?}");
        }
        assert!(names.contains(&"list_messages"));
        assert_eq!(said["resources"], json!(["postern://history/sms"]));
        let actions = &said["answers"][0]["facts"]["actions"];
        assert_eq!(actions.as_array().map(Vec::len), Some(1), "{actions}");
        assert_eq!(said["answers"][1]["is_error"], false);
        assert_eq!(said["answers"][2]["facts"]["same_call_again"], "never");
        server.stop()
    }

    #[tokio::test]
    async fn a_capped_key_is_told_to_leave_it_at_that() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        let agent = server
            .agent(json!({"limits": {"messages_per_day": 1, "recipients_allow": ["+1555*"]}}))
            .await?;
        let text = |to: &str, body: &str| json!({"to": [to], "body": body});
        let said = calls(
            &home,
            &server,
            agent.secret(),
            &json!([
                ["send_message", text("+15551230001", "one")],
                ["send_message", text("+15551230002", "two")],
                ["send_message", text("+442071838750", "three")],
                ["preview_message", text("+15551230002", "two")],
                ["run_action", {"id": "clicksend.sms.send", "args": {"body": {"messages": [text_of("+15551230002")]}}}],
                ["api", {"method": "POST", "path": "/clicksend/v3/sms/send", "body": {"messages": [text_of("+15551230002")]}}],
                ["get_allowance", {}],
            ]),
        )?;
        let answers = said["answers"].as_array().context("answers")?;
        assert_eq!(answers[0]["facts"]["accepted"], 1, "{said}");
        for refused in [1, 4, 5] {
            let answer = &answers[refused];
            let words = answer["text"].as_str().context("a text")?;
            assert_eq!(
                answer["facts"]["error"], "limit_messages_per_day",
                "{answer}"
            );
            assert_eq!(answer["facts"]["same_call_again"], "never", "{answer}");
            for part in [
                "Nothing was sent.",
                "Resending will not help.",
                "Do not try it again",
                "Tell the person",
            ] {
                assert!(words.contains(part), "{part} in {words}");
            }
            assert!(
                answer["facts"]["verdicts"][0]["passes_at"].is_string(),
                "{answer}"
            );
        }
        let shown = crate::documents::block("docs/mcp.md", "{\"error\"")?.text;
        crate::fences::like(&serde_json::from_str(&shown)?, &answers[1]["facts"], "")?;
        assert_eq!(answers[2]["facts"]["error"], "recipient_not_allowed");
        assert_eq!(answers[3]["facts"]["verdict"], "refused");
        assert_eq!(answers[3]["is_error"], false, "a preview is an answer");
        assert_eq!(
            answers[6]["facts"]["allowances"][0]["remaining"], "0",
            "{said}"
        );
        let sent = server.native().get("/v3/sms/history").await?.expect(200)?;
        assert_eq!(sent["data"]["total"], 1);
        server.stop()
    }

    fn text_of(to: &str) -> Value {
        json!({"to": to, "body": "around", "source": "x"})
    }

    #[tokio::test]
    async fn a_person_is_asked_and_it_is_sent_once() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        let agent = server
            .agent(json!({"limits": {"approval_above": {"messages": 1}}}))
            .await?;
        let two = json!({"to": ["+15551230001", "+15551230002"], "body": "We close early."});
        let said = calls(
            &home,
            &server,
            agent.secret(),
            &json!([
                ["preview_message", two],
                ["send_message", two],
                ["request_approval", two],
                ["list_approvals", {}],
            ]),
        )?;
        let answers = said["answers"].as_array().context("answers")?;
        assert!(
            answers[0]["facts"]["next"]
                .as_str()
                .is_some_and(|next| next.contains("request_approval")),
            "{said}"
        );
        assert_eq!(answers[1]["facts"]["error"], "approval_required", "{said}");
        assert_eq!(answers[1]["facts"]["same_call_again"], "never");
        let id = answers[1]["facts"]["approval_id"]
            .as_str()
            .context("an id")?;
        assert_eq!(
            answers[2]["facts"]["approval_id"], id,
            "the same send waits once"
        );
        assert_eq!(answers[2]["facts"]["state"], "pending");
        assert_eq!(
            answers[3]["facts"]["approvals"].as_array().map(Vec::len),
            Some(1)
        );
        let operator = crate::approvals::operator(&server).await?;
        crate::approvals::decide(&operator, id, "approve")
            .await?
            .expect(200)?;
        let said = calls(
            &home,
            &server,
            agent.secret(),
            &json!([["get_approval", {"approval_id": id, "wait_seconds": 30}], ["send_message", two]]),
        )?;
        assert_eq!(said["answers"][0]["facts"]["state"], "sent", "{said}");
        assert_eq!(
            said["answers"][1]["facts"]["accepted"], 2,
            "its answer, not a second send: {said}"
        );
        let sent = server.native().get("/v3/sms/history").await?.expect(200)?;
        assert_eq!(sent["data"]["total"], 2);
        server.stop()
    }
}

mod with_mcp_conformance {
    use super::*;

    /// The suite knows no keys: a few lines in between present one.
    #[test]
    fn the_suite_finds_what_it_expects() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        let suite = peers::mcp_conformance()?
            .join("node_modules/@modelcontextprotocol/conformance/dist/index.js");
        let suite = suite.display().to_string();
        let expected = folder().join("expected-failures.yml").display().to_string();
        let url = server.gateway_url();
        let variables = [
            ("SUITE", suite.as_str()),
            ("EXPECTED", expected.as_str()),
            ("TARGET", url.as_str()),
            ("KEY", server.first.api_key.as_str()),
        ];
        let printed = script::run_at(
            &peers::program("node")?,
            &folder().join("conformance.mjs"),
            &variables,
            home.path(),
        )?;
        for scenario in [
            "server-initialize",
            "ping",
            "tools-list",
            "resources-list",
            "dns-rebinding-protection",
        ] {
            let passed = format!("✓ {scenario}: ");
            ensure!(
                printed.contains(&passed),
                "{scenario} did not pass:\n{printed}"
            );
        }
        server.stop()
    }
}
