//! Verification tells "works", "refused" and "cannot say" apart.

use postern_apps::Registry;
use postern_egress::Verified;
use postern_testkit::{ScriptedUpstream, answer, ok};

use crate::setup::{PAIR, basic, egress, upstream};

async fn verdict(reply: Vec<u8>) -> Verified {
    let peer = ScriptedUpstream::answering(move |message| {
        assert_eq!(message.first_line(), "GET /v3/account HTTP/1.1");
        assert_eq!(
            message.header("authorization"),
            Some(format!("Basic {PAIR}").as_str())
        );
        Some(reply.clone())
    })
    .await;
    let registry = Registry::builtin();
    egress()
        .verify(
            registry.get("clicksend").expect("built in"),
            &basic(),
            &upstream(&peer.url()),
        )
        .await
}

#[tokio::test]
async fn a_credential_that_works() {
    let body = br#"{"http_code":200,"data":{"username":"johndoe1","user_email":"j@x.test","user_id":116}}"#;
    let Verified::Accepted { metadata } = verdict(ok(body)).await else {
        panic!("accepted")
    };
    assert_eq!(metadata["username"], "johndoe1");
    assert_eq!(metadata["email"], "j@x.test");
    assert!(!metadata.contains_key("country"));
}

#[tokio::test]
async fn a_credential_that_does_not() {
    assert_eq!(
        verdict(answer("401 Unauthorized", "", b"{}")).await,
        Verified::Rejected { status: 401 }
    );
}

#[tokio::test]
async fn an_upstream_that_says_nothing_about_it() {
    for reply in [
        answer("500 Internal Server Error", "", b""),
        answer("302 Found", "location: /login\r\n", b""),
        b"what?\r\n\r\n".to_vec(),
    ] {
        assert!(matches!(verdict(reply).await, Verified::Unreachable { .. }));
    }
    let registry = Registry::builtin();
    let gone = upstream("http://127.0.0.1:1");
    let said = egress()
        .verify(
            registry.get("clicksend").expect("built in"),
            &basic(),
            &gone,
        )
        .await;
    assert!(matches!(said, Verified::Unreachable { .. }));
}
