//! The injected secret never comes back: every place and form of an echo, and what must not carry it at all.

use std::io::Write as _;

use http::{HeaderMap, Request};
use http_body_util::BodyExt as _;
use postern_apps::{Injection, Secrets};
use postern_egress::{Body, Treatment};
use postern_testkit::{ScriptedUpstream, answer, ok};
use secrecy::SecretString;

use crate::setup::{PAIR, basic, egress, field, get, text, upstream, with_credential};

const SECRET: &str = "s3cret/key+1";

fn assert_clean(text: &str) {
    for form in [
        SECRET,
        PAIR.trim_end_matches('='),
        "s3cret%2Fkey%2B1",
        "s3cret%2fkey%2b1",
        "s3cret\\/key+1",
    ] {
        assert!(!text.contains(form), "{form} in {text}");
    }
}

#[tokio::test]
async fn an_echo_is_masked_at_its_length() {
    let peer = ScriptedUpstream::echo().await;
    let credential = basic();
    let response = egress()
        .send(
            get("/x"),
            &upstream(&peer.url()),
            with_credential(&credential),
        )
        .await
        .expect("answered");
    let length: usize = response.headers()["content-length"]
        .to_str()
        .expect("text")
        .parse()
        .expect("number");
    let echoed = text(response).await;
    assert!(
        echoed.contains("authorization: Basic ***"),
        "it was injected, and masked: {echoed}"
    );
    assert_eq!(echoed.len(), length);
    assert_clean(&echoed);
}

#[tokio::test]
async fn every_form_and_place_is_masked() {
    let raw = format!(
        "raw {SECRET} pair {PAIR} url s3cret%2Fkey%2B1 s3cret%2fkey%2b1 json s3cret\\/key+1 end"
    );
    let headers = format!(
        "x-echo: Basic {PAIR}\r\nlocation: https://x/?k=s3cret%2Fkey%2B1\r\nset-cookie: session=1\r\n"
    );
    let reply = answer(&format!("401 {SECRET}"), &headers, raw.as_bytes());
    let peer = ScriptedUpstream::answering(move |_| Some(reply.clone())).await;
    let credential = basic();
    let response = egress()
        .send(
            get("/"),
            &upstream(&peer.url()),
            with_credential(&credential),
        )
        .await
        .expect("answered");
    assert_eq!(response.status(), 401);
    let shown = format!("{:?} {:?}", response.headers(), response.extensions());
    assert_clean(&shown);
    assert!(
        response
            .extensions()
            .get::<hyper::ext::ReasonPhrase>()
            .is_none(),
        "a reason phrase is an echo too"
    );
    assert!(!response.headers().contains_key("set-cookie"));
    let body = text(response).await;
    assert_eq!(body.len(), raw.len());
    assert!(body.ends_with(" end"));
    assert_clean(&body);
}

#[tokio::test]
async fn an_echo_in_pieces_and_trailers_is_masked() {
    let peer = ScriptedUpstream::start(|mut raw, _| async move {
        drop(raw.message(false).await);
        raw.write(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\ntrailer: x-echo\r\n\r\n")
            .await;
        for piece in ["a s3", "cre", "t/k", "ey+", "1 b"] {
            raw.write(format!("{:x}\r\n{piece}\r\n", piece.len())).await;
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
        raw.write(format!("0\r\nx-echo: {SECRET}\r\n\r\n")).await;
        raw.rest().await;
    })
    .await;
    let credential = basic();
    let response = egress()
        .send(
            get("/"),
            &upstream(&peer.url()),
            with_credential(&credential),
        )
        .await
        .expect("answered");
    let collected = response.into_body().collect().await.expect("whole");
    let trailers: HeaderMap = collected.trailers().cloned().unwrap_or_default();
    assert_eq!(
        trailers
            .get("x-echo")
            .map(|value| value.to_str().expect("text")),
        Some("************")
    );
    assert_eq!(collected.to_bytes().as_ref(), b"a ************ b");
}

#[tokio::test]
async fn compressed_echoes_are_decoded_and_masked() {
    let plain = format!("pair {PAIR} end");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(plain.as_bytes()).expect("memory");
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::default());
    zlib.write_all(plain.as_bytes()).expect("memory");
    for (coding, packed) in [
        ("gzip", gzip.finish().expect("memory")),
        ("deflate", zlib.finish().expect("memory")),
    ] {
        let peer = ScriptedUpstream::answering(move |message| {
            assert_eq!(message.header("accept-encoding"), Some("identity"));
            Some(answer(
                "200 OK",
                &format!("content-encoding: {coding}\r\n"),
                &packed,
            ))
        })
        .await;
        let (egress, credential) = (egress(), basic());
        let response = egress
            .send(
                get("/"),
                &upstream(&peer.url()),
                with_credential(&credential),
            )
            .await
            .expect("answered");
        assert!(!response.headers().contains_key("content-encoding"));
        assert!(!response.headers().contains_key("content-length"));
        assert_eq!(
            text(response).await,
            format!("pair {}= end", "*".repeat(PAIR.len() - 1))
        );
        assert_eq!(egress.sweep(), 1, "the connection is back");
    }
}

#[tokio::test]
async fn what_cannot_be_looked_into_is_withheld() {
    let peer = ScriptedUpstream::answering(|_| {
        Some(answer(
            "201 Created",
            "content-encoding: zstd\r\n",
            b"(\xb5/\xfd",
        ))
    })
    .await;
    let credential = basic();
    let response = egress()
        .send(
            get("/"),
            &upstream(&peer.url()),
            with_credential(&credential),
        )
        .await
        .expect("answered");
    assert_eq!(response.status(), 201, "the outcome is known and told");
    assert!(response.headers().contains_key("postern-body-withheld"));
    assert_eq!(text(response).await, "");
    // Without a secret there is nothing to look for.
    let response = egress()
        .send(get("/"), &upstream(&peer.url()), Treatment::default())
        .await
        .expect("answered");
    assert_eq!(response.headers()["content-encoding"], "zstd");
}

#[tokio::test]
async fn methods_that_echo_carry_no_credential() {
    let peer = ScriptedUpstream::echo().await;
    let credential = basic();
    for method in ["OPTIONS", "TRACE"] {
        let request = Request::builder()
            .method(method)
            .uri("/")
            .body(Body::empty())
            .expect("request");
        let response = egress()
            .send(
                request,
                &upstream(&peer.url()),
                with_credential(&credential),
            )
            .await
            .expect("answered");
        assert!(!text(response).await.contains("authorization"), "{method}");
    }
}

#[tokio::test]
async fn a_query_credential_replaces_the_callers_own() {
    let peer = ScriptedUpstream::echo().await;
    let secrets = Secrets::from([("key".to_owned(), SecretString::from("s3cret&1"))]);
    let credential = Injection::Query {
        name: "api_key".into(),
        field: field("key"),
    }
    .prepare(&secrets)
    .expect("complete");
    let target = upstream(&format!("{}/base", peer.url()));
    for (given, sent) in [
        ("/x?a=1&api_key=mine&b=2", "GET /base/x?a=1&b=2&api_key="),
        ("/x?API%5fKEY=mine", "GET /base/x?api_key="),
        ("/x", "GET /base/x?api_key="),
    ] {
        let response = egress()
            .send(get(given), &target, with_credential(&credential))
            .await
            .expect("answered");
        let echoed = text(response).await;
        assert!(echoed.starts_with(&format!("{sent}**********")), "{echoed}");
    }
}

#[tokio::test]
async fn a_base_path_precedes_path_and_query() {
    let peer = ScriptedUpstream::echo().await;
    let target = upstream(&format!("{}/v2/", peer.url()));
    let echoed = text(
        egress()
            .send(get("/x/y?z"), &target, Treatment::default())
            .await
            .expect("answered"),
    )
    .await;
    assert!(echoed.starts_with("GET /v2/x/y?z HTTP/1.1\r\n"), "{echoed}");
}

#[tokio::test]
async fn secret_fields_are_masked_when_asked() {
    let body = br#"{"data":{"_subaccount":{"api_key":"D83DED51","api_username":"u"}}}"#;
    let peer = ScriptedUpstream::answering(|_| Some(ok(body))).await;
    let registry = postern_apps::Registry::builtin();
    let fields = &registry.get("clicksend").expect("built in").secret_fields;
    let treatment = Treatment {
        credential: None,
        secret_fields: Some(fields),
    };
    let response = egress()
        .send(get("/"), &upstream(&peer.url()), treatment)
        .await
        .expect("answered");
    assert_eq!(
        text(response).await,
        r#"{"data":{"_subaccount":{"api_key":"********","api_username":"u"}}}"#
    );
}
