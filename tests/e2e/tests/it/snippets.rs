//! The published snippets, with scheme, host and port replaced and nothing else.

use crate::history;
use anyhow::{Context as _, Result};
use postern_e2e::{Home, Server, script};
use serde_json::{Value, json};

/// The three hosts of the published page; here one listener serves them all.
fn placed(snippet: &str, server: &Server) -> String {
    let gateway = server.gateway_url();
    let placed = snippet
        .replace("https://gateway.maton.ai", &gateway)
        .replace("https://ctrl.maton.ai", &gateway);
    assert!(placed.contains(&gateway), "there was a host to replace");
    placed
}

mod with_python {
    use super::*;
    use postern_e2e::peers;

    fn run(home: &Home, server: &Server, file: &str, snippet: &str) -> Result<Value> {
        let python = peers::program("python3")?;
        let variables = [("MATON_API_KEY", server.first.api_key.as_str())];
        script::json(
            &python,
            &placed(snippet, server),
            &variables,
            home.path(),
            file,
        )
    }

    #[tokio::test]
    async fn account_and_connections_with_urllib() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let count = |list: &Value| list["connections"].as_array().map_or(0, Vec::len);
        let before = count(&server.api().get("/connections").await?.expect(200)?);
        let account = run(
            &home,
            &server,
            "account.py",
            include_str!("snippets/account.py"),
        )?;
        assert_eq!(account["http_code"], 200);
        assert_eq!(account["response_code"], "SUCCESS");
        for field in [
            "user_id",
            "username",
            "user_email",
            "balance",
            "country",
            "timezone",
            "_currency",
        ] {
            assert!(
                account["data"].get(field).is_some(),
                "the page shows `{field}`: {account}"
            );
        }
        assert!(account["data"]["balance"].is_string(), "{account}");

        let active = run(
            &home,
            &server,
            "active.py",
            include_str!("snippets/connections_active.py"),
        )?;
        let first = &active["connections"][0];
        for field in [
            "connection_id",
            "status",
            "creation_time",
            "last_updated_time",
            "url",
            "app",
            "metadata",
        ] {
            assert!(
                first.get(field).is_some(),
                "the page shows `{field}`: {first}"
            );
        }
        assert_eq!(
            (&first["status"], &first["app"]),
            (&json!("ACTIVE"), &json!("clicksend"))
        );

        let created = run(
            &home,
            &server,
            "create.py",
            include_str!("snippets/connection_create.py"),
        )?;
        let id = created["connection_id"].as_str().context("an id")?;
        assert_eq!(created["connection"]["connection_id"], id);
        assert_eq!(created["connection"]["status"], "PENDING");
        let with_id = |snippet: &str| snippet.replace("{connection_id}", id);
        let got = run(
            &home,
            &server,
            "get.py",
            &with_id(include_str!("snippets/connection_get.py")),
        )?;
        assert_eq!(got["connection"]["connection_id"], id);
        let all = run(
            &home,
            &server,
            "all.py",
            include_str!("snippets/connections.py"),
        )?;
        assert_eq!(count(&all), before + 1);
        run(
            &home,
            &server,
            "delete.py",
            &with_id(include_str!("snippets/connection_delete.py")),
        )?;
        assert_eq!(
            server
                .api()
                .get(&format!("/connections/{id}"))
                .await?
                .status,
            404
        );

        let active_id = first["connection_id"].as_str().context("an id")?;
        let chosen = include_str!("snippets/account_with_connection.py");
        let chosen = chosen.replace("37beee67-29f7-43b6-b0b2-5f0f7a5d6440", active_id);
        let account = run(&home, &server, "chosen.py", &chosen)?;
        assert_eq!(account["response_code"], "SUCCESS");
        Ok(())
    }
}

mod with_sdk6 {
    use super::*;
    use postern_e2e::peers;

    #[tokio::test]
    async fn a_send_with_requests() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let text = placed(include_str!("snippets/send.py"), &server);
        let variables = [("MATON_API_KEY", server.first.api_key.as_str())];
        let printed = script::run(
            &peers::python_sdk6()?,
            &text,
            &variables,
            home.path(),
            "send.py",
        )?;
        assert_eq!(printed.trim(), "Status: SUCCESS");
        let rows = history::all(&server.api(), "/clicksend").await?;
        assert_eq!(rows[0]["body"], "Hello from ClickSend!");
        Ok(())
    }
}

mod with_node {
    use super::*;
    use postern_e2e::peers;

    #[tokio::test]
    async fn a_send_with_fetch() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let text = placed(include_str!("snippets/send.mjs"), &server);
        let variables = [("MATON_API_KEY", server.first.api_key.as_str())];
        let printed = script::run(
            &peers::program("node")?,
            &text,
            &variables,
            home.path(),
            "send.mjs",
        )?;
        assert!(printed.contains("response_code: 'SUCCESS'"), "{printed}");
        assert_eq!(history::all(&server.api(), "/clicksend").await?.len(), 1);
        Ok(())
    }
}

/// Every other call of the page that this release serves, in the page's own form.
#[tokio::test]
async fn the_pages_other_sms_calls() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let api = server.api();
    let later = server.now_unix()? + 3600;
    let body = json!({"messages": [
        {"to": "+15551234567", "body": "Later", "source": "api", "from": "+15550000001", "schedule": later, "custom_string": "a"},
        {"to": "+15551234567", "body": "Later too", "source": "api", "schedule": later, "custom_string": "b"},
        {"to": "+15551234567", "body": "Now", "source": "api"},
    ]});
    let price =
        json!({"messages": [{"to": "+15551234567", "body": "Test message", "source": "api"}]});
    let priced = api
        .post("/clicksend/v3/sms/price", &price)
        .await?
        .expect(200)?;
    assert_eq!(priced["response_code"], "SUCCESS");
    let sent = api
        .post("/clicksend/v3/sms/send", &body)
        .await?
        .expect(200)?;
    let id = sent["data"]["messages"][0]["message_id"]
        .as_str()
        .context("an id")?;
    let cancelled = api
        .put(&format!("/clicksend/v3/sms/{id}/cancel"), &json!({}))
        .await?
        .expect(200)?;
    assert_eq!(cancelled["response_code"], "SUCCESS");
    let all = api
        .put("/clicksend/v3/sms/cancel-all", &json!({}))
        .await?
        .expect(200)?;
    assert_eq!(all["data"]["count"], 1, "{all}");
    let page = api
        .get("/clicksend/v3/sms/history?page=1&limit=2")
        .await?
        .expect(200)?;
    assert_eq!(page["data"]["total"], 3);
    assert_eq!(page["data"]["current_page"], 1);
    assert_eq!(page["data"]["last_page"], 2);
    let from = later - 7200;
    let ranged = api
        .get(&format!(
            "/clicksend/v3/sms/history?date_from={from}&date_to={}",
            later + 60
        ))
        .await?
        .expect(200)?;
    assert_eq!(ranged["data"]["total"], 3, "{ranged}");
    let none = api
        .get(&format!(
            "/clicksend/v3/sms/history?date_from={from}&date_to={}",
            from + 60
        ))
        .await?
        .expect(200)?;
    assert_eq!(none["data"]["total"], 0, "{none}");
    let receipts = api.get("/clicksend/v3/sms/receipts").await?.expect(200)?;
    assert_eq!(receipts["response_code"], "SUCCESS");
    let countries = api.get("/clicksend/v3/countries").await?.expect(200)?;
    assert!(
        countries["data"]
            .as_array()
            .is_some_and(|list| list.len() > 200),
        "{}",
        countries["response_msg"]
    );
    Ok(())
}
