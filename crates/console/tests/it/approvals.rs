//! Looking at what waits, and deciding.

use http::StatusCode;
use postern_access::Visitor as Peer;
use postern_approvals::{Approvals, Asked, Holding};
use postern_domain::channel::Channel;
use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_domain::time::UnixMicros;
use postern_guard::{Item, Pending, Sending};
use postern_store::approvals::State;
use postern_store::{Lane, accounts, mailbox, notices};

use crate::bed::{Bed, Visitor};

/// A send of two messages that waits; answers its id.
async fn held(bed: &Bed, body: &[u8]) -> String {
    let item = |to: &str| Item {
        to: to.to_owned(),
        country: None,
        segments: 1,
        price: Some(Micros(50_000)),
        leaves_at: UnixMicros::EPOCH,
    };
    let sending = Sending {
        channel: Channel::Sms,
        currency: Some(Currency::Usd),
        items: vec![item("+15551234567"), item("+15551234568")],
        refused_by_platform: 0,
    };
    let asked = Asked {
        key_id: "k".to_owned(),
        key_name: "support bot".to_owned(),
        connection_id: "c".to_owned(),
        app: "clicksend".to_owned(),
        path: "/v3/sms/send".to_owned(),
        method: "POST".to_owned(),
        target: "/v3/sms/send".to_owned(),
        headers: vec![("content-type".to_owned(), "application/json".to_owned())],
        body: body.to_vec(),
        pending: Pending::of(Vec::new(), &sending),
        callback: Some("https://caller.test/told".to_owned()),
        inside: false,
        visitor: Peer {
            peer: "127.0.0.1".parse().unwrap(),
            request_id: "r".to_owned(),
        },
    };
    match bed.approvals.hold(asked).await.unwrap() {
        Holding::Waits { approval_id, .. } => {
            bed.clock.advance_millis(1);
            approval_id
        }
        Holding::Full => panic!("it waits"),
    }
}

async fn state(bed: &Bed, id: &str) -> State {
    bed.approvals.get(id).await.unwrap().unwrap().state
}

/// What a browser reads where the body is shown.
fn shown_body(page: &str) -> String {
    let from = page.split("id=\"body\"><code>").nth(1).unwrap();
    let escaped = from.split("</code>").next().unwrap();
    let mut text = String::new();
    let mut parts = escaped.split("&#");
    text.push_str(parts.next().unwrap());
    for part in parts {
        let (number, rest) = part.split_once(';').unwrap();
        text.push(char::from(number.parse::<u8>().unwrap()));
        text.push_str(rest);
    }
    text
}

#[tokio::test]
async fn every_byte_is_shown_as_it_would_be_sent() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    for body in [
        r#"{"messages":[{"to":"+15551234567","body":"Hi"}]}"#,
        "{ \"messages\" : [ {\"to\":\"+1\",\"body\":\"<script>alert('x')</script> &amp; \\\"\"} ]\n}\n",
        "&#60; </code></pre><h1>no</h1> \u{202e} é 漢",
        "",
    ] {
        let id = held(&bed, body.as_bytes()).await;
        let page = ada.get(&format!("/console/approvals/{id}")).await;
        assert_eq!(page.status, StatusCode::OK);
        assert_eq!(shown_body(&page.text), body);
        assert!(!page.text.contains("<script") && !page.text.contains("<h1>no"));
        let found = bed.approvals.get(&id).await.unwrap().unwrap();
        let opened = bed.approvals.open(&found).unwrap().unwrap();
        assert_eq!(opened.body, body.as_bytes(), "and that is what is sent");
        for word in [
            "0.100000 USD",
            "/v3/sms/send",
            &Approvals::shown_digest(&found.digest),
        ] {
            assert!(page.text.contains(word), "{word}");
        }
    }
}

#[tokio::test]
async fn somebody_approves_one_and_denies_another() {
    let bed = Bed::open(false).await;
    let mut ada = Visitor::signed_in(&bed).await;
    let (good, bad) = (held(&bed, b"{}").await, held(&bed, b"{ }").await);
    let list = ada.get("/console/approvals").await;
    assert!(list.text.contains(&good) && list.text.contains(&bad));
    for (id, verb, ends) in [
        (&good, "approve", State::Approved),
        (&bad, "deny", State::Denied),
    ] {
        let path = format!("/console/approvals/{id}");
        let page = ada.get(&path).await;
        let fields = [
            ("form_token", page.hidden("form_token")),
            ("digest", page.hidden("digest")),
            ("reason", "not <today>".to_owned()),
        ];
        let said = ada.post(&format!("{path}/{verb}"), &fields).await;
        assert_eq!(said.header("location"), path, "{}", said.text);
        assert_eq!(state(&bed, id).await, ends);
        let page = ada.get(&path).await;
        assert!(page.text.contains("by ada") && !page.text.contains("Approve and send"));
        // A second window that still shows the form.
        let late = ada.post(&format!("{path}/approve"), &fields).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        assert!(late.text.contains("changed nothing"));
    }
    let actions: Vec<_> = bed
        .audit()
        .await
        .into_iter()
        .filter(|entry| entry.action.starts_with("approval."))
        .map(|entry| (entry.action, entry.decision, entry.actor_id))
        .collect();
    let by_ada = |action: &str, decision: &str| {
        (action.to_owned(), decision.to_owned(), "id-ada".to_owned())
    };
    assert_eq!(
        actions[..4],
        [
            by_ada("approval.approve", "refused"),
            by_ada("approval.deny", "allowed"),
            by_ada("approval.approve", "refused"),
            by_ada("approval.approve", "allowed"),
        ]
    );
}

#[tokio::test]
async fn a_decision_needs_a_session_its_own_form_what_was_seen_and_time() {
    let bed = Bed::open(false).await;
    let id = held(&bed, b"{}").await;
    let path = format!("/console/approvals/{id}");
    let mut nobody = Visitor::new(&bed);
    assert_eq!(nobody.get(&path).await.status, StatusCode::SEE_OTHER);
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get(&path).await;
    let (token, digest) = (page.hidden("form_token"), page.hidden("digest"));
    let approve = format!("{path}/approve");
    let fields = |token: &str, digest: &str| {
        [
            ("form_token", token.to_owned()),
            ("digest", digest.to_owned()),
        ]
    };
    let said = nobody.post(&approve, &fields(&token, &digest)).await;
    assert_eq!(said.status, StatusCode::SEE_OTHER);
    let said = ada.post(&approve, &fields("x", &digest)).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    ada.site = Some("cross-site");
    let said = ada.post(&approve, &fields(&token, &digest)).await;
    assert_eq!(said.status, StatusCode::FORBIDDEN);
    ada.site = Some("same-origin");
    for wrong in [
        "",
        "00",
        &digest.replace(&digest[..1], "g"),
        &"0".repeat(64),
    ] {
        let said = ada.post(&approve, &fields(&token, wrong)).await;
        assert_eq!(said.status, StatusCode::CONFLICT);
        assert!(said.text.contains("not what waits here"));
    }
    assert_eq!(state(&bed, &id).await, State::Pending);
    bed.clock.advance_millis(3600 * 1000 - 30 * 60 * 1000);
    ada.get(&path).await;
    bed.clock.advance_millis(30 * 60 * 1000);
    let said = ada.post(&approve, &fields(&token, &digest)).await;
    assert_eq!(said.status, StatusCode::CONFLICT);
    assert!(said.text.contains("expired") && said.text.contains("changed nothing"));
    bed.approvals.tidy().await.unwrap();
    assert_eq!(state(&bed, &id).await, State::Expired);
    let said = ada.get("/console/approvals/none").await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn whoever_decides_and_whoever_asked_are_told_without_the_text() {
    let bed = Bed::open(false).await;
    let live = accounts::NewAccount {
        username: "live".to_owned(),
        api_key_hash: [0; 32],
        pepper_version: 1,
        api_key_sealed: vec![0],
        email: String::new(),
        phone: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        country: CountryCode::parse("US").unwrap(),
        timezone: "UTC".to_owned(),
        currency: Currency::Usd,
        balance: Micros(0),
        sandbox: false,
        char_limit_parts: 8,
    };
    let now = bed.clock.now();
    let account = bed
        .store
        .write(Lane::CONTROL, move |tx| accounts::create(tx, &live, now))
        .await
        .unwrap();
    let id = held(
        &bed,
        b"{\"messages\":[{\"to\":\"+15551234567\",\"body\":\"a secret\"}]}",
    )
    .await;
    let (mail, due) = bed
        .store
        .write(Lane::CONTROL, move |tx| {
            let due = notices::claim(tx, UnixMicros(i64::MAX), UnixMicros(i64::MAX), 10)?;
            Ok((mailbox::newest(tx, account, 10)?, due))
        })
        .await
        .unwrap();
    let link = format!("http://postern.test/console/approvals/{id}");
    assert_eq!(mail[0].recipient, "ops@postern.test");
    assert_eq!(mail[0].subject, "support bot asks to send 2 messages");
    assert!(mail[0].body.contains(&link));
    assert_eq!(due[0].url, "https://hooks.test/");
    assert!(due[0].payload.contains("approval.requested") && due[0].payload.contains(&link));
    let mut ada = Visitor::signed_in(&bed).await;
    let page = ada.get(&format!("/console/approvals/{id}")).await;
    let fields = [
        ("form_token", page.hidden("form_token")),
        ("digest", page.hidden("digest")),
    ];
    ada.post(&format!("/console/approvals/{id}/deny"), &fields)
        .await;
    let told = bed
        .store
        .write(Lane::CONTROL, |tx| {
            notices::claim(tx, UnixMicros(i64::MAX), UnixMicros(i64::MAX), 10)
        })
        .await
        .unwrap();
    let told = told
        .iter()
        .find(|notice| notice.url == "https://caller.test/told")
        .unwrap();
    assert!(
        told.payload.contains("\"state\":\"denied\""),
        "{}",
        told.payload
    );
    for text in [
        &mail[0].body,
        &mail[0].subject,
        &due[0].payload,
        &told.payload,
    ] {
        assert!(
            !text.contains("secret") && !text.contains("+1555"),
            "{text}"
        );
    }
    let disk = {
        let postern_store::Engine::Sqlite(path) = &bed.store.config.engine else {
            panic!("tests use SQLite")
        };
        let files = std::fs::read_dir(path.parent().unwrap()).unwrap();
        files
            .flat_map(|file| std::fs::read(file.unwrap().path()).unwrap())
            .collect::<Vec<u8>>()
    };
    for secret in [&b"a secret"[..], b"+15551234567"] {
        assert!(!disk.windows(secret.len()).any(|bytes| bytes == secret));
    }
}
