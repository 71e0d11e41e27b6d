//! Whoever knows no more than what the tools say gets a message out, once; and every tool does what its schema says.

use anyhow::Result;
use postern_e2e::Home;
use serde_json::json;

use super::{quick, run};

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
