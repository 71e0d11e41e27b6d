//! Peppers: a version is made once, retired once, and its number never comes back.

use postern_store::peppers::{self, PepperRow};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

const NOW: postern_domain::time::UnixMicros = FixedClock::START;

async fn versions(store: &Store) -> Vec<i64> {
    store
        .read(peppers::all)
        .await
        .unwrap()
        .into_iter()
        .map(|row| row.version)
        .collect()
}

both! {
    async fn the_newest_comes_first_and_retired_ones_are_gone(store) {
        assert_eq!(store.read(peppers::last_version).await.unwrap(), 0);
        let made = store.write(Lane::CONTROL, |tx| Ok((
            peppers::create(tx, 1, b"one", NOW)?, peppers::create(tx, 2, b"two", NOW)?, peppers::create(tx, 1, b"again", NOW)?,
        ))).await.unwrap();
        assert_eq!(made, (true, true, false));
        assert_eq!(versions(&store).await, [2, 1]);

        let retired = store.write(Lane::CONTROL, |tx| Ok((peppers::retire(tx, 1, NOW)?, peppers::retire(tx, 1, NOW)?))).await.unwrap();
        assert_eq!(retired, (true, false));
        assert_eq!(versions(&store).await, [2]);
        assert!(!store.write(Lane::CONTROL, |tx| peppers::create(tx, 1, b"back", NOW)).await.unwrap());
        assert_eq!(store.read(peppers::last_version).await.unwrap(), 2);
        store.reopen().await;
    }

    async fn resealing_replaces_only_what_was_read(store) {
        store.write(Lane::CONTROL, |tx| peppers::create(tx, 1, b"old", NOW)).await.unwrap();
        let done = store.write(Lane::CONTROL, |tx| Ok((
            peppers::reseal(tx, 1, b"other", b"x")?, peppers::reseal(tx, 1, b"old", b"new")?, peppers::reseal(tx, 9, b"old", b"new")?,
        ))).await.unwrap();
        assert_eq!(done, (false, true, false));
        assert_eq!(store.read(peppers::all).await.unwrap(), [PepperRow { version: 1, sealed: b"new".to_vec() }]);
        store.reopen().await;
    }
}
