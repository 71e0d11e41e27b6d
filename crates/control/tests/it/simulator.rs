//! Chaos, handsets and the sandbox's clock through the control API. What they do to messages is tested where messages are carried.

use postern_domain::account::AccountId;
use postern_domain::channel::Content;
use postern_domain::chaos::Handset;
use postern_domain::message_id::MessageId;
use postern_domain::money::Micros;
use postern_store::messages::{self, NewMessage};
use postern_store::queue::{self, Lease, Settlement};
use postern_store::{Lane, Through, accounts, simulator};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::bed::Bed;

/// A message that the simulator has in hand; its id.
pub async fn waiting(bed: &Bed, account: AccountId) -> String {
    let now = bed.clock.now();
    let id = scheduled(bed, account, None).await;
    let lease = Lease {
        until: now.plus_secs(30),
        claim: 7,
    };
    let claimed = bed
        .store
        .write(Lane::CONTROL, move |tx| queue::claim(tx, now, 10, lease))
        .await
        .unwrap();
    let sent = claimed.messages.into_iter().map(|one| {
        let settlement = Settlement::Accepted {
            carrier: "simulator",
            ask_at: now.plus_secs(60),
        };
        (one.key.seq, one.lease, settlement)
    });
    let sent: Vec<_> = sent.collect();
    bed.store
        .write(Lane::CONTROL, move |tx| {
            queue::settle(tx, account, &sent, now)
        })
        .await
        .unwrap();
    id
}

/// `seconds` from now; `None`: at once.
async fn scheduled(bed: &Bed, account: AccountId, seconds: Option<i64>) -> String {
    let now = bed.clock.now();
    let due = seconds.map(|seconds| now.plus_secs(seconds));
    let message_id = MessageId::new(now, postern_vault::random());
    let new = NewMessage {
        message_id,
        schedule: due.map(|due| due.secs()),
        due,
        recipient: "+15551234567".into(),
        country: "US".into(),
        sender: "+15005550100".into(),
        shared_sender: true,
        body: "hello".into(),
        custom_string: String::new(),
        from_email: None,
        source: "test".into(),
        segments: 1,
        price: Micros(1),
        test_number: false,
        origin: None,
        content: Content::Sms,
    };
    let accepted = bed.store.write(Lane::of(account.0), move |tx| {
        let one = std::slice::from_ref(&new);
        messages::accept(tx, account, one, true, &Through::default(), now)
    });
    accepted.await.unwrap().unwrap();
    Uuid::from_bytes(message_id.0).to_string()
}

/// The live account's, with a connection to it.
async fn scene() -> (Bed, AccountId) {
    let bed = Bed::open().await;
    let account = bed.account("acme", false).await;
    bed.builtin(account, false).await;
    (bed, account)
}

#[tokio::test]
async fn chaos_is_changed_field_by_field_and_taken_back() {
    let (bed, account) = scene().await;
    let calm = bed.get(&bed.full, "/inbox/chaos").await.expect(200);
    assert_eq!(calm["account_id"], account.0);
    assert_eq!(
        calm["chaos"],
        json!({"seed": 0, "receipt_delay_ms": null, "failures": [], "lost_receipts": 0.0, "doubled_receipts": 0.0,
               "throttled": 0.0, "throttle_ms": 1000})
    );
    let patch = |body: Value| bed.ask(&bed.full, "PATCH", "/inbox/chaos", body);
    patch(json!({"seed": 7, "lost_receipts": 0.25, "failures": [{"error_code": 12, "rate": 0.1}]}))
        .await
        .expect(200);
    let said = patch(json!({"receipt_delay_ms": {"min": 0, "max": 500}, "throttled": 0.9}))
        .await
        .expect(200);
    let wanted = json!({"seed": 7, "receipt_delay_ms": {"min": 0, "max": 500},
        "failures": [{"error_code": 12, "rate": 0.1}], "lost_receipts": 0.25, "doubled_receipts": 0.0, "throttled": 0.9,
        "throttle_ms": 1000});
    assert_eq!(said["chaos"], wanted);
    assert_eq!(
        bed.get(&bed.full, "/inbox/chaos").await.expect(200)["chaos"],
        wanted
    );
    let said = patch(json!({"receipt_delay_ms": null, "failures": []}))
        .await
        .expect(200);
    assert_eq!(said["chaos"]["receipt_delay_ms"], Value::Null);
    assert_eq!(said["chaos"]["failures"], json!([]));
    let reset = bed
        .ask(&bed.full, "DELETE", "/inbox/chaos", Value::Null)
        .await;
    assert_eq!(reset.expect(200)["chaos"], calm["chaos"]);
    let actions: Vec<String> = bed.audit().await.into_iter().map(|e| e.action).collect();
    assert_eq!(actions[..2], ["chaos.reset", "chaos.change"]);
}

#[tokio::test]
async fn what_cannot_be_asked_for_is_named() {
    let (bed, _) = scene().await;
    for (body, field) in [
        (json!({"lost_receipts": 1.5}), "lost_receipts"),
        (json!({"doubled_receipts": -0.1}), "doubled_receipts"),
        (json!({"throttled": 1.0}), "throttled"),
        (json!({"throttle_ms": 0}), "throttle_ms"),
        (json!({"throttle_ms": 60_001}), "throttle_ms"),
        (
            json!({"receipt_delay_ms": {"min": 5, "max": 4}}),
            "receipt_delay_ms.max",
        ),
        (
            json!({"receipt_delay_ms": {"min": -1, "max": 4}}),
            "receipt_delay_ms.min",
        ),
        (
            json!({"failures": [{"error_code": 6, "rate": 0.1}]}),
            "failures[0].error_code",
        ),
        (
            json!({"failures": [{"error_code": 7, "rate": 2.0}]}),
            "failures[0].rate",
        ),
        (
            json!({"failures": [{"error_code": 7, "rate": 0.1}, {"error_code": 7, "rate": 0.1}]}),
            "failures[1].error_code",
        ),
        (
            json!({"failures": [{"error_code": 7, "rate": 0.6}, {"error_code": 8, "rate": 0.6}]}),
            "failures",
        ),
    ] {
        let said = bed.ask(&bed.full, "PATCH", "/inbox/chaos", body).await;
        assert_eq!(said.refusal(422), ("invalid_request".into(), field.into()));
    }
    let unknown = bed
        .ask(&bed.full, "PATCH", "/inbox/chaos", json!({"delay": 1}))
        .await;
    assert_eq!(unknown.status, 422);
}

#[tokio::test]
async fn a_handset_is_switched_off_and_what_rings_is_decided_once() {
    let (bed, account) = scene().await;
    let put = |number: &str, state: &str| {
        let (path, body) = (
            format!("/inbox/handsets/{number}"),
            json!({ "state": state }),
        );
        let bed = &bed;
        async move { bed.ask(&bed.full, "PUT", &path, body).await }
    };
    let said = put("(555)%20123-4567", "off").await;
    assert!(said.status == 200 || said.refusal(422).1 == "number");
    let said = put("+15551234567", "by_hand").await.expect(200);
    assert_eq!(
        said["handset"],
        json!({"number": "+15551234567", "state": "by_hand"})
    );
    assert_eq!(put("+15551234567", "lost").await.refusal(422).1, "state");
    assert_eq!(put("nobody", "off").await.refusal(422).1, "number");
    let list = bed.get(&bed.full, "/inbox/handsets").await.expect(200);
    let handsets = list["handsets"].as_array().unwrap();
    assert!(handsets.contains(&said["handset"]), "{list}");
    let all = bed.store.read(simulator::all).await.unwrap();
    assert_eq!(all[&account].handsets["+15551234567"], Handset::ByHand);

    let id = waiting(&bed, account).await;
    let path = format!("/inbox/waiting/{id}");
    for body in [
        json!({"keys": "abc"}),
        json!({"keys": "1", "refuse": true}),
        json!({"keys": "1".repeat(33)}),
    ] {
        assert_eq!(bed.post(&path, body).await.refusal(422).1, "keys");
    }
    bed.post(&path, json!({"keys": "1*#"})).await.expect(200);
    let again = bed.post(&path, json!({"refuse": true})).await;
    assert_eq!(again.refusal(404).0, "not_waiting");
    let nobody = bed.post("/inbox/waiting/x", json!({})).await;
    assert_eq!(nobody.refusal(404).0, "not_waiting");
}

#[tokio::test]
async fn a_sandbox_has_its_own_clock_and_a_live_account_has_not() {
    let bed = Bed::open().await;
    let account = bed.account("box", true).await;
    let connection = bed.builtin(account, true).await;
    let path = format!("/inbox/clock?connection={connection}");
    scheduled(&bed, account, Some(24 * 3600)).await;
    let clock = bed.get(&bed.full, &path).await.expect(200);
    assert_eq!(
        (&clock["frozen"], &clock["ahead_seconds"]),
        (&json!(false), &json!(0))
    );
    let post = |body: Value| bed.post(&path, body);
    let next_due = || async { bed.store.read(queue::next_due).await.unwrap().unwrap() };
    assert!(next_due().await > bed.clock.now().plus_secs(3600));
    let said = post(json!({"advance": "1d"})).await.expect(200);
    assert_eq!(said["ahead_seconds"], 24 * 3600);
    assert!(next_due().await <= bed.clock.now());
    bed.ask(&bed.full, "DELETE", &path, Value::Null)
        .await
        .expect(200);
    assert!(next_due().await > bed.clock.now().plus_secs(3600));
    let said = post(json!({"frozen": true, "now": "2030-01-01T00:00:00Z"}))
        .await
        .expect(200);
    assert_eq!(
        (said["now"].as_str(), &said["frozen"]),
        (Some("2030-01-01T00:00:00.000000Z"), &json!(true))
    );
    bed.clock.advance_seconds(60);
    assert_eq!(
        bed.get(&bed.full, &path).await.expect(200)["now"],
        said["now"]
    );
    for (body, field) in [
        (json!({}), "advance"),
        (json!({"advance": "soon"}), "advance"),
        (
            json!({"advance": "1h", "now": "2030-01-01T00:00:00Z"}),
            "advance",
        ),
        (json!({"now": "tomorrow"}), "now"),
        (json!({"now": "2999-01-01T00:00:00Z"}), "now"),
        (json!({"advance": "99999999d"}), "advance"),
    ] {
        assert_eq!(post(body).await.refusal(422).1, field);
    }
    let live = bed.account("acme", false).await;
    bed.builtin(live, false).await;
    let said = bed.post("/inbox/clock", json!({"advance": "1d"})).await;
    assert_eq!(said.refusal(409).0, "not_a_sandbox");
    let kept = bed
        .store
        .read(move |tx| accounts::get(tx, live))
        .await
        .unwrap();
    assert_eq!(kept.unwrap().clock, Default::default());
}
