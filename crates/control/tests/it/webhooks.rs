//! Webhooks of an account: how they are, what they were told, every try of it, and one more.

use postern_domain::account::AccountId;
use postern_domain::automation::{Encoding, InboundAction, TextMatch};
use postern_store::pushes::{self, About, NewPush, Next, Outcome};
use postern_store::queue::Lease;
use postern_store::rules::{self, NewInboundRule};
use postern_store::{Lane, accounts};
use serde_json::{Value, json};

use crate::bed::Bed;

/// A push of the account that waits, for no rule; its name.
pub async fn push(bed: &Bed, account: AccountId) -> String {
    queue(bed, account, None).await;
    let waiting = pushes::Filter::default();
    let all = bed
        .store
        .read(move |tx| pushes::list(tx, account, waiting, i64::MAX, 1));
    format!("push_{}", all.await.unwrap()[0].push_id)
}

async fn queue(bed: &Bed, account: AccountId, rule_id: Option<i64>) {
    let now = bed.clock.now();
    let new = NewPush {
        rule_id,
        about: About::Inbound(1),
        url: "https://shop.test/hook?token=hunter2".to_owned(),
        encoding: Encoding::Json,
    };
    let queued = bed.store.write(Lane::of(account.0), move |tx| {
        pushes::queue(tx, account, &new, now)
    });
    assert!(queued.await.unwrap());
}

async fn rule(bed: &Bed, account: AccountId) -> i64 {
    let now = bed.clock.now();
    let rule = NewInboundRule {
        dedicated_number: "*".into(),
        rule_name: "shop".into(),
        search: TextMatch::Any,
        search_term: String::new(),
        action: InboundAction::Url,
        action_address: "https://shop.test/hook".into(),
        body: String::new(),
        encoding: Encoding::Json,
        enabled: true,
    };
    let made = bed.store.write(Lane::of(account.0), move |tx| {
        rules::create_inbound(tx, account, &rule, now)
    });
    made.await.unwrap().unwrap()
}

/// Whoever makes pushes takes all that are due.
async fn claim(bed: &Bed) -> Vec<pushes::ClaimedPush> {
    let now = bed.clock.now();
    let lease = Lease {
        until: now.plus_secs(60),
        claim: 7,
    };
    let claimed = bed
        .store
        .write(Lane::CONTROL, move |tx| pushes::claim(tx, now, 10, lease));
    claimed.await.unwrap()
}

async fn settle(bed: &Bed, push: &pushes::ClaimedPush, status: i64, next: Next) {
    let (push_id, lease) = (push.push_id, push.lease);
    let outcome = Outcome {
        at: bed.clock.now(),
        took_micros: 12_345,
        status: Some(status),
        problem: None,
        answer: Some("closed".to_owned()),
        next,
    };
    let settled = bed.store.write(Lane::CONTROL, move |tx| {
        pushes::settle(tx, push_id, lease, &outcome)
    });
    settled.await.unwrap();
}

/// The live account, reached by a default connection, and its sandbox.
async fn two_accounts(bed: &Bed) -> (AccountId, AccountId) {
    let all = bed.store.read(|tx| accounts::list(tx, AccountId(0), 10));
    let all = all.await.unwrap();
    let find = |sandbox| all.iter().find(|one| one.sandbox == sandbox).unwrap().id;
    let (live, sandbox) = (find(false), find(true));
    bed.builtin(live, false).await;
    bed.builtin(sandbox, true).await;
    (live, sandbox)
}

#[tokio::test]
async fn every_try_is_seen_and_a_replay_is_made_once_with_the_same_id() {
    let bed = Bed::open().await;
    let (live, _) = two_accounts(&bed).await;
    let shop = rule(&bed, live).await;
    queue(&bed, live, Some(shop)).await;
    let claimed = claim(&bed).await;
    let path = "/webhooks/pushes/push_1";
    let replay = format!("{path}/replay");
    let busy = bed.post(&replay, Value::Null).await;
    assert_eq!(busy.refusal(409).0, "not_replayed", "it is being tried");
    settle(&bed, &claimed[0], 503, Next::GivenUp).await;
    let seen = bed.get(&bed.full, path).await.expect(200);
    assert_eq!(seen["push"]["state"], "given_up");
    assert_eq!(seen["push"]["webhook"], format!("inbound/{shop}"));
    let one = &seen["tries"][0];
    assert_eq!(
        (&one["status"], &one["took_ms"], &one["answer"]),
        (&json!(503), &json!(12), &json!("closed"))
    );
    let list = bed.get(&bed.full, "/webhooks").await.expect(200);
    let recently = &list["webhooks"][0]["recently"];
    assert_eq!(
        (&recently["given_up"], &recently["state"]),
        (&json!(1), &json!("given_up"))
    );

    for _ in 0..2 {
        let again = bed.post(&replay, Value::Null).await.expect(200);
        assert_eq!(again["push"]["state"], "waiting");
        assert_eq!(again["push"]["push_id"], "push_1");
    }
    let again = claim(&bed).await;
    assert_eq!(again.len(), 1, "asked for twice it is made once");
    settle(&bed, &again[0], 200, Next::Arrived).await;
    let seen = bed.get(&bed.full, path).await.expect(200);
    assert_eq!(seen["push"]["state"], "arrived");
    assert_eq!(seen["tries"].as_array().unwrap().len(), 2);
    let audit = bed.audit().await;
    let replays: Vec<_> = audit
        .iter()
        .filter(|one| one.action == "push.replay")
        .collect();
    assert_eq!(replays.len(), 2);
    assert_eq!(
        (
            replays[0].object_kind.as_str(),
            replays[0].object_id.as_str()
        ),
        ("push", "push_1")
    );
    assert!(!format!("{audit:?}").contains("hunter2"));
}

#[tokio::test]
async fn lists_are_narrowed_and_go_on_page_by_page() {
    let bed = Bed::open().await;
    let (live, _) = two_accounts(&bed).await;
    let shop = rule(&bed, live).await;
    for rule in [Some(shop), None, Some(shop)] {
        queue(&bed, live, rule).await;
    }
    let ids = async |query: &str| {
        let path = format!("/webhooks/pushes?{query}");
        let list = bed.get(&bed.full, &path).await.expect(200);
        let ids = list["pushes"].as_array().unwrap().iter();
        let ids: Vec<_> = ids.map(|one| one["push_id"].clone()).collect();
        (Value::from(ids), list["next"].clone())
    };
    let all = json!(["push_3", "push_2", "push_1"]);
    assert_eq!(ids("").await, (all, Value::Null));
    let (first, next) = ids("limit=2").await;
    assert_eq!(
        (first, &next),
        (json!(["push_3", "push_2"]), &json!("push_2"))
    );
    assert_eq!(ids("limit=2&before=push_2").await.0, json!(["push_1"]));
    let narrowed = ids(&format!("webhook=inbound/{shop}&state=waiting")).await;
    assert_eq!(narrowed.0, json!(["push_3", "push_1"]));
    assert_eq!(ids("state=arrived").await.0, json!([]));
    for (query, field) in [
        ("state=lost", "state"),
        ("webhook=inbound", "webhook"),
        ("before=7", "before"),
        ("limit=201", "limit"),
        ("account=1", "account"),
    ] {
        let said = bed
            .get(&bed.full, &format!("/webhooks/pushes?{query}"))
            .await;
        assert_eq!(said.refusal(422).1, field, "{query}");
    }
}

#[tokio::test]
async fn pushes_of_others_are_not_there() {
    let bed = Bed::open().await;
    let (live, sandbox) = two_accounts(&bed).await;
    push(&bed, live).await;
    let theirs = push(&bed, sandbox).await;
    for path in [
        format!("/webhooks/pushes/{theirs}"),
        "/webhooks/pushes/7".to_owned(),
    ] {
        assert_eq!(
            bed.get(&bed.full, &path).await.refusal(404).0,
            "push_not_found"
        );
        let replay = bed.post(&format!("{path}/replay"), Value::Null).await;
        assert_eq!(replay.refusal(404).0, "push_not_found");
    }
    let test = bed.post("/keys", json!({"name": "t", "test": true, "role": "full"}));
    let test = test.await.expect(201)["api_key"]
        .as_str()
        .unwrap()
        .to_owned();
    let list = bed.get(&test, "/webhooks/pushes").await.expect(200);
    assert_eq!(list["account_id"], sandbox.0);
    assert_eq!(list["pushes"].as_array().unwrap().len(), 1);
    let narrow = json!({"name": "n", "role": "full", "apps": ["clicksend"]});
    let narrow = bed.post("/keys", narrow).await.expect(201);
    let said = bed
        .get(narrow["api_key"].as_str().unwrap(), "/webhooks")
        .await;
    assert_eq!(said.refusal(403).0, "wider_than_caller");
}

#[tokio::test]
async fn calls_of_alerts_are_seen_and_made_again() {
    let bed = Bed::open().await;
    let told = json!({"url": "https://ops.test/alerts"});
    let made = bed.post("/alerts/endpoints", told).await.expect(201);
    let id = made["endpoint"]["endpoint_id"].as_str().unwrap().to_owned();
    let path = format!("/alerts/endpoints/{id}");
    bed.post(&format!("{path}/test"), Value::Null)
        .await
        .expect(200);
    let now = bed.clock.now();
    let call = bed.store.write(Lane::CONTROL, move |tx| {
        postern_store::alerts::announce(tx, now)?;
        let call = postern_store::alerts::due(tx, now, 1)?.remove(0);
        let told = postern_store::alerts::Told {
            at: now,
            took_micros: 1_000,
            status: Some(500),
            problem: Some("status 500".to_owned()),
            answer: Some("closed".to_owned()),
        };
        postern_store::alerts::told(tx, &call, &told)
    });
    call.await.unwrap();
    let tries = bed
        .get(&bed.full, &format!("{path}/tries"))
        .await
        .expect(200);
    assert_eq!(
        (&tries["waiting"], &tries["tries"][0]["alert_id"]),
        (&json!(0), &json!("alert_1"))
    );
    assert_eq!(tries["tries"][0]["status"], 500);
    let replay = format!("{path}/replay");
    for _ in 0..2 {
        bed.post(&replay, json!({"alert_id": "alert_1"}))
            .await
            .expect(200);
    }
    let tries = bed
        .get(&bed.full, &format!("{path}/tries?limit=1"))
        .await
        .expect(200);
    assert_eq!(tries["waiting"], 1, "asked for twice it is told once");
    assert!(tries["next_try_at"].is_string() && tries["next"].is_string());
    let older = format!("{path}/tries?before={}", tries["next"].as_str().unwrap());
    assert_eq!(
        bed.get(&bed.full, &older).await.expect(200)["tries"],
        json!([])
    );
    let missing = bed.post(&replay, json!({"alert_id": "alert_9"})).await;
    assert_eq!(missing.refusal(404).0, "alert_not_found");
    let wrong = bed.post(&replay, json!({"alert_id": "9"})).await;
    assert_eq!(wrong.refusal(422).1, "alert_id");
    let now = bed.clock.now();
    let due = bed
        .store
        .read(move |tx| postern_store::alerts::due(tx, now, 10));
    assert_eq!(due.await.unwrap()[0].alert.id(), "alert_1");
}
