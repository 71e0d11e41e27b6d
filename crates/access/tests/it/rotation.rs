use postern_access::{Denied, seal_credential, seal_pepper};
use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_store::connections::ConnectionRow;
use postern_store::{Lane, keys, peppers};
use postern_vault::{KeyRing, Pepper, Vault};
use secrecy::{ExposeSecret as _, SecretString};

use crate::office::{Office, builtin, draft, local, registry};

#[tokio::test]
async fn both_secrets_work_while_a_rotation_overlaps() {
    let office = Office::open().await;
    let (old, key_id) = office.key(draft(Role::Agent)).await;
    let now = office.clock.now();
    let minted = office.directory.mint_secret(&key_id, false, now);
    let secret = minted.secret;
    office
        .store
        .write(Lane::CONTROL, move |tx| {
            keys::rotate(tx, &secret, now.plus_secs(60))
        })
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    let new = minted.api_key.expose_secret();
    assert_eq!(
        office.authenticate(&old).unwrap().id,
        office.authenticate(new).unwrap().id
    );
    office.clock.advance_seconds(60);
    assert_eq!(office.authenticate(&old).unwrap_err(), Denied::Expired);
    assert!(office.authenticate(new).is_ok());
}

#[tokio::test]
async fn keys_move_to_a_new_pepper_when_they_are_used() {
    let office = Office::open().await;
    let (used, used_id) = office.key(draft(Role::Agent)).await;
    let (idle, _) = office.key(draft(Role::Agent)).await;
    let (sealed, now) = (
        seal_pepper(&office.vault, &Pepper::create(2)).0,
        office.clock.now(),
    );
    assert!(
        office
            .store
            .write(Lane::CONTROL, move |tx| peppers::create(
                tx, 2, &sealed, now
            ))
            .await
            .unwrap()
    );
    office.directory.refresh().await.unwrap();
    assert_eq!(office.directory.peppers().current_version(), 2);

    for _ in 0..3 {
        assert_eq!(office.authenticate(&used).unwrap().id, used_id);
    }
    office.directory.flush().await.unwrap();
    let waiting = office
        .store
        .read(move |tx| keys::count_before_pepper(tx, 2, now))
        .await
        .unwrap();
    assert_eq!(waiting, 1, "only the idle key is left");
    assert_eq!(office.authenticate(&used).unwrap().id, used_id);

    // A new key is hashed under the new pepper at once.
    let (fresh, _) = office.key(draft(Role::Agent)).await;
    office
        .store
        .write(Lane::CONTROL, move |tx| peppers::retire(tx, 1, now))
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    assert!(office.authenticate(&used).is_ok());
    assert!(office.authenticate(&fresh).is_ok());
    assert_eq!(office.authenticate(&idle).unwrap_err(), Denied::Unknown);
}

#[tokio::test]
async fn another_key_ring_does_not_open_the_store() {
    let office = Office::open().await;
    let stranger = Vault::open(KeyRing::create());
    let outcome = postern_access::Directory::load(
        postern_store::Store::clone(&office.store),
        stranger,
        registry(),
        office.clock.clock(),
        crate::office::LIMITS,
    )
    .await;
    let message = outcome.err().unwrap().to_string();
    assert!(message.contains("is not in the key ring"), "{message}");
}

#[tokio::test]
async fn a_credential_is_ready_to_be_injected_and_swapped_rows_are_not() {
    let office = Office::open().await;
    let secrets = |password: &str| {
        [
            ("username".to_owned(), SecretString::from("user")),
            ("password".to_owned(), SecretString::from(password)),
        ]
        .into()
    };
    let row = |id: &str, sealed_for: &str| ConnectionRow {
        upstream: String::new(),
        account_id: None,
        credential_sealed: Some(seal_credential(&office.vault, sealed_for, &secrets("hunter22")).0),
        ..builtin(id, 0)
    };
    office.connection(row("c1", "c1")).await;
    office.connection(row("c2", "c1")).await;
    let good = office.directory.connection_by_id("c1").unwrap();
    assert_eq!(good.status, Status::Active);
    let (_, value) = good.prepared.as_ref().unwrap().header.clone().unwrap();
    assert_eq!(value.to_str().unwrap(), "Basic dXNlcjpodW50ZXIyMg==");
    assert!(value.is_sensitive());
    let moved = office.directory.connection_by_id("c2").unwrap();
    assert_eq!(moved.status, Status::Failed);
    assert!(moved.prepared.is_none());
    assert!(
        moved
            .failure
            .as_ref()
            .unwrap()
            .contains("belongs to another row"),
        "{:?}",
        moved.failure
    );
}

#[tokio::test]
async fn an_unchanged_connection_is_kept_over_a_refresh() {
    let office = Office::open().await;
    office.connection(builtin("c1", 0)).await;
    let before = office.directory.connection_by_id("c1").unwrap();
    office.connection(builtin("c2", 1)).await;
    let after = office.directory.connection_by_id("c1").unwrap();
    assert!(std::sync::Arc::ptr_eq(&before, &after));
    assert!(office.directory.authenticate("x", local()).is_err());
}
