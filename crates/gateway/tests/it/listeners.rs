//! TLS, HTTP/2, draining, and clients that do not read.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http_body_util::{BodyExt as _, Empty, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use postern_domain::key::Role;
use postern_gateway::{BadCertificate, server_config};
use postern_testkit::{Raw, ScriptedUpstream};
use rustls::pki_types::{CertificateDer, ServerName};
use tokio::net::TcpStream;

use crate::house::{House, Plan};

fn certificate() -> (String, String, CertificateDer<'static>) {
    let made =
        rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).expect("a certificate");
    (
        made.cert.pem(),
        made.signing_key.serialize_pem(),
        made.cert.der().clone(),
    )
}

async fn connect(
    house: &House,
    trusted: CertificateDer<'static>,
    alpn: &[&[u8]],
) -> tokio_rustls::client::TlsStream<TcpStream> {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(trusted).expect("a certificate");
    let mut config = rustls::ClientConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_root_certificates(roots)
    .with_no_client_auth();
    config.alpn_protocols = alpn.iter().map(|name| name.to_vec()).collect();
    let stream = TcpStream::connect(house.address).await.expect("connected");
    let name = ServerName::try_from("localhost").expect("a name");
    tokio_rustls::TlsConnector::from(Arc::new(config))
        .connect(name, stream)
        .await
        .expect("a session")
}

#[tokio::test]
async fn tls_with_the_operators_certificate_speaks_both_versions() {
    let (chain, key_pem, der) = certificate();
    let tls = server_config(chain.as_bytes(), key_pem.as_bytes()).expect("usable");
    let (house, peer) = (
        House::planned(Plan {
            tls: Some(tls),
            ..Plan::default()
        })
        .await,
        ScriptedUpstream::echo().await,
    );
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;

    let mut raw = Raw::over(connect(&house, der.clone(), &[b"http/1.1"]).await);
    raw.write(format!("GET /clicksend/v3/account HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {key}\r\n\r\n")).await;
    assert_eq!(
        raw.message(false).await.expect("an answer").status(),
        Some(200)
    );

    let stream = connect(&house, der, &[b"h2", b"http/1.1"]).await;
    assert_eq!(stream.get_ref().1.alpn_protocol(), Some(&b"h2"[..]));
    speak_h2(stream, "https", &key).await;
}

#[tokio::test]
async fn h2_by_prior_knowledge() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    speak_h2(
        TcpStream::connect(house.address).await.expect("connected"),
        "http",
        &key,
    )
    .await;
}

async fn speak_h2(
    stream: impl tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
    scheme: &str,
    key: &str,
) {
    let (sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("h2");
    tokio::spawn(connection);
    let calls = (0..20).map(|number| {
        let mut sender = sender.clone();
        let request = http::Request::post(format!(
            "{scheme}://localhost/clicksend/v3/sms/price?n={number}"
        ))
        .header("authorization", format!("Bearer {key}"))
        .header("cookie", "a=b")
        .body(Full::new(Bytes::from_static(b"{}")))
        .expect("request");
        async move {
            let response = sender.send_request(request).await.expect("an answer");
            assert_eq!(response.status(), 200);
            assert_eq!(response.headers()["x-request-id"].len(), 32);
            let echoed = response
                .into_body()
                .collect()
                .await
                .expect("whole")
                .to_bytes();
            let echoed = String::from_utf8_lossy(&echoed).into_owned();
            assert!(
                echoed.starts_with(&format!("POST /v3/sms/price?n={number} HTTP/1.1\r\n")),
                "{echoed}"
            );
            assert!(
                echoed.ends_with("{}")
                    && !echoed.contains("cookie")
                    && echoed.contains("content-length: 2\r\n"),
                "{echoed}"
            );
        }
    });
    futures_util::future::join_all(calls).await;
}

#[tokio::test]
async fn h2_pseudo_headers_and_host_must_agree() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let stream = TcpStream::connect(house.address).await.expect("connected");
    let (mut sender, connection) =
        hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream))
            .await
            .expect("h2");
    tokio::spawn(connection);
    for (host, want) in [("localhost", 200), ("evil.test", 400)] {
        let request = http::Request::get("http://localhost/clicksend/v3/account")
            .header("authorization", format!("Bearer {key}"))
            .header("host", host)
            .body(Empty::<Bytes>::new())
            .expect("request");
        assert_eq!(
            sender
                .send_request(request)
                .await
                .expect("an answer")
                .status(),
            want,
            "{host}"
        );
    }
}

#[test]
fn bad_certificates_say_so() {
    let (chain, key, _) = certificate();
    let (_, other_key, _) = certificate();
    assert!(matches!(
        server_config(b"", key.as_bytes()),
        Err(BadCertificate::Empty)
    ));
    assert!(matches!(
        server_config(chain.as_bytes(), b""),
        Err(BadCertificate::Key(_))
    ));
    assert!(matches!(
        server_config(chain.as_bytes(), other_key.as_bytes()),
        Err(BadCertificate::Pair(_))
    ));
    assert!(server_config(chain.as_bytes(), key.as_bytes()).is_ok());
}

#[tokio::test]
async fn stopping_finishes_what_runs() {
    let (reached, mut at_peer) = tokio::sync::watch::channel(false);
    let (release, released) = tokio::sync::watch::channel(false);
    let peer = ScriptedUpstream::start(move |mut raw, _| {
        let (reached, mut released) = (reached.clone(), released.clone());
        async move {
            drop(raw.message(false).await);
            reached.send_replace(true);
            drop(released.wait_for(|go| *go).await);
            raw.write(postern_testkit::ok(b"done")).await;
        }
    })
    .await;
    let house = House::open().await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    let idle = house.raw().await;
    raw.write(format!(
        "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
    ))
    .await;
    at_peer
        .wait_for(|there| *there)
        .await
        .expect("the upstream has it");
    let address = house.address;
    let closing = tokio::spawn(house.close());
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
    assert!(!closing.is_finished());
    release.send_replace(true);
    assert_eq!(raw.message(false).await.expect("an answer").text(), "done");
    let log = closing.await.expect("closed");
    assert!(log.contains("\"response.status\":200"), "{log}");
    drop(idle);
}

#[tokio::test]
async fn a_client_that_does_not_read_is_given_up() {
    let mut plan = Plan::default();
    plan.config.timeouts.client_stall = Duration::from_millis(100);
    let house = House::planned(plan).await;
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write("HTTP/1.1 200 OK\r\ncontent-length: 100000000\r\n\r\n")
            .await;
        let piece = vec![b'x'; 100_000];
        for _ in 0..1000 {
            raw.write(&piece).await;
        }
    })
    .await;
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut raw = house.raw().await;
    raw.write(format!(
        "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
    ))
    .await;
    raw.until(b"\r\n\r\n").await.expect("a head");
    let log = house.close().await;
    assert!(!log.contains("\"response.bytes\":100000000"), "{log}");
    assert!(raw.rest().await.len() < 100_000_000);
}

#[tokio::test]
async fn a_head_that_never_comes_is_not_waited_for() {
    let mut plan = Plan::default();
    plan.config.timeouts.head = Duration::from_millis(100);
    let house = House::planned(plan).await;
    let mut slow = house.raw().await;
    slow.write("GET /clicksend/v3/account HTT").await;
    slow.rest().await;
}

#[tokio::test]
async fn all_threads_serve() {
    let mut plan = Plan::default();
    plan.config.threads = Some(3);
    let (house, peer) = (House::planned(plan).await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut prefixes = std::collections::BTreeSet::new();
    let mut open = Vec::new();
    for _ in 0..6 {
        let mut raw = house.raw().await;
        raw.write(format!(
            "GET /clicksend/v3/account HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {key}\r\n\r\n"
        ))
        .await;
        let reply = raw.message(false).await.expect("an answer");
        prefixes.insert(reply.header("x-request-id").expect("an id")[..16].to_owned());
        open.push(raw);
    }
    assert_eq!(prefixes.len(), 3, "connections are dealt out evenly");
    assert_eq!(peer.connections(), 3, "each thread has its own pool");
}
