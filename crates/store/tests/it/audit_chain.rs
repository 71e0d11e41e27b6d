//! The chain: links follow each other, records are sealed once, retention leaves the hashes.

use postern_store::audit::{self, Entry};
use postern_store::audit_chain::{self, CheckpointRow, LinkRow};
use postern_store::{Error, Lane};
use postern_testkit::FixedClock;

fn entry(n: i64, open: bool) -> Entry {
    let at = FixedClock::START.plus_secs(n);
    Entry {
        closed_at: (!open).then_some(at),
        ..Entry::new(format!("id{n:03}"), at, "call")
    }
}

fn link(seq: i64, n: i64, part: &str) -> LinkRow {
    LinkRow {
        seq,
        audit_id: format!("id{n:03}"),
        part: part.to_owned(),
        salt: Some(vec![1; 16]),
        fact_hash: vec![2; 32],
        hash: vec![u8::try_from(seq).unwrap(); 32],
    }
}

fn ids(unsealed: &[audit_chain::Unsealed]) -> Vec<(&str, bool)> {
    unsealed
        .iter()
        .map(|found| (found.entry.audit_id.as_str(), found.opened))
        .collect()
}

both! {
    async fn a_record_is_sealed_when_it_is_there_and_again_when_it_is_answered(store) {
        store.write(Lane::CONTROL, |tx| {
            audit::record(tx, &entry(1, false))?;
            audit::record(tx, &entry(2, true))?;
            audit::record(tx, &entry(3, false))
        }).await.unwrap();
        let found = store.read(|tx| audit_chain::unsealed(tx, 2)).await.unwrap();
        assert_eq!(ids(&found), [("id001", false), ("id002", false)]);
        store.write(Lane::CONTROL, |tx| audit_chain::append(tx, &[link(1, 1, "whole"), link(2, 2, "opened")])).await.unwrap();
        let found = store.read(|tx| audit_chain::unsealed(tx, 10)).await.unwrap();
        assert_eq!(ids(&found), [("id003", false)]);
        let at = FixedClock::START;
        store.write(Lane::CONTROL, move |tx| audit::close(tx, "id002", "answered", Some(200), at).map(drop)).await.unwrap();
        let found = store.read(|tx| audit_chain::unsealed(tx, 10)).await.unwrap();
        assert_eq!(ids(&found), [("id003", false), ("id002", true)]);
        store.write(Lane::CONTROL, |tx| audit_chain::append(tx, &[link(3, 3, "whole"), link(4, 2, "closed")])).await.unwrap();
        assert_eq!(store.read(|tx| audit_chain::unsealed(tx, 10)).await.unwrap(), []);
        let head = store.read(audit_chain::head).await.unwrap();
        assert_eq!(head, Some((4, vec![4; 32])));
        let links = store.read(|tx| audit_chain::links(tx, 1, 3, 10)).await.unwrap();
        assert_eq!(links.iter().map(|(link, entry)| (link.seq, entry.is_some())).collect::<Vec<_>>(), [(2, true), (3, true)]);
        store.reopen().await;
    }

    async fn two_links_cannot_have_one_number(store) {
        store.write(Lane::CONTROL, |tx| audit_chain::append(tx, &[link(1, 1, "whole")])).await.unwrap();
        let again = store.write(Lane::CONTROL, |tx| audit_chain::append(tx, &[link(1, 2, "whole")])).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        store.reopen().await;
    }

    async fn retention_erases_what_is_sealed_and_keeps_its_hashes(store) {
        store.write(Lane::CONTROL, |tx| {
            (1..=3).try_for_each(|n| audit::record(tx, &entry(n, n == 2)))?;
            audit_chain::append(tx, &[link(1, 1, "whole"), link(2, 2, "opened")])
        }).await.unwrap();
        let before = FixedClock::START.plus_secs(100);
        assert!(store.read(move |tx| audit_chain::has_expired(tx, before)).await.unwrap());
        assert_eq!(store.write(Lane::CONTROL, move |tx| audit_chain::erase(tx, before, 10)).await.unwrap(), 1);
        assert!(!store.read(move |tx| audit_chain::has_expired(tx, before)).await.unwrap(), "what is not sealed waits");
        let links = store.read(|tx| audit_chain::links(tx, 0, 9, 10)).await.unwrap();
        let left: Vec<_> = links.iter().map(|(link, entry)| (link.salt.is_some(), entry.is_some())).collect();
        assert_eq!(left, [(false, false), (true, true)]);
        assert_eq!(store.read(|tx| audit::get(tx, "id003")).await.unwrap(), Some(entry(3, false)), "it is in no chain yet");
        store.reopen().await;
    }

    async fn checkpoints_come_back_in_order(store) {
        let row = |seq: i64| CheckpointRow { seq, hash: vec![7; 32], at: FixedClock::START, signature: "s".to_owned() };
        store.write(Lane::CONTROL, move |tx| [5, 2, 2, 9].into_iter().try_for_each(|seq| audit_chain::checkpoint(tx, &row(seq)))).await.unwrap();
        let found = store.read(|tx| audit_chain::checkpoints(tx, 2, 9, 10)).await.unwrap();
        assert_eq!(found, [row(5), row(9)]);
        store.reopen().await;
    }
}
