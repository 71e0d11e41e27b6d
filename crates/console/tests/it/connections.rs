//! Connections: made with a link for whoever has the credentials, mended, changed, stopped and deleted by forms.

use http::StatusCode;

use crate::bed::{Bed, Visitor};

#[tokio::test]
async fn a_connection_waits_with_its_link_gets_a_new_one_and_is_deleted() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let list = ada.get("/console/connections").await;
    assert!(list.text.contains("No connections"), "{}", list.text);
    let form = ada.get("/console/connections/new").await;
    let token = form.hidden("form_token");
    let fields = [
        ("form_token", token.clone()),
        ("app", "clicksend".to_owned()),
        ("name", "shop <b>".to_owned()),
        ("place", "remote".to_owned()),
        ("upstream", "https://rest.clicksend.test".to_owned()),
    ];
    let made = ada.post("/console/connections/new", &fields).await;
    assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.text);
    let place = made.header("location").to_owned();
    let page = ada.get(&place).await;
    assert!(
        page.text.contains("shop &#60;b&#62;") && page.text.contains("waits for credentials"),
        "{}",
        page.text
    );
    let link = |text: &str| {
        text.split("id=\"link\">")
            .nth(1)
            .map(|rest| rest.split('<').next().unwrap().to_owned())
    };
    let first = link(&page.text).expect("a link");
    assert!(
        first.starts_with("http://postern.test/connect?session_token="),
        "{first}"
    );

    let post = vec![("form_token", token)];
    ada.post(&format!("{place}/reconnect"), &post).await;
    let second = link(&ada.get(&place).await.text).expect("a link");
    assert_ne!(first, second, "the newer takes the place of the one before");
    let verified = ada.post(&format!("{place}/verify"), &post).await;
    assert_eq!(
        verified.header("location"),
        format!("{place}?verified=pending")
    );

    let mut change = post.clone();
    change.extend([
        ("name", "store".to_owned()),
        ("unknown_policy", "ask".to_owned()),
        ("limits.messages_per_day", "9".to_owned()),
    ]);
    let said = ada.post(&format!("{place}/change"), &change).await;
    assert_eq!(said.header("location"), place, "{}", said.text);
    let page = ada.get(&place).await;
    assert!(
        page.text.contains("a person is asked") && page.text.contains("Messages a day"),
        "{}",
        page.text
    );
    change[2].1 = "sometimes".to_owned();
    let said = ada.post(&format!("{place}/change"), &change).await;
    assert_eq!(said.status, StatusCode::UNPROCESSABLE_ENTITY);

    ada.post(&format!("{place}/freeze"), &post).await;
    assert!(
        ada.get("/console/connections")
            .await
            .text
            .contains(">frozen<")
    );
    ada.post(&format!("{place}/delete"), &post).await;
    assert_eq!(ada.get(&place).await.status, StatusCode::NOT_FOUND);
    let actions: Vec<_> = bed
        .audit()
        .await
        .into_iter()
        .rev()
        .filter(|entry| entry.actor_id == "id-ada")
        .map(|entry| entry.action)
        .collect();
    assert_eq!(
        actions[1..],
        [
            "connection.create",
            "connection.reconnect",
            "connection.change",
            "freeze.pull",
            "connection.delete"
        ]
    );
}

#[tokio::test]
async fn a_wrong_address_is_said_where_it_was_typed() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let form = ada.get("/console/connections/new").await;
    for (app, place, upstream, said) in [
        ("clicksend", "remote", "ftp://x", "id=\"error-upstream\""),
        ("nothing", "remote", "", "App: There is no app nothing"),
        ("clicksend", "builtin", "", "id=\"error-account\""),
    ] {
        let fields = [
            ("form_token", form.hidden("form_token")),
            ("app", app.to_owned()),
            ("place", place.to_owned()),
            ("upstream", upstream.to_owned()),
        ];
        let answer = ada.post("/console/connections/new", &fields).await;
        assert_eq!(answer.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(answer.text.contains(said), "{said}: {}", answer.text);
    }
}
