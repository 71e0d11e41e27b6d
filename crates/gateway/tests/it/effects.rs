//! What keys may do with operations that read, write, send, spend, show credentials, or that nobody knows.

use postern_access::{Rule, Scope};
use postern_domain::key::Role;
use postern_testkit::ScriptedUpstream;

use crate::house::{House, problem};

#[tokio::test]
async fn agent_keys_are_held_to_the_table() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    house.connection("acme", &peer.url()).await;
    let (agent, full) = (house.key(Role::Agent).await, house.key(Role::Full).await);
    for (method, path, refused) in [
        ("GET", "/clicksend/v3/account", None),
        ("HEAD", "/clicksend/v3/account", None),
        ("POST", "/clicksend/v3/sms/price", None),
        ("POST", "/clicksend/v3/sms/templates", None),
        ("PUT", "/clicksend/v3/sms/cancel-all", None),
        (
            "POST",
            "/clicksend/v3/sms/send",
            Some("send_not_understood"),
        ),
        (
            "POST",
            "/clicksend/v3/email/send",
            Some("send_not_understood"),
        ),
        (
            "PUT",
            "/clicksend/v3/sms-campaigns/7",
            Some("send_not_understood"),
        ),
        (
            "PUT",
            "/clicksend/v3/reseller/transfer-credit",
            Some("rule_required"),
        ),
        (
            "PUT",
            "/clicksend/v3/recharge/purchase/3",
            Some("rule_required"),
        ),
        ("GET", "/clicksend/v3/subaccounts", Some("rule_required")),
        (
            "POST",
            "/clicksend/v3/automations/sms/inbound",
            Some("rule_required"),
        ),
        ("PUT", "/clicksend/v3/account", Some("rule_required")),
        (
            "GET",
            "/clicksend/v3/nobody-knows",
            Some("operation_unknown"),
        ),
        ("PATCH", "/clicksend/v3/sms/send", Some("operation_unknown")),
        (
            "PROPFIND",
            "/clicksend/v3/account",
            Some("operation_unknown"),
        ),
        ("GET", "/acme/x", None),
        ("POST", "/acme/x", Some("operation_unknown")),
        ("DELETE", "/acme/x", Some("operation_unknown")),
    ] {
        let reply = house.call(method, path, &agent, "", "").await;
        match refused {
            None => assert_eq!(reply.status(), Some(200), "{method} {path} {reply:?}"),
            Some(word) => {
                assert_eq!(problem(&reply), (403, word.to_owned()), "{method} {path}");
                let allowed = house.call(method, path, &full, "", "").await;
                assert_eq!(
                    allowed.status(),
                    Some(200),
                    "a full key may: {method} {path}"
                );
            }
        }
    }
}

#[tokio::test]
async fn a_method_in_header_or_query_changes_nothing() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let overriding = "x-http-method-override: DELETE\r\nX-HTTP-Method: DELETE\r\nX-Method-Override: DELETE\r\nx-original-url: /v3/subaccounts\r\n";
    let echoed = house
        .call("POST", "/clicksend/v3/sms/price", &key, overriding, "{}")
        .await
        .text();
    assert!(
        echoed.starts_with("POST /v3/sms/price HTTP/1.1\r\n")
            && !echoed.contains("DELETE")
            && !echoed.contains("subaccounts"),
        "{echoed}"
    );
    let refused = house
        .call(
            "POST",
            "/clicksend/v3/sms/price?_method=PUT",
            &key,
            "",
            "{}",
        )
        .await;
    assert_eq!(problem(&refused), (400, "method_override".into()));
}

#[tokio::test]
async fn a_rule_opens_what_it_names() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let rules = vec![
        Rule::parse(
            Some("PUT"),
            Some("/v3/recharge/purchase/{id}"),
            Some("spend"),
        )
        .expect("rule"),
        Rule::parse(None, Some("/v3/sms/history"), None).expect("rule"),
    ];
    let key = house
        .key_with(
            Role::Agent,
            false,
            Scope {
                rules: Some(rules),
                ..Scope::default()
            },
            None,
        )
        .await;
    assert_eq!(
        house
            .call("PUT", "/clicksend/v3/recharge/purchase/3", &key, "", "")
            .await
            .status(),
        Some(200)
    );
    assert_eq!(
        house.get("/clicksend/v3/sms/history", &key).await.status(),
        Some(200)
    );
    assert_eq!(
        problem(&house.get("/clicksend/v3/account", &key).await),
        (403, "not_allowed".into())
    );
}

#[tokio::test]
async fn agents_send_through_the_built_in_platform_and_see_no_secret_of_its_account() {
    let house = House::open().await;
    house.connection("clicksend", "builtin").await;
    let (agent, full) = (house.key(Role::Agent).await, house.key(Role::Full).await);
    let sent = house
        .call(
            "POST",
            "/clicksend/v3/sms/send?x=y",
            &agent,
            "cookie: a=b\r\nx-custom: 1\r\n",
            "{\"messages\":[]}",
        )
        .await;
    assert_eq!(sent.status(), Some(200));
    let said = sent.text();
    assert!(
        said.starts_with("POST /v3/sms/send?x=y as Some(100001)"),
        "{said}"
    );
    assert!(
        said.contains("{\"messages\":[]}")
            && said.contains("x-custom")
            && said.contains("x-request-id"),
        "{said}"
    );
    assert!(
        !said.contains("pst_live_") && !said.contains("cookie"),
        "{said}"
    );
    assert!(said.ends_with("{\"api_key\":\"************\"}"), "{said}");
    let owner = house.get("/clicksend/v3/account", &full).await.text();
    assert!(owner.ends_with("{\"api_key\":\"PLATFORM-KEY\"}"), "{owner}");
    assert!(owner.contains("as Some(100001)"), "{owner}");
}
