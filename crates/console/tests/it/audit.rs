//! The audit: searched, looked at whole, verified and taken away as a file.

use http::StatusCode;

use crate::bed::{Bed, Visitor};

/// A key made by a form, so that there is something on record; its id.
async fn key(ada: &mut Visitor<'_>) -> String {
    let form = ada.get("/console/keys/new").await;
    let fields = [
        ("form_token", form.hidden("form_token")),
        ("name", "noted".to_owned()),
    ];
    let made = ada.post("/console/keys/new", &fields).await;
    let id = made.text.split("postern key allowance ").nth(1).unwrap();
    id.chars().take(36).collect()
}

#[tokio::test]
async fn records_are_found_by_who_what_and_when() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let id = key(&mut ada).await;
    for (query, there, shown) in [
        ("", true, "noted"),
        ("?action=key.*", true, "key.create"),
        ("?action=freeze.*", false, "Nothing matches"),
        ("?actor=id-ada&action=key.create", true, "key.create"),
        (&*format!("?object={id}"), true, "key.create"),
        ("?connection=nothing", false, "Nothing matches"),
        ("?decision=refused", false, "Nothing matches"),
        ("?from=2026-11-23&until=2026-11-23", true, "key.create"),
        ("?until=2026-11-22", false, "Nothing matches"),
        ("?from=2026-11-24", false, "Nothing matches"),
        ("?from=yesterday", true, "A day is written as"),
        ("?actor=%3Cb%3E", false, "&#60;b&#62;"),
    ] {
        let page = ada.get(&format!("/console/audit{query}")).await;
        assert_eq!(page.status, StatusCode::OK, "{query}");
        assert_eq!(
            page.text.contains(">noted</a>"),
            there,
            "{query}: {}",
            page.text
        );
        assert!(page.text.contains(shown), "{query}: {}", page.text);
    }
    let list = ada.get("/console/audit?action=key.create").await;
    let href = list.text.split("<a href=\"/console/audit/").nth(1).unwrap();
    let href = format!("/console/audit/{}", href.split('"').next().unwrap());
    let record = ada.get(&href).await;
    assert!(
        record.text.contains("&#34;role&#34;: &#34;agent&#34;"),
        "{}",
        record.text
    );
    assert_eq!(
        ada.get("/console/audit/nothing").await.status,
        StatusCode::NOT_FOUND
    );
}

#[tokio::test]
async fn the_chain_is_verified_here_and_anywhere() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    key(&mut ada).await;
    let page = ada.get("/console/audit").await;
    let post = [("form_token", page.hidden("form_token"))];
    let said = ada.post("/console/audit/verify", &post).await;
    assert!(
        said.text.contains("none changed, none missing"),
        "{}",
        said.text
    );
    let file = ada.get("/console/audit/export").await;
    assert!(file.header("content-disposition").starts_with("attachment"));
    let public = said.text.split("Public key</dt><dd><code>").nth(1).unwrap();
    let public = postern_audit::PublicKey::parse(
        &public
            .split('<')
            .next()
            .unwrap()
            .replace("&#43;", "+")
            .replace("&#47;", "/")
            .replace("&#61;", "="),
    )
    .unwrap();
    let mut verifier = postern_audit::Verifier::new(public);
    for line in file.text.lines() {
        verifier.line(line).unwrap();
    }
    assert!(verifier.finish().unwrap().records > 0);

    // Somebody writes the store by hand.
    bed.store
        .write(postern_store::Lane::CONTROL, |tx| {
            tx.execute(
                "UPDATE audit SET actor_id = 'somebody else' WHERE action = 'key.create'",
                &[],
            )
        })
        .await
        .unwrap();
    let said = ada.post("/console/audit/verify", &post).await;
    assert!(
        said.text.contains("This is not what was signed"),
        "{}",
        said.text
    );
    let mut eve = Visitor::new(&bed);
    assert_eq!(
        eve.get("/console/audit/export").await.status,
        StatusCode::SEE_OTHER
    );
}
