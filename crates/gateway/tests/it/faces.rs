//! Whose a request is, and that the control plane gets what is its own.

use postern_domain::key::Role;
use postern_gateway::HostNames;
use postern_testkit::ScriptedUpstream;

use crate::house::{House, Plan, problem};

#[tokio::test]
async fn our_segments_go_to_the_control_plane() {
    let house = House::open().await;
    let reply = house
        .call(
            "POST",
            "/connections?x=y",
            "some-key",
            "",
            "{\"app\":\"clicksend\"}",
        )
        .await;
    assert_eq!(
        reply.text(),
        "control POST /connections?x=y true Some(32) true 19"
    );
    assert_eq!(reply.header("x-request-id").map(str::len), Some(32));
    assert!(
        house
            .get("/", "")
            .await
            .text()
            .starts_with("control GET / ")
    );
}

#[tokio::test]
async fn a_path_without_its_app_says_what_to_write() {
    let house = House::open().await;
    let reply = house.get("/v3/account", "").await;
    assert_eq!(problem(&reply), (404, "app_missing".into()));
    assert!(reply.text().contains("/clicksend/v3/account"), "{reply:?}");
}

#[tokio::test]
async fn a_failing_control_plane_takes_nobody_with_it() {
    let house = House::open().await;
    let key = house.key(Role::Full).await;
    assert_eq!(
        problem(&house.get("/keys/panic", &key).await),
        (500, "internal".into())
    );
    assert_eq!(house.get("/keys", &key).await.status(), Some(200));
}

/// A client that was not told that its connection ends sends its next request on it, and loses it.
#[tokio::test]
async fn a_body_that_nobody_reads_ends_the_connection_aloud_or_not_at_all() {
    let house = House::open().await;
    let key = house.key(Role::Full).await;
    let head = |length: usize| {
        format!(
            "POST /keys/panic HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\nContent-Length: {length}\r\n\r\n"
        )
    };
    for (what, sent, keeps) in [
        ("a small body", format!("{}hello", head(5)), true),
        ("a part of a body", format!("{}he", head(5)), false),
        ("a large body", head(10_000_000), false),
    ] {
        let mut raw = house.raw().await;
        raw.write(sent).await;
        let answer = raw.message(false).await.expect("an answer");
        assert_eq!(answer.status(), Some(500), "{what}");
        assert_eq!(
            answer.header("connection") != Some("close"),
            keeps,
            "{what}"
        );
        if keeps {
            let next =
                format!("GET /keys HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {key}\r\n\r\n");
            raw.write(next).await;
            let answer = raw.message(false).await.expect("an answer");
            assert_eq!(answer.status(), Some(200), "{what}");
        }
    }
}

#[tokio::test]
async fn host_names_show_one_face() {
    let mut plan = Plan::default();
    let name = |name: &str| Some(name.to_owned());
    plan.config.hosts = HostNames {
        gateway: name("gateway.test"),
        control: name("ctrl.test"),
        connect: name("connect.test"),
    };
    let (house, peer) = (House::planned(plan).await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for (host, target, want) in [
        ("gateway.test", "/clicksend/v3/account", "GET /v3/account"),
        (
            "gateway.test:8080",
            "/clicksend/v3/account",
            "GET /v3/account",
        ),
        ("ctrl.test", "/connections", "control GET /connections"),
        (
            "connect.test",
            "/?session_token=t",
            "control GET /connect?session_token=t",
        ),
        (
            "connect.test",
            "/assets/page.css",
            "control GET /assets/page.css",
        ),
        ("127.0.0.1", "/connections", "control GET /connections"),
        ("127.0.0.1", "/clicksend/v3/account", "GET /v3/account"),
    ] {
        let mut raw = house.raw().await;
        raw.write(format!(
            "GET {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        let reply = raw.message(false).await.expect("an answer");
        assert!(reply.text().starts_with(want), "{host} {target} {reply:?}");
    }
    for (host, target) in [
        ("gateway.test", "/connections"),
        ("ctrl.test", "/clicksend/v3/account"),
        ("gateway.test", "/v3/account"),
    ] {
        let mut raw = house.raw().await;
        raw.write(format!(
            "GET {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        assert_eq!(
            raw.message(false).await.expect("an answer").status(),
            Some(404),
            "{host} {target}"
        );
    }
}
