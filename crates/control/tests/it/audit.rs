//! What was done is on record, and the record proves itself.

use postern_audit::{Bad, Fault, PublicKey, Summary, Verifier};
use postern_control::Sealer;
use postern_domain::key::Role;
use postern_store::{Lane, Store, v};
use postern_vault::Vault;
use serde_json::{Value, json};

use crate::bed::{Bed, Said, draft};

async fn public_key(bed: &Bed) -> PublicKey {
    let said = bed.get(&bed.full, "/audit/key").await.expect(200);
    PublicKey::parse(said["public_key"].as_str().unwrap()).unwrap()
}

fn verify(export: &Said, key: PublicKey) -> Result<Summary, Bad> {
    assert_eq!(export.status, 200, "{}", export.text);
    let mut verifier = Verifier::new(key);
    for line in export.text.lines() {
        verifier.line(line)?;
    }
    verifier.finish()
}

/// Four changes, each with its record.
async fn changed() -> Bed {
    let bed = Bed::open().await;
    for name in ["one", "two", "three", "four"] {
        bed.post("/keys", json!({"name": name, "role": "agent"}))
            .await
            .expect(201);
    }
    bed
}

#[tokio::test]
async fn records_are_read_page_by_page_and_by_what_they_say() {
    let bed = changed().await;
    let first = bed.get(&bed.full, "/audit?limit=3").await.expect(200);
    assert_eq!(first["records"].as_array().unwrap().len(), 3);
    assert_eq!(first["records"][0]["action"], "key.create");
    assert_eq!(first["records"][0]["actor_id"], json!(bed.full_id));
    let next = first["next"].as_str().unwrap();
    let rest = bed
        .get(&bed.full, &format!("/audit?limit=3&before={next}"))
        .await
        .expect(200);
    assert_eq!(rest["records"].as_array().unwrap().len(), 1);
    assert_eq!(rest.get("next"), None);

    // An agent tries what it may not; that is on record too.
    bed.ask(&bed.agent, "POST", "/keys", json!({"name": "mine"}))
        .await
        .expect(403);
    let refused = bed
        .get(&bed.full, "/audit?decision=refused")
        .await
        .expect(200);
    assert_eq!(refused["records"].as_array().unwrap().len(), 1);
    assert_eq!(refused["records"][0]["code"], "forbidden");
    let path = format!("/audit?actor_id={}&action=key.create", bed.agent_id);
    let its = bed.get(&bed.full, &path).await.expect(200);
    assert_eq!(its["records"].as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn keys_that_are_narrowed_or_for_tests_do_not_read_it() {
    let bed = Bed::open().await;
    let mut narrowed = draft(Role::Full);
    narrowed.scope.apps = Some(["acme".to_owned()].into_iter().collect());
    let mut test = draft(Role::Full);
    test.test = true;
    for draft in [narrowed, test] {
        let (key, _) = bed.key(draft).await;
        for path in ["/audit", "/audit/key", "/audit/export"] {
            bed.get(&key, path).await.refusal(403);
        }
    }
}

#[tokio::test]
async fn an_export_verifies_with_the_public_key_alone() {
    let bed = changed().await;
    let key = public_key(&bed).await;
    let whole = bed.get(&bed.full, "/audit/export").await;
    let summary = verify(&whole, key.clone()).unwrap();
    assert_eq!((summary.records, summary.first, summary.last), (4, 1, 4));
    assert_eq!(
        summary.checkpoints, 1,
        "the head of an export is signed in the chain too"
    );

    let rest = bed.get(&bed.full, "/audit/export?after=3").await;
    assert_eq!(verify(&rest, key.clone()).unwrap().records, 1);
    let (error, field) = bed
        .get(&bed.full, "/audit/export?after=5")
        .await
        .refusal(422);
    assert_eq!(
        (error.as_str(), field.as_str()),
        ("invalid_request", "after")
    );

    // What is done later follows, and an export of nothing new is signed as well.
    bed.post("/keys", json!({"name": "five"})).await.expect(201);
    let rest = bed.get(&bed.full, "/audit/export?after=4").await;
    assert_eq!(verify(&rest, key.clone()).unwrap().records, 1);
    let nothing = bed.get(&bed.full, "/audit/export?after=5").await;
    assert_eq!(verify(&nothing, key).unwrap().records, 0);
}

/// Whoever owns the database, but not the vault's key.
#[tokio::test]
async fn what_is_done_to_the_database_is_named() {
    let tampers = [
        (
            "UPDATE audit SET actor_id = 'somebody' WHERE audit_id = $1",
            Fault::Changed,
        ),
        (
            "UPDATE audit SET detail = '{}' WHERE audit_id = $1",
            Fault::Changed,
        ),
        ("DELETE FROM audit WHERE audit_id = $1", Fault::Salt),
        (
            "DELETE FROM audit_links WHERE audit_id = $1",
            Fault::OutOfOrder { expected: 2 },
        ),
        (
            "UPDATE audit_links SET part = 'opened' WHERE audit_id = $1",
            Fault::Changed,
        ),
    ];
    for (statement, fault) in tampers {
        let bed = changed().await;
        let key = public_key(&bed).await;
        verify(&bed.get(&bed.full, "/audit/export").await, key.clone()).unwrap();
        let second = bed.audit().await[2].audit_id.clone();
        bed.store
            .write(Lane::CONTROL, move |tx| {
                tx.execute(statement, &[v(&second)])
            })
            .await
            .unwrap();
        let bad = verify(&bed.get(&bed.full, "/audit/export").await, key).expect_err(statement);
        assert_eq!(bad.fault, fault, "{statement}");
        let named = if matches!(fault, Fault::OutOfOrder { .. }) {
            3
        } else {
            2
        };
        assert_eq!(bad.seq, Some(named), "{statement}");
    }
}

#[tokio::test]
async fn the_signing_key_moves_with_the_vault_and_the_chain_goes_on() {
    let bed = changed().await;
    let key = public_key(&bed).await;
    bed.post("/vault/rotate", json!({"retire": true}))
        .await
        .expect(200);
    let alone = Vault::open((*bed.vault.ring()).clone());
    let again = Sealer::open(Store::clone(&bed.store), &alone, bed.clock.clock(), None);
    assert_eq!(again.await.unwrap().public_key(), key);
    let export = bed.get(&bed.full, "/audit/export").await;
    assert_eq!(verify(&export, key).unwrap().records, 5);
}

#[tokio::test]
async fn records_past_their_time_are_erased_and_the_chain_still_verifies() {
    let bed = changed().await;
    let key = public_key(&bed).await;
    bed.get(&bed.full, "/audit/export").await;
    assert_eq!(bed.sealer.erase().await.unwrap(), 0);
    bed.clock.advance_seconds(30 * 86_400 + 60);
    bed.post("/keys", json!({"name": "five"})).await.expect(201);
    assert_eq!(bed.sealer.erase().await.unwrap(), 4);
    assert_eq!(bed.audit().await.len(), 1);
    let export = bed.get(&bed.full, "/audit/export").await;
    let summary = verify(&export, key).unwrap();
    assert_eq!((summary.records, summary.erased), (5, 4));
}

/// A call is sealed before it is answered, and its answer when it comes.
#[tokio::test]
async fn an_open_record_is_sealed_twice() {
    use postern_store::audit::{self, Entry};
    let bed = Bed::open().await;
    let key = public_key(&bed).await;
    let now = bed.clock.now();
    let open = Entry::new("record".to_owned(), now, "call");
    bed.store
        .write(Lane::CONTROL, move |tx| audit::record(tx, &open))
        .await
        .unwrap();
    assert_eq!(
        verify(&bed.get(&bed.full, "/audit/export").await, key.clone())
            .unwrap()
            .records,
        1
    );
    bed.store
        .write(Lane::CONTROL, move |tx| {
            audit::close(tx, "record", "answered", Some(200), now).map(drop)
        })
        .await
        .unwrap();
    let export = bed.get(&bed.full, "/audit/export").await;
    assert_eq!(verify(&export, key).unwrap().records, 2);
    let last: Value = serde_json::from_str(export.text.lines().nth_back(2).unwrap()).unwrap();
    assert_eq!(last["record"]["part"], "closed", "{last}");
    assert_eq!(last["record"]["fact"]["status"], "200");
}
