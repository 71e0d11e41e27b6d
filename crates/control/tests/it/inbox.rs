//! The simulator's handsets through the control API.

use std::time::Duration;

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::Lane;
use postern_store::mailbox::{self, Mail};
use serde_json::{Value, json};

use crate::bed::Bed;

async fn scene() -> (Bed, AccountId) {
    let bed = Bed::open().await;
    let account = bed.account("acme", false).await;
    bed.builtin(account, false).await;
    (bed, account)
}

async fn mail(bed: &Bed, account: AccountId, recipient: &str, subject: &str) -> UnixMicros {
    let mail = Mail {
        recipient: recipient.into(),
        subject: subject.into(),
        body: "Hello".into(),
    };
    bed.clock.advance_millis(10);
    let now = bed.clock.now();
    bed.store
        .write(Lane::of(account.0), move |tx| {
            mailbox::deliver(tx, account, &mail, now)
        })
        .await
        .unwrap();
    now
}

fn subjects(inbox: &Value) -> Vec<&str> {
    inbox["messages"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["subject"].as_str().unwrap())
        .collect()
}

#[tokio::test]
async fn what_arrived_is_shown_the_newest_first_until_it_is_emptied() {
    let (bed, account) = scene().await;
    assert_eq!(
        subjects(&bed.get(&bed.agent, "/inbox").await.expect(200)),
        [""; 0]
    );
    mail(&bed, account, "a@example.com", "Your code is 1234").await;
    mail(&bed, account, "b@example.com", "Welcome").await;
    let inbox = bed.get(&bed.agent, "/inbox").await.expect(200);
    assert_eq!(subjects(&inbox), ["Welcome", "Your code is 1234"]);
    assert_eq!(
        (
            inbox["code"].as_str(),
            inbox["messages"][0]["code"].as_str()
        ),
        (Some("1234"), None)
    );
    assert_eq!(
        subjects(
            &bed.get(&bed.full, "/inbox?to=A@example.com")
                .await
                .expect(200)
        ),
        ["Your code is 1234"]
    );
    assert_eq!(
        subjects(&bed.get(&bed.full, "/inbox?limit=1").await.expect(200)),
        ["Welcome"]
    );
    let cursor = inbox["cursor"].as_str().unwrap();
    mail(&bed, account, "c@example.com", "Later").await;
    assert_eq!(
        subjects(
            &bed.get(&bed.full, &format!("/inbox?after={cursor}"))
                .await
                .expect(200)
        ),
        ["Later"]
    );
    assert_eq!(
        bed.ask(&bed.full, "DELETE", "/inbox", Value::Null)
            .await
            .status,
        200
    );
    let emptied = bed.get(&bed.full, "/inbox").await.expect(200);
    assert_eq!(
        (subjects(&emptied), &emptied["code"]),
        (vec![], &Value::Null)
    );
}

#[tokio::test]
async fn whoever_waits_is_answered_when_something_arrives() {
    let (bed, account) = scene().await;
    let waiting = bed.get(&bed.full, "/inbox?to=a@example.com&wait=30s");
    let arriving = async {
        // Another address does not end the waiting.
        mail(&bed, account, "b@example.com", "Not this").await;
        bed.reported.send_modify(|count| *count += 1);
        tokio::task::yield_now().await;
        mail(&bed, account, "a@example.com", "This").await;
        bed.reported.send_modify(|count| *count += 1);
    };
    let (said, ()) = tokio::time::timeout(Duration::from_secs(20), async {
        tokio::join!(waiting, arriving)
    })
    .await
    .unwrap();
    assert_eq!(subjects(&said.expect(200)), ["This"]);
    let nothing = bed
        .get(&bed.full, "/inbox?to=nobody@example.com&wait=1ms")
        .await
        .expect(200);
    assert_eq!(subjects(&nothing), [""; 0]);
}

#[tokio::test]
async fn a_person_writes_back() {
    let (bed, _) = scene().await;
    let reply = json!({"from": "(555) 123-4567", "to": "+15557654321", "body": "Yes"});
    bed.post(
        "/inbox/replies",
        json!({"from": "+15551234567", "to": "+15557654321", "body": "Yes"}),
    )
    .await
    .expect(201);
    {
        let texts = bed.texts.lock().unwrap();
        let text = texts.last().unwrap();
        assert_eq!(
            (
                text.sender.as_str(),
                text.recipient.as_str(),
                text.body.as_str()
            ),
            ("+15551234567", "+15557654321", "Yes")
        );
    }
    let local = bed.post("/inbox/replies", reply).await;
    assert!(
        local.status == 201 || local.refusal(422).1 == "from",
        "{}",
        local.text
    );
    for (reply, status, field) in [
        (
            json!({"from": "nobody", "to": "+15557654321", "body": "Yes"}),
            422,
            "from",
        ),
        (
            json!({"from": "+15551234567", "to": "", "body": "Yes"}),
            422,
            "to",
        ),
        (
            json!({"from": "+15551234567", "to": "+15557654321", "body": ""}),
            422,
            "body",
        ),
        (json!({"from": "+15551234567", "body": "Yes"}), 409, "to"),
    ] {
        assert_eq!(
            bed.post("/inbox/replies", reply).await.refusal(status).1,
            field
        );
    }
}

#[tokio::test]
async fn there_is_nothing_to_see_of_a_real_account() {
    let bed = Bed::open().await;
    assert_eq!(
        bed.get(&bed.full, "/inbox").await.refusal(400).0,
        "no_connection"
    );
    assert_eq!(
        bed.get(&bed.full, "/inbox?connection=nope")
            .await
            .refusal(404)
            .1,
        "connection"
    );
    let account = bed.account("acme", false).await;
    bed.builtin(account, false).await;
    for query in [
        "wait=2m",
        "after=yesterday",
        "limit=0",
        "limit=101",
        "unknown=1",
    ] {
        let field = query.split('=').next().unwrap();
        assert_eq!(
            bed.get(&bed.full, &format!("/inbox?{query}"))
                .await
                .refusal(422)
                .1,
            field
        );
    }
}
