//! Limits and brakes of what has no row of its own.

use postern_domain::time::UnixMicros;
use postern_store::{Lane, freezes, limits};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

both! {
    async fn a_brake_is_pulled_and_released_once(store) {
        let told = store.write(Lane::CONTROL, |tx| Ok([
            freezes::freeze(tx, "key:a", NOW)?, freezes::freeze(tx, "key:a", NOW.plus_secs(1))?,
            freezes::freeze(tx, "installation:", NOW)?, freezes::unfreeze(tx, "key:b")?,
        ])).await.unwrap();
        assert_eq!(told, [true, false, true, false]);
        store.reopen().await;
        let all = store.read(|tx| freezes::page(tx, "", 10)).await.unwrap();
        assert_eq!(all, [("installation:".to_owned(), NOW), ("key:a".to_owned(), NOW)]);
        let told = store.write(Lane::CONTROL, |tx| Ok([freezes::unfreeze(tx, "key:a")?, freezes::unfreeze(tx, "key:a")?])).await.unwrap();
        assert_eq!(told, [true, false]);
        assert_eq!(store.read(|tx| freezes::page(tx, "", 10)).await.unwrap().len(), 1);
    }

    async fn limits_are_replaced_and_taken_away(store) {
        store.write(Lane::CONTROL, |tx| {
            limits::put(tx, "connection:a", Some("{}"), NOW)?;
            limits::put(tx, "connection:a", Some("{\"messages_per_day\":1}"), NOW)?;
            limits::put(tx, "installation:", Some("{}"), NOW)?;
            limits::put(tx, "installation:", None, NOW)
        }).await.unwrap();
        store.reopen().await;
        let all = store.read(|tx| Ok((limits::page(tx, "", 10)?, limits::page(tx, "connection:a", 10)?))).await.unwrap();
        assert_eq!(all, (vec![("connection:a".to_owned(), "{\"messages_per_day\":1}".to_owned())], vec![]));
        assert_eq!(store.read(|tx| limits::get(tx, "installation:")).await.unwrap(), None);
    }
}
