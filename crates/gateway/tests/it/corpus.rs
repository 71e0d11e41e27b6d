//! The credential-exfiltration corpus: each test is a bug that another gateway had.

use std::io::Write as _;

use postern_access::{Rule, Scope};
use postern_domain::key::Role;
use postern_egress::Rules;
use postern_testkit::{Raw, ScriptedUpstream, answer};

use crate::house::{House, PAIR, PASSWORD, Plan, problem};

fn assert_clean(text: &str) {
    for secret in [PASSWORD, PAIR, "PLATFORM-KEY"] {
        assert!(!text.contains(secret), "{secret} in {text}");
    }
}

/// 1. Headers that the client nominates in `Connection` go, but never the injected one.
#[tokio::test]
async fn nominated_headers_do_not_touch_the_injected_one() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let nominate = "connection: authorization, maton-connection, host, x-secret\r\nx-secret: 1\r\nx-kept: 2\r\n";
    let echoed = house
        .call("GET", "/clicksend/v3/account", &key, nominate, "")
        .await
        .text();
    assert!(
        echoed.contains("authorization: Basic ****"),
        "injected: {echoed}"
    );
    assert!(
        echoed.contains(&format!("host: {}", peer.address)),
        "{echoed}"
    );
    assert!(
        echoed.contains("x-kept: 2")
            && !echoed.contains("x-secret")
            && !echoed.contains("connection:"),
        "{echoed}"
    );
    assert_clean(&echoed);
}

/// 2. Methods that make a server echo carry no credential.
#[tokio::test]
async fn echoing_methods_carry_no_credential() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    for app in ["clicksend", "acme", "query"] {
        house.connection(app, &peer.url()).await;
        let key = house.key(Role::Full).await;
        let echoed = house
            .call(
                "OPTIONS",
                &format!("/{app}/x"),
                &key,
                "x-api-key: mine\r\n",
                "",
            )
            .await
            .text();
        assert!(echoed.starts_with("OPTIONS /x HTTP/1.1"), "{echoed}");
        assert!(
            !echoed.contains("****")
                && !echoed.contains("authorization")
                && !echoed.contains("api_key"),
            "{echoed}"
        );
        for method in ["TRACE", "CONNECT"] {
            let refused = house.call(method, &format!("/{app}/x"), &key, "", "").await;
            assert!(matches!(refused.status(), Some(400 | 405)), "{refused:?}");
        }
    }
}

/// 3. Redirects are the client's business.
#[tokio::test]
async fn redirects_are_returned_not_followed() {
    let inner = ScriptedUpstream::echo().await;
    let location = format!("location: http://{}/steal\r\n", inner.address);
    let peer = ScriptedUpstream::answering(move |_| {
        Some(answer("307 Temporary Redirect", &location, b""))
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let moved = house.get("/clicksend/v3/account", &key).await;
    assert_eq!(moved.status(), Some(307));
    assert!(
        moved
            .header("location")
            .is_some_and(|location| location.ends_with("/steal"))
    );
    assert_eq!((peer.connections(), inner.connections()), (1, 0));
}

/// 4. One authority drives matching, injection and dialling.
#[tokio::test]
async fn no_other_authority_is_dialled_or_told() {
    let (house, peer, evil) = (
        House::open().await,
        ScriptedUpstream::echo().await,
        ScriptedUpstream::echo().await,
    );
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Agent).await;
    let host = house.address;
    for (target, host, fine) in [
        (
            "/clicksend/v3/account".to_owned(),
            format!("{host}:x@{}", evil.address),
            false,
        ),
        (
            "/clicksend/v3/account".to_owned(),
            format!("{host}@evil.test"),
            false,
        ),
        (
            format!("http://{}/clicksend/v3/account", evil.address),
            host.to_string(),
            false,
        ),
        (
            format!("http://{host}/clicksend/v3/account"),
            format!("{}", evil.address),
            false,
        ),
        (
            format!("http://{host}@{}/clicksend/v3/account", evil.address),
            host.to_string(),
            false,
        ),
        (
            format!("http://{host}/clicksend/v3/account"),
            host.to_string(),
            true,
        ),
        // A foreign Host alone is no way out either: the connection says where calls go.
        (
            "/clicksend/v3/account".to_owned(),
            evil.address.to_string(),
            true,
        ),
    ] {
        let mut raw = house.raw().await;
        raw.write(format!(
            "GET {target} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        let reply = raw.message(false).await.expect("an answer");
        assert_eq!(
            reply.status(),
            Some(if fine { 200 } else { 400 }),
            "{target} {host} {reply:?}"
        );
        if fine {
            assert!(
                reply
                    .text()
                    .contains(&format!("host: {}\r\n", peer.address)),
                "{reply:?}"
            );
        }
    }
    assert_eq!(evil.connections(), 0);
}

/// 5. The credential goes to its connection's upstream and nowhere else, whatever the path looks like.
#[tokio::test]
async fn the_path_names_no_host() {
    let (house, peer, evil) = (
        House::open().await,
        ScriptedUpstream::echo().await,
        ScriptedUpstream::echo().await,
    );
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for path in [
        format!("//{}/v3/account", evil.address),
        format!("/http://{}/", evil.address),
        format!("/@{}/", evil.address),
        format!("/{}/", evil.address),
    ] {
        let reply = house.get(&format!("/clicksend{path}"), &key).await;
        assert!(matches!(reply.status(), Some(200 | 400)), "{reply:?}");
    }
    assert_eq!(evil.connections(), 0);
}

/// 6. The path that is judged is the path that is sent.
#[tokio::test]
async fn path_tricks_open_nothing() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let only_history = Scope {
        rules: Some(vec![
            Rule::parse(Some("GET"), Some("/v3/sms/history"), None).expect("rule"),
        ]),
        ..Scope::default()
    };
    let narrow = house.key_with(Role::Agent, false, only_history, None).await;
    assert_eq!(
        house
            .get("/clicksend/v3/sms/history", &narrow)
            .await
            .status(),
        Some(200)
    );
    for path in [
        "/v3/sms/history/../../account",
        "/v3/sms/history/%2e%2e/%2e%2e/account",
        "/v3/sms/history%2f..%2f..%2faccount",
        "/v3/sms/history;/../account",
        "/v3/sms/history/..;/account",
        "//v3/account",
        "/v3//account",
        "/v3/sms/history\\..\\account",
        "/v3/account%00/sms/history",
        "/v3/%252e%252e/account",
    ] {
        let refused = house.get(&format!("/clicksend{path}"), &narrow).await;
        assert!(matches!(refused.status(), Some(400)), "{path} {refused:?}");
    }
    for path in [
        "/v3/account",
        "/V3/SMS/HISTORY",
        "/v3/sms/history.",
        "/v3/sms/history/export",
        "/v3/sms/histor%79/export",
    ] {
        let refused = house.get(&format!("/clicksend{path}"), &narrow).await;
        assert_eq!(refused.status(), Some(403), "{path} {refused:?}");
    }
    let echoed = house
        .get("/clicksend/v3/sms/histor%79", &narrow)
        .await
        .text();
    assert!(
        echoed.starts_with("GET /v3/sms/history HTTP/1.1\r\n"),
        "{echoed}"
    );
}

/// 7. A client's own credential, in any spelling, does not reach the upstream.
#[tokio::test]
async fn the_injected_credential_wins() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    for app in ["clicksend", "acme", "query"] {
        house.connection(app, &peer.url()).await;
    }
    let key = house.key(Role::Full).await;
    let own = "X-API-KEY: mine\r\nx-api-key: mine\r\nX_Api_Key: mine\r\nCookie: session=mine\r\nProxy-Authorization: Basic mine\r\nMaton-Connection2: mine\r\n";
    let echoed = house.call("GET", "/acme/x", &key, own, "").await.text();
    assert!(!echoed.contains("mine"), "{echoed}");
    assert_eq!(echoed.matches("x-api-key: ****").count(), 1, "{echoed}");
    let echoed = house
        .call(
            "GET",
            "/query/x?api_key=mine&API%5FKEY=mine&a=b",
            &key,
            "",
            "",
        )
        .await
        .text();
    assert!(echoed.starts_with("GET /x?a=b&api_key=****"), "{echoed}");
    assert!(!echoed.contains("mine"), "{echoed}");
    assert!(
        !echoed.contains("pst_live_"),
        "our own key stays here: {echoed}"
    );
    // A folded or repeated Authorization is refused, not guessed.
    for headers in [
        "authorization: Bearer x\r\n",
        "authorization: Bearer\r\n x\r\n",
    ] {
        assert_eq!(
            house
                .call("GET", "/acme/x", &key, headers, "")
                .await
                .status(),
            Some(400)
        );
    }
}

/// 8. What the upstream reflects is masked: raw, paired, encoded, split, compressed; in headers, body and trailers.
#[tokio::test]
async fn reflections_are_masked() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        while let Some(asked) = raw.message(false).await {
            let pair = asked.header("authorization").unwrap_or_default().to_owned();
            match asked.first_line().split(' ').nth(1).unwrap_or_default() {
                "/v3/sms/history" => {
                    raw.write("HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-echo\r\n\r\n").await;
                    for piece in [&PASSWORD[..5], &PASSWORD[5..30], &PASSWORD[30..]] {
                        raw.write(format!("{:x}\r\n{piece}\r\n", piece.len())).await;
                        tokio::task::yield_now().await;
                    }
                    raw.write(format!("0\r\nx-echo: {PASSWORD}\r\n\r\n")).await;
                }
                "/v3/countries" => {
                    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                    gzip.write_all(format!("{pair} {PASSWORD}").as_bytes()).expect("memory");
                    raw.write(answer("200 OK", "content-encoding: gzip\r\n", &gzip.finish().expect("memory"))).await;
                }
                _ => {
                    let body = format!("<h1>401</h1>{pair} {PASSWORD} {}", PASSWORD.replace('-', "%2D"));
                    let headers = format!("x-echo: {pair}\r\nwww-authenticate: Basic realm=\"{PASSWORD}\"\r\nset-cookie: s={PASSWORD}\r\n");
                    raw.write(answer(&format!("400 {PASSWORD}"), &headers, body.as_bytes())).await;
                }
            }
        }
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for (path, masked) in [
        ("/v3/account", true),
        ("/v3/sms/history", true),
        ("/v3/countries", true),
    ] {
        let reply = house.get(&format!("/clicksend{path}"), &key).await;
        assert_clean(&format!(
            "{} {} {}",
            reply.head,
            reply.text(),
            reply.trailers
        ));
        assert_eq!(reply.text().contains("****"), masked, "{reply:?}");
        assert!(reply.header("set-cookie").is_none());
    }
}

/// 9. Secrets are nowhere in the database's files, the log, or what is answered.
#[tokio::test]
async fn secrets_are_in_no_file_and_no_line() {
    let (house, peer) = (
        House::open().await,
        ScriptedUpstream::answering(|_| None).await,
    );
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    for path in [
        "/v3/account",
        "/v3/unknown/+61411111111",
        "/v3/account?api_key=CANARY",
    ] {
        let reply = house
            .call(
                "POST",
                &format!("/clicksend{path}"),
                &key,
                "",
                "{\"body\":\"CANARY\"}",
            )
            .await;
        assert_clean(&format!("{} {}", reply.head, reply.text()));
    }
    let entries = house
        .audit_until(|entries| {
            entries
                .iter()
                .filter(|entry| entry.closed_at.is_some())
                .count()
                >= 3
        })
        .await;
    let shown = format!("{entries:?}");
    let log = house.close().await;
    for text in [&shown, &log] {
        assert_clean(text);
        for canary in ["CANARY", "61411111111", "pst_live_"] {
            assert!(!text.contains(canary), "{canary} in {text}");
        }
    }
    assert_eq!(log.lines().count(), 3, "{log}");
}

/// 10. A key's scope holds on every way in, cell by cell.
#[tokio::test]
async fn scopes_hold_on_every_cell() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    let mut connections = Vec::new();
    for app in ["clicksend", "acme", "acme"] {
        connections.push((app, house.connection(app, &peer.url()).await));
    }
    let set = |items: &[&str]| Some(items.iter().map(|item| (*item).to_owned()).collect());
    let second = connections[2].1.as_str();
    for (apps, own) in [
        (None, None),
        (set(&["acme"]), None),
        (set(&[]), None),
        (None, set(&[second])),
        (None, set(&[])),
        (set(&["clicksend"]), set(&[second])),
    ] {
        let scope = Scope {
            apps: apps.clone(),
            connections: own.clone(),
            ..Scope::default()
        };
        let key = house.key_with(Role::Agent, false, scope, None).await;
        for (app, id) in &connections {
            let allowed = apps
                .as_ref()
                .is_none_or(|apps: &std::collections::BTreeSet<String>| apps.contains(*app))
                && own
                    .as_ref()
                    .is_none_or(|own: &std::collections::BTreeSet<String>| own.contains(id));
            let target = if *app == "clicksend" {
                "/clicksend/v3/account".to_owned()
            } else {
                "/acme/x".to_owned()
            };
            for header in ["maton-connection", "Postern-Connection"] {
                let reply = house
                    .call("GET", &target, &key, &format!("{header}: {id}\r\n"), "")
                    .await;
                assert_eq!(
                    reply.status(),
                    Some(if allowed { 200 } else { 403 }),
                    "{app} {id} {apps:?} {own:?} {reply:?}"
                );
            }
            let basic = format!(
                "authorization: Basic {}\r\nmaton-connection: {id}\r\n",
                base64_of(&format!("user:{key}"))
            );
            let reply = house.call("GET", &target, "", &basic, "").await;
            assert_eq!(
                reply.status(),
                Some(if allowed { 200 } else { 403 }),
                "{reply:?}"
            );
        }
    }
}

pub fn base64_of(text: &str) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(text)
}

/// 11. Our own segments never become a call to an app; whose key may use them is the control plane's table.
#[tokio::test]
async fn control_routes_are_never_an_app() {
    let house = House::open().await;
    let key = house.key(Role::Agent).await;
    for path in postern_apps::RESERVED
        .iter()
        .filter(|segment| **segment != "v3")
    {
        let reply = house.get(&format!("/{path}"), &key).await;
        assert!(reply.text().starts_with("control GET"), "{path} {reply:?}");
    }
    for path in [
        "/%6beys",
        "/Keys",
        "/keys%2f",
        "/./keys",
        "/clicksend/../keys",
    ] {
        let reply = house.get(path, &key).await;
        assert!(!reply.text().starts_with("control"), "{path} {reply:?}");
    }
}

/// 12. A body over the limit is refused, never cut.
#[tokio::test]
async fn a_body_over_the_limit_is_refused() {
    let mut plan = Plan::default();
    plan.config.limits.body_bytes_max = 1000;
    let (house, peer) = (House::planned(plan).await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let fits = house
        .call(
            "POST",
            "/clicksend/v3/sms/price",
            &key,
            "",
            &"x".repeat(1000),
        )
        .await;
    assert_eq!(fits.status(), Some(200));
    let refused = house
        .call(
            "POST",
            "/clicksend/v3/sms/price",
            &key,
            "",
            &"x".repeat(1001),
        )
        .await;
    assert_eq!(problem(&refused), (413, "body_too_large".into()));
    // Without an announced length it is noticed on the way; the upstream never sees the end of the request.
    let mut raw = house.raw().await;
    let head = format!(
        "POST /clicksend/v3/sms/price HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\ntransfer-encoding: chunked\r\n\r\n"
    );
    raw.write(format!(
        "{head}3e8\r\n{}\r\n1\r\nx\r\n0\r\n\r\n",
        "x".repeat(1000)
    ))
    .await;
    let refused = raw.message(false).await.expect("an answer");
    assert_eq!(problem(&refused), (413, "body_too_large".into()));
}

/// 13. Without a store nothing that must be recorded is sent; reads go on.
#[tokio::test]
async fn without_a_store_nothing_unsafe_is_sent() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let break_store =
        |tx: &mut postern_store::Tx<'_>| tx.execute("DROP TABLE audit", &[]).map(drop);
    house
        .store
        .write(postern_store::Lane::CONTROL, break_store)
        .await
        .expect("dropped");
    for path in ["/v3/sms/send", "/v3/sms/templates", "/v3/nobody/knows"] {
        let refused = house
            .call("POST", &format!("/clicksend{path}"), &key, "", "{}")
            .await;
        assert_eq!(
            problem(&refused),
            (503, "store_unavailable".into()),
            "{path}"
        );
    }
    assert_eq!(peer.connections(), 0);
    assert_eq!(
        house.get("/clicksend/v3/account", &key).await.status(),
        Some(200)
    );
}

/// 14. No inner address is reached under any name.
#[tokio::test]
async fn inner_addresses_are_not_reached() {
    let house = House::planned(Plan {
        rules: Rules::default(),
        ..Plan::default()
    })
    .await;
    let peer = ScriptedUpstream::echo().await;
    let key = house.key(Role::Full).await;
    let port = peer.address.port();
    for host in [
        "127.0.0.1",
        "localhost",
        "[::1]",
        "[::ffff:127.0.0.1]",
        "2130706433",
        "0x7f000001",
        "127.1",
        "[64:ff9b::7f00:1]",
        "169.254.169.254",
        "0.0.0.0",
    ] {
        let id = house
            .connection("clicksend", &format!("http://{host}:{port}"))
            .await;
        let reply = house
            .call(
                "GET",
                "/clicksend/v3/account",
                &key,
                &format!("maton-connection: {id}\r\n"),
                "",
            )
            .await;
        let (status, word) = problem(&reply);
        assert_eq!(status, 502, "{host}");
        assert!(
            word == "upstream_address_refused" || word == "upstream_unreachable",
            "{host} {word}"
        );
    }
    assert_eq!(peer.connections(), 0);
}

/// 15. See `smuggling`: here only that a refused message ends its connection, so that nothing hides behind it.
#[tokio::test]
async fn nothing_hides_behind_a_refused_message() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let smuggled = format!(
        "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
    );
    let mut raw: Raw = house.raw().await;
    raw.write(format!("POST /clicksend/v3/account HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\ncontent-length: 5\r\n\r\n{smuggled}")).await;
    assert_eq!(
        raw.message(false).await.expect("an answer").status(),
        Some(400)
    );
    assert_eq!(raw.rest().await, b"");
    assert_eq!(peer.connections(), 0);
}
