//! Audit records: written once, closed once, read newest first.

use postern_domain::time::UnixMicros;
use postern_store::audit::{self, Entry, Filter, Search};
use postern_store::{Error, Lane};
use postern_testkit::FixedClock;

fn entry(n: i64) -> Entry {
    Entry {
        actor_kind: "key".into(),
        actor_id: "k1".into(),
        object_kind: "connection".into(),
        object_id: "c1".into(),
        request_id: format!("r{n}"),
        peer: "127.0.0.1".into(),
        app: Some("clicksend".into()),
        method: Some("POST".into()),
        path: Some("/v3/sms/send".into()),
        effect: Some("send".into()),
        detail: r#"{"a":1}"#.into(),
        ..Entry::new(format!("id{n:03}"), FixedClock::START.plus_secs(n), "call")
    }
}

both! {
    async fn records_come_back_whole_newest_first(store) {
        store.write(Lane::CONTROL, |tx| (0..5).try_for_each(|n| audit::record(tx, &entry(n)))).await.unwrap();
        let (first, rest) = store.read(|tx| Ok((audit::page(tx, &Filter::default(), None, 2)?, audit::page(tx, &Filter::default(), Some("id003"), 10)?))).await.unwrap();
        assert_eq!(first, [entry(4), entry(3)]);
        assert_eq!(rest, [entry(2), entry(1), entry(0)]);
        store.reopen().await;
    }

    async fn a_record_is_closed_once(store) {
        let at = UnixMicros(FixedClock::START.0 + 5);
        let closed = store.write(Lane::CONTROL, move |tx| {
            audit::record(tx, &entry(1))?;
            let first = audit::close(tx, "id001", "answered", Some(200), at)?;
            let second = audit::close(tx, "id001", "failed", None, at)?;
            let absent = audit::close(tx, "id999", "answered", Some(200), at)?;
            Ok((first, second, absent))
        }).await.unwrap();
        assert_eq!(closed, (true, false, false));
        let expected = Entry { outcome: Some("answered".into()), status: Some(200), closed_at: Some(at), ..entry(1) };
        assert_eq!(store.read(|tx| audit::page(tx, &Filter::default(), None, 10)).await.unwrap(), [expected]);
        store.reopen().await;
    }

    async fn the_same_id_twice_undoes_the_whole_unit(store) {
        store.write(Lane::CONTROL, |tx| audit::record(tx, &entry(1))).await.unwrap();
        let twice = store.write(Lane::CONTROL, |tx| { audit::record(tx, &entry(2))?; audit::record(tx, &entry(1)) }).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
        assert_eq!(store.read(|tx| audit::page(tx, &Filter::default(), None, 10)).await.unwrap().len(), 1);
        store.reopen().await;
    }

    async fn records_are_found_by_what_they_say(store) {
        store.write(Lane::CONTROL, |tx| {
            audit::record(tx, &entry(1))?;
            audit::record(tx, &Entry { actor_id: "k2".into(), ..entry(2) })?;
            audit::record(tx, &Entry { decision: "refused".into(), ..entry(3) })?;
            audit::record(tx, &Entry { action: "key.create".into(), ..entry(4) })
        }).await.unwrap();
        for (filter, expected) in [
            (Filter { actor_id: Some("k2".into()), ..Filter::default() }, vec!["id002"]),
            (Filter { decision: Some("refused".into()), ..Filter::default() }, vec!["id003"]),
            (Filter { action: Some("key.create".into()), ..Filter::default() }, vec!["id004"]),
            (Filter { actor_id: Some("k1".into()), action: Some("call".into()), decision: Some("allowed".into()) }, vec!["id001"]),
        ] {
            let found = store.read(move |tx| audit::page(tx, &filter, None, 10)).await.unwrap();
            assert_eq!(found.iter().map(|entry| entry.audit_id.as_str()).collect::<Vec<_>>(), expected);
        }
        assert_eq!(store.read(|tx| audit::get(tx, "id001")).await.unwrap(), Some(entry(1)));
        assert_eq!(store.read(|tx| audit::get(tx, "nothing")).await.unwrap(), None);
        store.reopen().await;
    }

    async fn a_search_goes_back_in_turns_of_what_it_looks_at(store) {
        store.write(Lane::CONTROL, |tx| {
            audit::record(tx, &Entry { action: "key.create".into(), ..entry(1) })?;
            audit::record(tx, &Entry { object_id: "o2".into(), ..entry(2) })?;
            audit::record(tx, &Entry { action: "key.revoke".into(), ..entry(3) })?;
            audit::record(tx, &Entry { actor_id: "k2".into(), ..entry(4) })
        }).await.unwrap();
        let text = |text: &str| Some(text.to_owned());
        for (search, expected) in [
            (Search::default(), vec!["id004", "id003"]),
            (Search { action: text("key.*"), ..Search::default() }, vec!["id003", "id001"]),
            (Search { action: text("key"), ..Search::default() }, vec![]),
            (Search { object_id: text("o2"), ..Search::default() }, vec!["id002"]),
            (Search { actor_id: text("k2"), ..Search::default() }, vec!["id004"]),
            (Search { from: text("id002"), before: text("id004"), ..Search::default() }, vec!["id003", "id002"]),
        ] {
            let found = store.read(move |tx| audit::search(tx, &search, 2)).await.unwrap();
            assert_eq!(found.rows.iter().map(|entry| entry.audit_id.as_str()).collect::<Vec<_>>(), expected);
            let full = found.rows.len() == 2;
            assert_eq!(found.next, full.then(|| expected[1].to_owned()), "a page that is not full is the last");
        }
        store.reopen().await;
    }
}
