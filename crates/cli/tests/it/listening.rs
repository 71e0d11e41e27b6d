//! The three listeners: what the operations one tells, and TLS on the other two.

use std::fs;

use postern_client::{Client, RawRequest, Settings};

use crate::server::{Home, first_key, send};

/// Status and text of a GET without a key that means anything.
async fn get(url: &str, path: &str) -> (u16, String) {
    let client = Client::new(Settings::new(url, "none".to_owned())).unwrap();
    let mut answer = client.raw(RawRequest::get(path)).await.unwrap();
    let mut body = Vec::new();
    while let Some(piece) = answer.next_piece().await.unwrap() {
        body.extend_from_slice(piece.as_ref());
    }
    (answer.status.as_u16(), String::from_utf8(body).unwrap())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_tell_how_it_is() {
    let home = Home::new();
    let server = home.start().await;
    let url = server.urls.operations.clone();
    assert_eq!(get(&url, "/healthz").await, (200, "ok\n".to_owned()));
    assert_eq!(get(&url, "/readyz").await, (200, "ready\n".to_owned()));
    assert_eq!(get(&url, "/metrics").await.0, 200);
    assert_eq!(get(&url, "/keys").await.0, 404, "nothing else is there");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operators_certificates_are_used_by_gateway_and_platform() {
    let certified = rcgen::generate_simple_self_signed(["127.0.0.1".to_owned()]).unwrap();
    let home = Home::new();
    let (cert, key) = (home.path("cert.pem"), home.path("key.pem"));
    fs::write(&cert, certified.cert.pem()).unwrap();
    fs::write(&key, certified.signing_key.serialize_pem()).unwrap();
    let home = home
        .set("tls.cert", cert.to_str().unwrap())
        .set("tls.key", key.to_str().unwrap());
    let server = home.start().await;
    for url in [&server.urls.gateway, &server.urls.platform] {
        assert!(url.starts_with("https://"), "{url}");
    }
    let trusting = |url: &str, key: &str| {
        let mut settings = Settings::new(url, key.to_owned());
        settings.ca_pem = Some(certified.cert.pem().into_bytes());
        Client::new(settings).unwrap()
    };
    send(
        &trusting(&server.urls.gateway, &first_key(&server)),
        "over TLS",
    )
    .await;
    let platform = trusting(&server.urls.platform, "none");
    let answer = platform.raw(RawRequest::get("/v3/account")).await.unwrap();
    assert_eq!(
        answer.status, 401,
        "the platform asks for its own credentials"
    );
    server.stop().await;
}
