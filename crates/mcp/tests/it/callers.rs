//! Three kinds of caller: none that is proven, an agent that may only read, and one that may send.

use http::StatusCode;
use postern_access::{Rule, Scope};
use postern_domain::effect::Effect;
use postern_domain::key::Role;
use serde_json::json;

use crate::bed::Bed;

fn reading() -> Scope {
    Scope {
        rules: Some(vec![Rule {
            method: None,
            path: None,
            effect: Some(Effect::Read),
        }]),
        ..Scope::default()
    }
}

#[tokio::test]
async fn nobody_gets_in_without_a_key_or_under_a_strange_name() {
    let bed = Bed::open().await;
    let key = bed.key(Role::Agent, Scope::default()).await;
    let bearer = format!("Bearer {key}");
    let list = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/list"});
    type Headers<'a> = &'a [(&'a str, &'a str)];
    let cases: [(Headers<'_>, StatusCode, &str); 4] = [
        (&[], StatusCode::UNAUTHORIZED, "missing_key"),
        (
            &[("Authorization", "Bearer pst_live_nonsense")],
            StatusCode::UNAUTHORIZED,
            "invalid_key",
        ),
        (
            &[("Authorization", &bearer), ("Origin", "http://evil.test")],
            StatusCode::FORBIDDEN,
            "cross_site",
        ),
        (&[("Authorization", &bearer)], StatusCode::OK, ""),
    ];
    for (headers, status, word) in cases {
        let (said, body) = bed.ask(headers, &list).await;
        assert_eq!(
            (said, body["error"].as_str().unwrap_or_default()),
            (status, word),
            "{body}"
        );
    }
    assert!(bed.asked().is_empty(), "nothing went through the door");
}

#[tokio::test]
async fn a_key_sees_the_tools_that_it_may_use_and_no_others() {
    let bed = Bed::open().await;
    let (reader, agent, full) = (
        bed.key(Role::Agent, reading()).await,
        bed.key(Role::Agent, Scope::default()).await,
        bed.key(Role::Full, Scope::default()).await,
    );
    let mut seen = Vec::new();
    for key in [&reader, &agent, &full] {
        let said = bed.method(key, "tools/list", json!({})).await;
        let tools = said["result"]["tools"].as_array().unwrap().clone();
        for tool in &tools {
            assert!(
                tool["inputSchema"]["properties"]["connection"].is_object(),
                "{tool}"
            );
            assert!(tool["annotations"]["readOnlyHint"].is_boolean(), "{tool}");
        }
        let names: Vec<_> = tools
            .iter()
            .map(|tool| tool["name"].as_str().unwrap().to_owned())
            .collect();
        seen.push(names);
    }
    let has = |which: usize, name: &str| seen[which].iter().any(|one| one == name);
    for (name, expected) in [
        ("whoami", [true, true, true]),
        ("list_messages", [true, true, true]),
        ("preview_message", [false, true, true]),
        ("send_message", [false, true, true]),
        ("create_connection", [false, false, true]),
        ("delete_connection", [false, false, true]),
    ] {
        assert_eq!(
            [has(0, name), has(1, name), has(2, name)],
            expected,
            "{name}: {seen:?}"
        );
    }
    // What is not shown cannot be used, either.
    let said = bed
        .tool(
            &reader,
            "send_message",
            json!({"to": ["+15551234567"], "body": "hi"}),
        )
        .await;
    assert_eq!(said["isError"], true);
    assert_eq!(
        said["structuredContent"]["same_call_again"], "never",
        "{said}"
    );
    assert!(bed.asked().is_empty(), "nothing went through the door");
}

#[tokio::test]
async fn a_tool_asks_with_the_agents_own_key() {
    let bed = Bed::open().await;
    let key = bed.key(Role::Agent, Scope::default()).await;
    bed.answers(200, json!({"user_id": "1", "email": "a@b.test"}));
    bed.tool(&key, "whoami", json!({})).await;
    let asked = bed.asked();
    assert_eq!(asked[0].line, "GET /user");
    assert_eq!(asked[0].authorization, format!("Bearer {key}"));
    for (name, arguments) in [
        ("send_message", json!({"body": "hi"})),
        ("send_message", json!({"to": "+15551234567", "body": 7})),
        ("get_message", json!({"connection": 7})),
    ] {
        let said = bed.tool(&key, name, arguments.clone()).await;
        assert_eq!(said["isError"], true, "{arguments}");
        assert_eq!(
            said["structuredContent"]["same_call_again"], "corrected",
            "{said}"
        );
    }
    assert!(bed.asked().is_empty(), "nothing went through the door");
    let said = bed
        .method(
            &key,
            "tools/call",
            json!({"name": "send_everybody", "arguments": {}}),
        )
        .await;
    assert!(
        said["error"]["message"]
            .as_str()
            .unwrap()
            .contains("send_everybody"),
        "{said}"
    );
}
