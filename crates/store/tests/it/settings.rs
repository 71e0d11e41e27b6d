//! Settings and counters.

use postern_store::{Lane, settings};
use postern_testkit::FixedClock;

both! {
    async fn a_setting_is_what_was_put_last(store) {
        let put = |value: &'static str| store.write(Lane::CONTROL, move |tx| settings::put(tx, "node", value, FixedClock::START));
        put("one").await.unwrap();
        put("two").await.unwrap();
        let (present, absent) = store.read(|tx| Ok((settings::get(tx, "node")?, settings::get(tx, "nothing")?))).await.unwrap();
        assert_eq!((present.as_deref(), absent), (Some("two"), None));
        store.reopen().await;
        assert_eq!(store.read(|tx| settings::get(tx, "node")).await.unwrap().as_deref(), Some("two"));
    }

    async fn a_counter_never_gives_a_number_twice(store) {
        let all: Vec<_> = (0..100)
            .map(|lane| {
                let store = postern_store::Store::clone(&store);
                tokio::spawn(async move { store.write(Lane::of(lane), |tx| settings::next_number(tx, "account")).await })
            })
            .collect();
        let mut numbers = Vec::new();
        for task in all {
            numbers.push(task.await.unwrap().unwrap());
        }
        numbers.sort_unstable();
        assert_eq!(numbers, (100_001..=100_100).collect::<Vec<i64>>());
        store.reopen().await;
    }
}
