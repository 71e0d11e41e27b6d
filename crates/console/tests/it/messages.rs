//! Messages and the phone, where there is nothing yet; with messages they are looked at in a browser, end to end.

use http::StatusCode;
use postern_delivery::{Carrier as _, HandedOver, Taken};

use crate::bed::{Bed, Visitor};

#[tokio::test]
async fn pages_without_anything_say_what_to_do() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for (path, said) in [
        ("/console/messages", "Nothing was sent yet"),
        (
            "/console/messages?to=%2B61411&state=Failed&page=-1&channel=fax&account=x",
            "Nothing matches",
        ),
        (
            "/console/messages?words=nothing&before=12",
            "Nothing matches",
        ),
        ("/console/messages/received", "Nothing came in yet"),
        (
            "/console/messages/received?words=%25&before=x",
            "Nothing matches",
        ),
        ("/console/phone", "Nothing has arrived yet"),
        ("/console/phone?account=99&number=%3Cb%3E", "&#60;b&#62;"),
    ] {
        let page = ada.get(path).await;
        assert_eq!(page.status, StatusCode::OK, "{path}");
        assert!(page.text.contains(said), "{path}: {}", page.text);
        assert!(
            page.header("content-security-policy")
                .contains("script-src 'self'")
        );
    }
    for path in [
        "/console/messages/1/nonsense",
        "/console/messages/x/018f2f00-0000-7000-8000-000000000000",
        "/console/messages/1/018f2f00-0000-7000-8000-000000000000",
        "/console/messages/1/received/018f2f00-0000-7000-8000-000000000000",
    ] {
        assert_eq!(ada.get(path).await.status, StatusCode::NOT_FOUND, "{path}");
    }
    for path in ["/console/messages", "/console/phone"] {
        let page = Visitor::new(&bed).get(path).await;
        assert_eq!(
            page.header("location"),
            format!("/console/sign-in?next={path}")
        );
    }
}

#[tokio::test]
async fn a_person_writes_back_with_a_form_of_ours_only() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get("/console/phone?number=%2B15551234567").await;
    let mut fields = [
        ("form_token", page.hidden("form_token")),
        ("account", "1".to_owned()),
        ("number", "+15551234567".to_owned()),
        ("to", "+15557654321".to_owned()),
        ("text", " Yes ".to_owned()),
    ];
    let simulator = bed.simulator.clone();
    let taking = tokio::spawn(async move {
        let HandedOver { text, told } = simulator.incoming().await;
        told.send(Taken::Kept).unwrap();
        text
    });
    let said = ada.post("/console/phone", &fields).await;
    assert_eq!(
        (said.status, said.header("location")),
        (
            StatusCode::SEE_OTHER,
            "/console/phone?account=1&number=%2B15551234567"
        )
    );
    let text = taking.await.unwrap();
    assert_eq!(
        (
            text.sender.as_str(),
            text.recipient.as_str(),
            text.body.as_str()
        ),
        ("+15551234567", "+15557654321", "Yes")
    );
    assert!(
        bed.audit()
            .await
            .iter()
            .any(|entry| entry.action == "inbox.reply" && entry.actor_id == "id-ada")
    );

    fields[4].1 = " ".to_owned();
    let said = ada.post("/console/phone", &fields).await;
    assert!(said.header("location").ends_with("&problem=text"));
    fields[0].1 = "another".to_owned();
    assert_eq!(
        ada.post("/console/phone", &fields).await.status,
        StatusCode::FORBIDDEN
    );
}
