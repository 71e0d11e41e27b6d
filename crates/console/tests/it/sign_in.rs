//! Signing in and out, and what protects it.

use http::StatusCode;
use postern_access::{Visitor as Peer, operator_entry};
use secrecy::ExposeSecret as _;

use crate::bed::{Bed, PASSWORD, Visitor};

#[tokio::test]
async fn somebody_signs_in_looks_and_signs_out() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::new(&bed);
    let page = ada.get("/console/approvals").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER);
    assert_eq!(
        page.header("location"),
        "/console/sign-in?next=/console/approvals"
    );
    let form = ada.get(page.header("location")).await;
    for (name, value) in [
        ("cache-control", "no-store"),
        ("x-frame-options", "DENY"),
        ("referrer-policy", "same-origin"),
        ("x-content-type-options", "nosniff"),
    ] {
        assert_eq!(form.header(name), value);
    }
    let policy = form.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && !policy.contains("script"));
    let mut fields = [
        ("form_token", form.hidden("form_token")),
        ("next", form.hidden("next")),
        ("operator", "Ada".to_owned()),
        ("password", "wrong".to_owned()),
    ];
    let refused = ada.post("/console/sign-in", &fields).await;
    assert_eq!(refused.status, StatusCode::UNAUTHORIZED);
    assert!(
        refused.text.contains("name or the password is wrong") && !refused.text.contains("\"wrong")
    );
    fields[3].1 = PASSWORD.to_owned();
    let welcome = ada.post("/console/sign-in", &fields).await;
    assert_eq!(welcome.header("location"), "/console/approvals");
    let page = ada.get("/console/approvals").await;
    assert_eq!(page.status, StatusCode::OK);
    assert!(page.text.contains("ada") && page.text.contains("Sign out"));

    let session = ada.cookies.clone();
    let out = [("form_token", page.hidden("form_token"))];
    let said = ada.post("/console/sign-out", &out).await;
    assert_eq!(said.header("location"), "/console/sign-in");
    assert!(ada.cookies.is_empty());
    ada.cookies = session;
    let page = ada.get("/console/approvals").await;
    assert_eq!(page.status, StatusCode::SEE_OTHER, "the session has ended");
    let actions: Vec<_> = bed
        .audit()
        .await
        .into_iter()
        .map(|e| (e.action, e.decision))
        .collect();
    let said = |action: &str, decision: &str| (action.to_owned(), decision.to_owned());
    assert_eq!(
        actions,
        [
            said("operator.sign_out", "allowed"),
            said("operator.sign_in", "allowed"),
            said("operator.sign_in", "refused")
        ]
    );
}

#[tokio::test]
async fn cookies_are_out_of_reach() {
    for (secure, prefix, end) in [
        (true, "__Host-", "; Secure"),
        (false, "", "SameSite=Strict"),
    ] {
        let bed = Bed::open(secure).await;
        let mut ada = Visitor::signed_in(&bed).await;
        assert!(
            ada.cookies
                .contains_key(&format!("{prefix}postern_session"))
        );
        let form = ada.get("/console/sign-in").await;
        let cookie = form.header("set-cookie");
        assert!(cookie.contains("; HttpOnly; SameSite=Strict"), "{cookie}");
        assert!(cookie.ends_with(end), "{cookie}");
    }
}

#[tokio::test]
async fn a_form_from_elsewhere_is_refused() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::new(&bed);
    let form = ada.get("/console/sign-in").await;
    let fields = |token: String| {
        [
            ("form_token", token),
            ("operator", "ada".to_owned()),
            ("password", PASSWORD.to_owned()),
        ]
    };
    let token = form.hidden("form_token");
    for site in [Some("cross-site"), Some("same-site"), Some("none"), None] {
        ada.site = site;
        let said = ada.post("/console/sign-in", &fields(token.clone())).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN, "{site:?}");
    }
    ada.site = Some("same-origin");
    let mut other = Visitor::new(&bed);
    let theirs = other.get("/console/sign-in").await.hidden("form_token");
    for wrong in [theirs, String::new(), "x".to_owned()] {
        let said = ada.post("/console/sign-in", &fields(wrong)).await;
        assert_eq!(said.status, StatusCode::FORBIDDEN);
    }
    ada.cookies.clear();
    let said = ada.post("/console/sign-in", &fields(token)).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN, "without its cookie");
    assert!(bed.audit().await.is_empty());
}

#[tokio::test]
async fn a_sign_out_needs_the_sessions_own_token() {
    let bed = Bed::open(false).await;
    let (mut one, mut two) = (
        Visitor::signed_in(&bed).await,
        Visitor::signed_in(&bed).await,
    );
    let theirs = two.get("/console/approvals").await.hidden("form_token");
    let said = one
        .post("/console/sign-out", &[("form_token", theirs)])
        .await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    assert_eq!(one.get("/console/approvals").await.status, StatusCode::OK);
}

#[tokio::test]
async fn too_many_attempts_say_when_to_come_back() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::new(&bed);
    let form = ada.get("/console/sign-in").await;
    let fields = [
        ("form_token", form.hidden("form_token")),
        ("operator", "ada".to_owned()),
        ("password", "wrong".to_owned()),
    ];
    for _ in 0..10 {
        let said = ada.post("/console/sign-in", &fields).await;
        assert_eq!(said.status, StatusCode::UNAUTHORIZED);
    }
    let said = ada.post("/console/sign-in", &fields).await;
    assert_eq!(said.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(said.header("retry-after"), "900");
}

#[tokio::test]
async fn a_link_signs_in_once_and_only_by_its_button() {
    let bed = Bed::open(false).await;
    let peer = Peer {
        peer: "127.0.0.1".parse().unwrap(),
        request_id: "r".into(),
    };
    let entry = operator_entry("id-ada", &peer, bed.clock.now(), "operator.link");
    let token = bed.operators.link("id-ada", entry).await.unwrap().unwrap();
    let path = format!("/console/link?token={}", token.expose_secret());
    let mut ada = Visitor::new(&bed);
    for _ in 0..3 {
        assert_eq!(ada.get(&path).await.status, StatusCode::OK);
    }
    let form = ada.get(&path).await;
    let fields = [
        ("form_token", form.hidden("form_token")),
        ("token", form.hidden("token")),
    ];
    let mut thief = Visitor::new(&bed);
    let said = thief.post("/console/link", &fields).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN, "not from its form");
    let said = ada.post("/console/link", &fields).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    assert_eq!(ada.get("/console/approvals").await.status, StatusCode::OK);
    let form = thief.get(&path).await;
    let fields = [
        ("form_token", form.hidden("form_token")),
        ("token", form.hidden("token")),
    ];
    let said = thief.post("/console/link", &fields).await;
    assert_eq!(said.status, StatusCode::GONE);
    assert!(
        thief
            .get("/console/link")
            .await
            .text
            .contains("does not work")
    );
}
