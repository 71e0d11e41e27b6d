//! A preview says what the live call will say.

use postern_guard::ScopeKind;
use postern_store::Lane;
use proptest::prelude::*;
use serde_json::{Value, json};

use crate::counting::{NOW, ticket, to};

fn rules() -> impl Strategy<Value = Value> {
    let cap = |name: &'static str, most: i64| {
        proptest::option::of(0..most).prop_map(move |cap| (name, cap))
    };
    (
        cap("messages_per_call", 6),
        cap("messages_per_hour", 12),
        cap("segments_per_day", 20),
        cap("recipients_per_day", 8),
        cap("repeats_per_hour", 4),
        cap("prefix_messages_per_day", 12),
        proptest::option::of(0_i64..15),
        proptest::option::of(0..3_usize),
    )
        .prop_map(|(a, b, c, d, e, f, tenths, allow)| {
            let mut limits = json!({});
            for (name, cap) in [a, b, c, d, e, f] {
                if let Some(cap) = cap {
                    limits[name] = cap.into();
                }
            }
            if let Some(tenths) = tenths {
                limits["spend_per_day"] = format!("{}.{}", tenths / 10, tenths % 10).into();
                limits["currency"] = "USD".into();
            }
            if let Some(allow) = allow {
                limits["recipients_allow"] =
                    json!(["+614*", "AU", "+614100000*"].get(allow..=allow));
            }
            limits["timezone"] = "Australia/Sydney".into();
            limits
        })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn equals_live(key in rules(), connection in rules(), calls in proptest::collection::vec(proptest::collection::vec(0_u32..12, 0..6), 1..8)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        runtime.block_on(async {
            let store = postern_testkit::sqlite_store().await;
            let live = ticket(&[(ScopeKind::Key, key), (ScopeKind::Connection, connection)]);
            for numbers in calls {
                let (sending, dry) = (to(&numbers), live.for_dry_run());
                let previewed = { let sending = sending.clone(); store.read(move |tx| dry.judge(tx, &sending, NOW)).await.unwrap() };
                let ticket = live.clone();
                let judged = store.write(Lane::CONTROL, move |tx| ticket.judge(tx, &sending, NOW)).await.unwrap();
                prop_assert_eq!(previewed.verdicts, judged.verdicts);
                prop_assert!(previewed.holds.is_empty());
            }
            Ok(())
        })?;
    }
}
