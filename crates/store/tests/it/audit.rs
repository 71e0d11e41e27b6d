//! Audit records: written once, closed once, read newest first.

use postern_domain::time::UnixMicros;
use postern_store::audit::{self, Entry};
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
        let (first, rest) = store.read(|tx| Ok((audit::page(tx, None, 2)?, audit::page(tx, Some("id003"), 10)?))).await.unwrap();
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
        assert_eq!(store.read(|tx| audit::page(tx, None, 10)).await.unwrap(), [expected]);
        store.reopen().await;
    }

    async fn the_same_id_twice_undoes_the_whole_unit(store) {
        store.write(Lane::CONTROL, |tx| audit::record(tx, &entry(1))).await.unwrap();
        let twice = store.write(Lane::CONTROL, |tx| { audit::record(tx, &entry(2))?; audit::record(tx, &entry(1)) }).await;
        assert!(matches!(twice, Err(Error::Conflict(_))), "{twice:?}");
        assert_eq!(store.read(|tx| audit::page(tx, None, 10)).await.unwrap().len(), 1);
        store.reopen().await;
    }
}
