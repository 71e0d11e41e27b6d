//! What a key sees of the tools and resources.

use anyhow::{Context as _, Result};
use postern_e2e::Home;
use serde_json::{Value, json};

use super::{calls, quick};

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
