//! HTTPS upstreams: the name is checked, the operator's authority is trusted, nothing else is.

use std::sync::Arc;

use postern_egress::{BadCa, Egress, Phase, Resolver, SendErrorKind, client_config};
use postern_testkit::{Raw, ok};
use rustls::pki_types::PrivateKeyDer;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use crate::setup::{get, rules, send, text, upstream};

/// A server with a certificate for `localhost` of an authority of its own; gives its port and the authority's certificate.
async fn server() -> (u16, String) {
    let ca_key = rcgen::KeyPair::generate().expect("key");
    let mut ca = rcgen::CertificateParams::new(Vec::new()).expect("params");
    ca.is_ca = rcgen::IsCa::Ca(rcgen::BasicConstraints::Unconstrained);
    let ca_pem = ca.self_signed(&ca_key).expect("signed").pem();
    let issuer = rcgen::Issuer::new(ca, ca_key);
    let key = rcgen::KeyPair::generate().expect("key");
    let leaf = rcgen::CertificateParams::new(vec!["localhost".to_owned()])
        .expect("params")
        .signed_by(&key, &issuer)
        .expect("signed");
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(
        rustls::crypto::aws_lc_rs::default_provider(),
    ))
    .with_safe_default_protocol_versions()
    .expect("versions")
    .with_no_client_auth()
    .with_single_cert(
        vec![leaf.der().clone()],
        PrivateKeyDer::try_from(key.serialize_der()).expect("key"),
    )
    .expect("certificate");
    let acceptor = TlsAcceptor::from(Arc::new(config));
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("port");
    let port = listener.local_addr().expect("bound").port();
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            let acceptor = acceptor.clone();
            tokio::spawn(async move {
                let Ok(stream) = acceptor.accept(stream).await else {
                    return;
                };
                let mut raw = Raw::over(stream);
                while let Some(message) = raw.message(false).await {
                    raw.write(ok(message.head.as_bytes())).await;
                }
            });
        }
    });
    (port, ca_pem)
}

#[tokio::test]
async fn the_operators_authority_is_trusted_for_the_right_name() {
    let (port, ca) = server().await;
    let egress = Egress::new(
        rules(),
        client_config(Some(ca.as_bytes())).expect("authority"),
        Resolver::System,
    );
    for _ in 0..3 {
        let response = send(
            &egress,
            get("/x"),
            &upstream(&format!("https://localhost:{port}")),
        )
        .await
        .expect("trusted");
        assert!(
            text(response)
                .await
                .contains(&format!("host: localhost:{port}\r\n"))
        );
    }
    assert_eq!(egress.sweep(), 1);
    let error = send(
        &egress,
        get("/"),
        &upstream(&format!("https://127.0.0.1:{port}")),
    )
    .await
    .err()
    .expect("another name");
    assert!(matches!(error.kind, SendErrorKind::Tls(_)), "{error}");
    assert_eq!(error.phase, Phase::BeforeFirstByte);
}

#[tokio::test]
async fn strangers_are_not() {
    let (port, _) = server().await;
    let egress = Egress::new(
        rules(),
        client_config(None).expect("roots"),
        Resolver::System,
    );
    let error = send(
        &egress,
        get("/"),
        &upstream(&format!("https://localhost:{port}")),
    )
    .await
    .err()
    .expect("unknown authority");
    assert!(matches!(error.kind, SendErrorKind::Tls(_)), "{error}");
}

#[test]
fn a_bad_authority_file_says_so() {
    assert!(matches!(client_config(Some(b"")), Err(BadCa::Empty)));
    assert!(matches!(
        client_config(Some(
            b"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n"
        )),
        Err(BadCa::Pem(_))
    ));
    assert!(matches!(
        client_config(Some(
            b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n"
        )),
        Err(BadCa::Certificate(_))
    ));
}
