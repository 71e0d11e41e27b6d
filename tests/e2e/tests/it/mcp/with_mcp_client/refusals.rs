//! What an agent is told when its limits are used up, whichever way it tries.

use anyhow::{Context as _, Result};
use postern_e2e::Home;
use serde_json::{Value, json};

use super::{calls, quick};

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
