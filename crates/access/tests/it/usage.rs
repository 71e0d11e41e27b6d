use std::time::Duration;

use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_store::keys;
use postern_testkit::FixedClock;
use tokio_util::sync::CancellationToken;

use crate::office::{Office, draft, local};

async fn stored(office: &Office, key_id: &str) -> Option<UnixMicros> {
    let key_id = key_id.to_owned();
    office
        .store
        .read(move |tx| keys::get(tx, &key_id))
        .await
        .unwrap()
        .unwrap()
        .last_used_at
}

#[tokio::test]
async fn last_use_is_known_at_once_and_stored_with_the_next_flush() {
    let office = Office::open().await;
    let (secret, key_id) = office.key(draft(Role::Agent)).await;
    assert_eq!(office.directory.key(&key_id).unwrap().last_used(), None);
    office.authenticate(&secret).unwrap();
    assert_eq!(
        office.directory.key(&key_id).unwrap().last_used(),
        Some(FixedClock::START)
    );
    assert_eq!(stored(&office, &key_id).await, None);
    office.directory.flush().await.unwrap();
    assert_eq!(stored(&office, &key_id).await, Some(FixedClock::START));

    // A refused presentation is no use.
    office.clock.advance_seconds(10);
    assert!(
        office
            .directory
            .authenticate(&secret[..40], local())
            .is_err()
    );
    office.authenticate(&secret).unwrap();
    office.directory.flush().await.unwrap();
    assert_eq!(
        stored(&office, &key_id).await,
        Some(FixedClock::START.plus_secs(10))
    );
    assert_eq!(
        office.reload().await.key(&key_id).unwrap().last_used(),
        Some(FixedClock::START.plus_secs(10))
    );
}

#[tokio::test]
async fn stopping_flushes_once_more() {
    let office = Office::open().await;
    let (secret, key_id) = office.key(draft(Role::Agent)).await;
    let stop = CancellationToken::new();
    let flushing = tokio::spawn({
        let (directory, stop) = (office.directory.clone(), stop.clone());
        async move {
            directory
                .keep_flushing(Duration::from_secs(3600), stop)
                .await
        }
    });
    office.authenticate(&secret).unwrap();
    stop.cancel();
    flushing.await.unwrap();
    assert_eq!(stored(&office, &key_id).await, Some(FixedClock::START));
}
