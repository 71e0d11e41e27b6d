//! A preview says what the live call says, over random batches and rules, with everything that the platform itself refuses.

use axum::body::Body;
use http::Request;
use postern_guard::{Outcome, Ticket, Verdict};
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::guarded::ticket;
use crate::world::{World, acting};

fn limits() -> impl Strategy<Value = Value> {
    let cap = |most: i64| proptest::option::of(0..most);
    (cap(6), cap(12), cap(20), cap(6), cap(4), cap(6)).prop_map(
        |(call, hour, segments, recipients, repeats, tenths)| {
            let mut limits = json!({"messages_per_month": 1000, "recipients_deny": ["GB"]});
            let caps = [
                ("messages_per_call", call),
                ("messages_per_hour", hour),
                ("segments_per_day", segments),
                ("recipients_per_day", recipients),
                ("repeats_per_hour", repeats),
            ];
            for (name, cap) in caps {
                if let Some(cap) = cap {
                    limits[name] = cap.into();
                }
            }
            if let Some(tenths) = tenths {
                limits["spend_per_day"] = format!("0.{tenths}").into();
                limits["currency"] = "USD".into();
            }
            limits
        },
    )
}

/// Recipients of one call, some of which the platform refuses, and some of which say the same again.
fn batch() -> impl Strategy<Value = Vec<Value>> {
    let message = |(to, length): (u32, usize)| match to {
        20 => json!({"to": "+000", "body": "b"}),
        21 => json!({"to": "+15551234567", "body": ""}),
        22 => json!({"to": "+447700900123", "body": "b"}),
        to => json!({"to": format!("+155512345{to:02}"), "body": "b".repeat(length)}),
    };
    proptest::collection::vec((0_u32..23, 1_usize..400).prop_map(message), 1..6)
}

async fn answered(world: &World, ticket: Ticket, messages: &[Value]) -> (u16, Option<Outcome>) {
    let request = acting(Request::post("/v3/sms/send"), world.john).extension(ticket);
    let body = json!({"messages": messages}).to_string();
    let mut answer = world.call(request.body(Body::from(body)).unwrap()).await;
    (answer.status.as_u16(), answer.extensions.remove())
}

fn refusals(verdicts: Vec<Verdict>) -> Vec<Verdict> {
    verdicts
        .into_iter()
        .filter(|verdict| !verdict.passed)
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn equals_live(limits in limits(), batches in proptest::collection::vec((batch(), 0_i64..9000), 1..7)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let world = World::new().await;
            let live = ticket(limits);
            for (messages, seconds) in batches {
                world.clock.advance_seconds(seconds);
                let (_, previewed) = answered(&world, live.for_dry_run(), &messages).await;
                let Some(Outcome::Previewed(preview)) = previewed else { panic!("{previewed:?}") };
                let (status, made) = answered(&world, live.clone(), &messages).await;
                let said = refusals(preview.verdicts);
                match made {
                    Some(Outcome::Refused(verdicts)) => prop_assert_eq!(said, verdicts),
                    made => {
                        prop_assert!(made.is_none());
                        prop_assert_eq!((status, said), (200, vec![]));
                    }
                }
            }
            Ok(())
        })?;
    }
}
