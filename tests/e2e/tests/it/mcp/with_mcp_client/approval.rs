//! A send that a person has to agree to.

use anyhow::{Context as _, Result};
use postern_e2e::Home;
use serde_json::json;

use super::{calls, quick};

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
