//! The check of signatures that the page on webhooks shows, on a push that really came.

use super::block;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::{Home, peers, script};
use serde_json::{Map, Value, json};
use std::time::Duration;

const HEARD_WITHIN: Duration = Duration::from_secs(60);

mod with_python {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn it_knows_ours_from_others() -> Result<()> {
        let origin = Origin::start(|_| answer("200 OK", "", b""))?;
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
        })?;
        let native = server.native();
        let rule = json!({"dedicated_number": "*", "rule_name": "push", "message_search_type": 0, "action": "URL",
            "action_address": format!("{}/hook", origin.url()), "enabled": 1, "webhook_type": "json"});
        native
            .post("/v3/automations/sms/inbound", &rule)
            .await?
            .expect(200)?;
        // This number answers yes.
        let message = json!({"messages": [{"to": "+15550000303", "body": "Come?"}]});
        native.post("/v3/sms/send", &message).await?.expect(200)?;
        let (headers, body) = tokio::time::timeout(HEARD_WITHIN, push(&origin)).await??;
        let secret = native
            .get("/v3/automations/webhook-secret")
            .await?
            .expect(200)?;
        let secret = secret["data"]["webhook_secret"]
            .as_str()
            .with_context(|| secret.to_string())?;

        let text = format!(
            "{}\nimport json, os\nsecret, headers, body = (json.loads(os.environ[name]) for name in ('SECRET', 'HEADERS', 'BODY'))\n\
             print(is_ours(secret, headers, body.encode()), is_ours(secret, headers, body.encode() + b' '))",
            block("docs/webhooks.md", "import base64")?.text
        );
        let variables = [
            ("SECRET", &*json!(secret).to_string()),
            ("HEADERS", &*Value::Object(headers).to_string()),
            ("BODY", &*json!(body).to_string()),
        ];
        let python = peers::program("python3")?;
        let said = script::run(&python, &text, &variables, home.path(), "shown.py")?;
        ensure!(said.trim() == "True False", "{said}");
        server.stop()
    }

    /// The first whole request, its headers by their names in small letters.
    async fn push(origin: &Origin) -> Result<(Map<String, Value>, String)> {
        loop {
            let heard = origin.text();
            if let Some((head, body)) = heard.split_once("\r\n\r\n") {
                let headers: Map<String, Value> = head
                    .lines()
                    .filter_map(|line| line.split_once(": "))
                    .map(|(name, value)| (name.to_ascii_lowercase(), value.into()))
                    .collect();
                let length = headers["content-length"].as_str().context("a length")?;
                if body.len() >= length.parse()? {
                    return Ok((headers, body.to_owned()));
                }
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}
