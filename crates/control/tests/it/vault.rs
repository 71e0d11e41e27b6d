use postern_access::open_credential;
use postern_store::{Lane, accounts, connections, keys};
use postern_vault::{KeyRing, OpenError, Vault};
use secrecy::ExposeSecret as _;
use serde_json::{Value, json};

use crate::bed::Bed;

async fn connection(bed: &Bed) -> String {
    let body = json!({"app": "acme", "credentials": {"token": "a-token"}});
    bed.post("/connections", body).await.expect(201)["connection_id"]
        .as_str()
        .unwrap()
        .to_owned()
}

#[tokio::test]
async fn a_rotation_moves_every_sealed_value_to_the_new_key() {
    let bed = Bed::open().await;
    let id = connection(&bed).await;
    let old = bed.vault.ring().newest();
    let said = bed.post("/vault/rotate", Value::Null).await.expect(200);
    let newest = bed.vault.ring().newest();
    assert_ne!(newest, old);
    // One pepper, one credential, two accounts, the key that signs the audit.
    let expected = json!({"newest": newest.to_string(), "rewrapped": 5, "unreadable": 0, "retired": [], "kept": [old.to_string()]});
    assert_eq!(said, expected);
    assert_eq!(bed.kept.lock().unwrap().rings.len(), 1);

    // The new key alone opens everything: a process that starts with it goes on.
    let alone = Vault::open(bed.vault.ring().without(old).unwrap());
    let row = bed.row(&id).await;
    let secrets = open_credential(&alone, &id, row.credential_sealed.as_deref().unwrap()).unwrap();
    assert_eq!(secrets["token"].expose_secret(), "a-token");
    assert_eq!(bed.get(&bed.agent, "/user").await.status, 200);

    let said = bed
        .post("/vault/rotate", json!({"retire": true}))
        .await
        .expect(200);
    assert_eq!((&said["rewrapped"], &said["kept"]), (&json!(5), &json!([])));
    assert_eq!(
        said["retired"],
        json!([old.to_string(), newest.to_string()])
    );
    assert_eq!(bed.vault.ring().ids().count(), 1);
    let kept = bed.kept.lock().unwrap().rings.clone();
    assert_eq!(
        kept.last().unwrap().to_secret_string().expose_secret(),
        bed.vault.ring().to_secret_string().expose_secret()
    );
    let records = bed.audit().await;
    assert_eq!(
        (records[0].action.as_str(), records[0].outcome.as_deref()),
        ("vault.rotate", Some("done"))
    );
}

#[tokio::test]
async fn a_ring_that_cannot_be_kept_is_not_used() {
    let bed = Bed::open().await;
    let old = bed.vault.ring().newest();
    bed.kept.lock().unwrap().refuses = true;
    let said = bed.post("/vault/rotate", Value::Null).await;
    assert_eq!(said.refusal(409).0, "vault_key_not_written");
    assert!(
        said.json()["message"]
            .as_str()
            .unwrap()
            .contains("the disk is full")
    );
    assert_eq!(bed.vault.ring().newest(), old);
    assert_eq!(bed.audit().await[0].outcome.as_deref(), Some("failed"));
}

#[tokio::test]
async fn a_value_that_cannot_be_read_keeps_its_key() {
    let bed = Bed::open().await;
    let id = connection(&bed).await;
    let row = bed.row(&id).await;
    let (old, mut damaged) = (
        row.credential_sealed.clone().unwrap(),
        row.credential_sealed.unwrap(),
    );
    *damaged.last_mut().unwrap() ^= 1;
    let damage = id.clone();
    bed.store
        .write(Lane::CONTROL, move |tx| {
            connections::reseal(tx, &damage, &old, &damaged)
        })
        .await
        .unwrap();
    let before = bed.vault.ring().newest();
    let said = bed.post("/vault/rotate", json!({"retire": true})).await;
    assert_eq!(said.refusal(409).0, "values_unreadable");
    assert!(
        bed.vault.ring().ids().any(|id| id == before),
        "nothing is lost"
    );
    let said = bed.post("/vault/rotate", Value::Null).await.expect(200);
    assert_eq!(said["unreadable"], 1);
    let shown = bed
        .get(&bed.full, &format!("/connections/{id}"))
        .await
        .expect(200)["connection"]
        .clone();
    assert_eq!(shown["status"], "FAILED");
    assert!(
        shown["status_reason"]
            .as_str()
            .unwrap()
            .contains("was altered"),
        "{shown}"
    );
}

#[tokio::test]
async fn a_stolen_store_opens_under_no_other_ring() {
    let bed = Bed::open().await;
    let id = connection(&bed).await;
    let sealed = bed.row(&id).await.credential_sealed.unwrap();
    let outcome = open_credential(&Vault::open(KeyRing::create()), &id, &sealed).err();
    assert!(matches!(outcome, Some(OpenError::UnknownKek(_))));
}

#[tokio::test]
async fn a_new_pepper_takes_over_as_keys_are_used() {
    let bed = Bed::open().await;
    let said = bed
        .post("/vault/pepper/rotate", Value::Null)
        .await
        .expect(200);
    assert_eq!(
        (&said["version"], &said["waiting"], &said["retired"]),
        (&json!(2), &json!(2), &json!([]))
    );
    // The platform's accounts moved at once.
    let account = bed
        .store
        .read(|tx| accounts::by_username(tx, "live"))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(account.pepper_version, 2);
    for key in [&bed.full, &bed.agent] {
        assert_eq!(bed.get(key, "/user").await.status, 200);
    }
    bed.directory.flush().await.unwrap();
    let now = bed.clock.now();
    assert_eq!(
        bed.store
            .read(move |tx| keys::count_before_pepper(tx, 2, now))
            .await
            .unwrap(),
        0
    );

    // The next rotation may drop the first pepper; keys that were used in between do not notice.
    let said = bed
        .post("/vault/pepper/rotate", json!({"retire": true}))
        .await
        .expect(200);
    assert_eq!(
        (&said["version"], &said["retired"]),
        (&json!(3), &json!([1]))
    );
    for key in [&bed.full, &bed.agent] {
        assert_eq!(bed.get(key, "/user").await.status, 200);
    }
    let mut actions = bed.actions().await;
    actions.sort_unstable();
    assert_eq!(actions, ["pepper.retire", "pepper.rotate", "pepper.rotate"]);
}

#[tokio::test]
async fn retiring_at_once_locks_nobody_out() {
    let bed = Bed::open().await;
    let said = bed
        .post("/vault/pepper/rotate", json!({"retire": true}))
        .await
        .expect(200);
    assert_eq!(said["retired"], json!([]));
    assert_eq!(bed.get(&bed.full, "/user").await.status, 200);
}
