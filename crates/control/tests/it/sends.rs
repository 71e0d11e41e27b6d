//! The ledger of sends as keys and operators see it, and the end of what nobody knew.

use postern_access::time_ordered;
use postern_guard::{Hold, Limits, Policy, Scope, ScopeKind, allowance};
use postern_store::sends::{self, Claim, Send, State};
use postern_store::{Lane, reservations};
use serde_json::{Value, json};

use crate::bed::Bed;

/// A send by this key of which nobody knows what became of it; gives its id.
pub async fn unknown(bed: &Bed, key_id: &str) -> String {
    let now = bed.clock.now();
    let send = Send {
        send_id: time_ordered(now),
        key_id: key_id.to_owned(),
        connection_id: "c1".to_owned(),
        request_id: "r1".to_owned(),
        app: "clicksend".to_owned(),
        method: "POST".to_owned(),
        path: "/v3/sms/send".to_owned(),
        state: State::Unknown,
        status: None,
        created_at: now,
        settled_at: Some(now),
        resolved_by: None,
        finding: None,
    };
    let id = send.send_id.clone();
    let hash: [u8; 32] = postern_vault::random();
    let claim = Claim {
        hash,
        digest: None,
        until: None,
    };
    let starting =
        move |tx: &mut postern_store::Tx<'_>| sends::start(tx, &send, Some(&claim), None);
    bed.store
        .write(Lane::CONTROL, starting)
        .await
        .expect("written");
    bed.clock.advance_seconds(1);
    id
}

fn ids(list: &Value) -> Vec<&str> {
    let sends = list["sends"].as_array().expect("sends");
    sends
        .iter()
        .map(|send| send["send_id"].as_str().expect("id"))
        .collect()
}

#[tokio::test]
async fn sends_are_read_page_by_page_and_an_agent_sees_its_own() {
    let bed = Bed::open().await;
    let mut all = Vec::new();
    for number in 0..5 {
        let key = if number % 2 == 0 {
            &bed.agent_id
        } else {
            &bed.full_id
        };
        all.push(unknown(&bed, key).await);
    }
    all.reverse();
    let first = bed.get(&bed.full, "/sends?limit=3").await.expect(200);
    assert_eq!(ids(&first), &all[..3]);
    let next = first["next"].as_str().expect("more");
    let rest = bed
        .get(&bed.full, &format!("/sends?limit=3&before={next}"))
        .await
        .expect(200);
    assert_eq!(
        (ids(&rest), rest.get("next")),
        (all[3..].iter().map(String::as_str).collect(), None)
    );
    let own = bed.get(&bed.agent, "/sends").await.expect(200);
    assert_eq!(ids(&own), [&all[0], &all[2], &all[4]]);
    let of_key = format!("/sends?key_id={}&state=unknown", bed.full_id);
    assert_eq!(
        ids(&bed.get(&bed.full, &of_key).await.expect(200)),
        [&all[1], &all[3]]
    );
    assert!(ids(&bed.get(&bed.agent, &of_key).await.expect(200)).is_empty());
    assert!(
        ids(&bed
            .get(&bed.full, "/sends?state=answered")
            .await
            .expect(200))
        .is_empty()
    );
    assert_eq!(
        ids(&bed
            .get(&bed.full, "/sends?since=1970-01-01T00:00:00Z")
            .await
            .expect(200))
        .len(),
        5
    );
    for bad in ["state=gone", "since=yesterday", "limit=0", "page=2"] {
        bed.get(&bed.full, &format!("/sends?{bad}"))
            .await
            .refusal(422);
    }
    bed.get(&bed.agent, &format!("/sends/{}", all[0]))
        .await
        .expect(200);
    assert_eq!(
        bed.get(&bed.agent, &format!("/sends/{}", all[1]))
            .await
            .refusal(404)
            .0,
        "send_not_found"
    );
}

#[tokio::test]
async fn whoever_looked_says_what_became_of_it_and_its_reservation_ends() {
    let bed = Bed::open().await;
    let scope = Scope {
        kind: ScopeKind::Key,
        id: bed.agent_id.clone(),
        limits: match Policy::from_row(r#"{"messages_per_day":10}"#) {
            Some(Policy::Limited(limits)) => limits,
            _ => Limits::cautious().into(),
        },
    };
    for (outcome, state, used) in [("failed", "failed", 0), ("accepted", "accepted", 3)] {
        let id = unknown(&bed, &bed.agent_id).await;
        let held = id.clone();
        let now = bed.clock.now();
        let counted = scope.clone();
        bed.store
            .write(Lane::CONTROL, move |tx| {
                let holds: Vec<Hold> = hold(tx, &counted, now)?;
                reservations::hold(
                    tx,
                    &held,
                    &serde_json::to_string(&holds).unwrap_or_default(),
                    now,
                )
            })
            .await
            .expect("held");
        let path = format!("/sends/{id}/resolve");
        bed.post(&path, json!({"outcome": "perhaps"}))
            .await
            .refusal(422);
        let said = bed
            .post(&path, json!({"outcome": outcome}))
            .await
            .expect(200);
        assert_eq!(said["send"]["state"], state);
        assert_eq!(said["send"]["resolved_by"], format!("key:{}", bed.full_id));
        let counted = scope.clone();
        let standing = bed
            .store
            .read(move |tx| allowance(tx, &counted, now))
            .await
            .expect("read");
        assert_eq!(standing[0].used, used);
        let again = bed
            .post(&path, json!({"outcome": outcome}))
            .await
            .refusal(409);
        assert_eq!(again.0, "not_unknown");
        assert_eq!(bed.audit().await[0].action, "send.resolve");
    }
}

/// Three messages under these limits.
fn hold(
    tx: &mut postern_store::Tx<'_>,
    scope: &Scope,
    now: postern_domain::time::UnixMicros,
) -> postern_store::Result<Vec<Hold>> {
    use postern_guard::{Item, RecipientKey, Sending, Ticket, Zones};
    let item = Item {
        to: "+61411111111".to_owned(),
        country: None,
        segments: 1,
        price: None,
        leaves_at: now,
    };
    let sending = Sending {
        channel: postern_domain::channel::Channel::Sms,
        currency: None,
        items: vec![item; 3],
        refused_by_platform: 0,
    };
    let ticket = Ticket::new(
        vec![scope.clone()],
        RecipientKey([7; 32]),
        Zones::shipped().into(),
    );
    Ok(ticket.judge(tx, &sending, now)?.holds)
}
