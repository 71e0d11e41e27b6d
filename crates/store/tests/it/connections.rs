//! Connections: filters, the connect link that is spent once, and credentials that change under their own condition.

use postern_domain::connection::{Method, Status};
use postern_domain::time::UnixMicros;
use postern_store::connections::{self, BUILTIN, Completion, ConnectionRow, Filter, START};
use postern_store::{Lane, Store};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn connection(n: i64) -> ConnectionRow {
    ConnectionRow {
        connection_id: format!("c{n}"),
        app: if n == 3 {
            "other".into()
        } else {
            "clicksend".into()
        },
        name: String::new(),
        status: if n == 1 {
            Status::Active
        } else {
            Status::Pending
        },
        method: if n == 3 {
            Method::ApiKey
        } else {
            Method::Basic
        },
        upstream: if n == 2 {
            BUILTIN.into()
        } else {
            String::new()
        },
        account_id: (n == 2).then_some(100_001),
        credential_sealed: (n == 1).then(|| b"sealed".to_vec()),
        metadata: r#"{"username":"u"}"#.into(),
        sandbox: n == 2,
        session_nonce: (n != 1).then(|| b"nonce".to_vec()),
        session_expires_at: (n != 1).then(|| NOW.plus_secs(1800)),
        failure: None,
        verified_at: (n == 1).then_some(NOW),
        // The second and third were made at the same instant.
        created_at: NOW.plus_secs(n.min(2)),
        updated_at: NOW.plus_secs(n),
    }
}

fn completion() -> Completion {
    Completion {
        upstream: "https://example.com".into(),
        account_id: None,
        credential_sealed: Some(b"new".to_vec()),
        metadata: "{}".into(),
        sandbox: false,
        verified_at: Some(NOW),
    }
}

async fn put(store: &Store) {
    store
        .write(Lane::CONTROL, |tx| {
            (1..=3).try_for_each(|n| connections::create(tx, &connection(n)))
        })
        .await
        .unwrap();
}

async fn one(store: &Store, id: &'static str) -> ConnectionRow {
    store
        .read(move |tx| connections::get(tx, id))
        .await
        .unwrap()
        .unwrap()
}

both! {
    async fn lists_are_filtered_and_oldest_first(store) {
        put(&store).await;
        let ids = |filter: Filter, after: (UnixMicros, &'static str), limit: i64| {
            let store = Store::clone(&store);
            async move {
                let rows = store.read(move |tx| connections::page(tx, &filter, after, limit)).await.unwrap();
                rows.into_iter().map(|row| row.connection_id).collect::<Vec<_>>()
            }
        };
        assert_eq!(ids(Filter::default(), START, 10).await, ["c1", "c2", "c3"]);
        assert_eq!(ids(Filter::default(), (NOW.plus_secs(2), "c2"), 10).await, ["c3"]);
        assert_eq!(ids(Filter::default(), START, 1).await, ["c1"]);
        assert_eq!(ids(Filter { app: Some("clicksend".into()), ..Filter::default() }, START, 10).await, ["c1", "c2"]);
        assert_eq!(ids(Filter { status: Some(Status::Active), ..Filter::default() }, START, 10).await, ["c1"]);
        assert_eq!(ids(Filter { method: Some(Method::ApiKey), ..Filter::default() }, START, 10).await, ["c3"]);
        let both = Filter { app: Some("other".into()), status: Some(Status::Active), method: None };
        assert!(ids(both, START, 10).await.is_empty());
        store.reopen().await;
    }

    async fn a_row_comes_back_whole(store) {
        put(&store).await;
        store.reopen().await;
        assert_eq!(one(&store, "c1").await, connection(1));
        assert_eq!(one(&store, "c2").await, connection(2));
        assert_eq!(store.read(|tx| connections::get(tx, "c9")).await.unwrap(), None);
    }

    async fn a_link_is_spent_once(store) {
        put(&store).await;
        let spent = store.write(Lane::CONTROL, |tx| Ok((
            connections::complete_by_link(tx, "c3", b"other", &completion(), NOW)?,
            connections::complete_by_link(tx, "c3", b"nonce", &completion(), NOW.plus_secs(1800))?,
            connections::complete_by_link(tx, "c3", b"nonce", &completion(), NOW.plus_secs(7))?,
            connections::complete_by_link(tx, "c3", b"nonce", &completion(), NOW.plus_secs(8))?,
            // A connection without a link cannot be completed by any.
            connections::complete_by_link(tx, "c1", b"nonce", &completion(), NOW)?,
        ))).await.unwrap();
        assert_eq!(spent, (false, false, true, false, false));
        let expected = ConnectionRow {
            status: Status::Active, upstream: "https://example.com".into(), credential_sealed: Some(b"new".to_vec()),
            metadata: "{}".into(), session_nonce: None, session_expires_at: None, verified_at: Some(NOW),
            updated_at: NOW.plus_secs(7), ..connection(3)
        };
        assert_eq!(one(&store, "c3").await, expected);
        store.reopen().await;
    }

    async fn of_many_who_post_the_same_link_one_wins(store) {
        put(&store).await;
        let mut tasks = Vec::new();
        for n in 0..20_u8 {
            let store = Store::clone(&store);
            tasks.push(tokio::spawn(async move {
                let completion = Completion { credential_sealed: Some(vec![n]), ..completion() };
                store.write(Lane::of(i64::from(n)), move |tx| connections::complete_by_link(tx, "c3", b"nonce", &completion, NOW)).await
            }));
        }
        let mut winners = Vec::new();
        for (n, task) in tasks.into_iter().enumerate() {
            if task.await.unwrap().unwrap() {
                winners.push(vec![u8::try_from(n).unwrap()]);
            }
        }
        assert_eq!(winners.len(), 1);
        assert_eq!(one(&store, "c3").await.credential_sealed, winners.pop());
        store.reopen().await;
    }

    async fn renewing_replaces_the_link_and_nothing_else(store) {
        put(&store).await;
        let later = NOW.plus_secs(3600);
        let done = store.write(Lane::CONTROL, move |tx| Ok((
            connections::renew_link(tx, "c1", b"fresh", later.plus_secs(1800), later)?,
            connections::renew_link(tx, "c9", b"fresh", later, later)?,
        ))).await.unwrap();
        assert_eq!(done, (true, false));
        let expected = ConnectionRow {
            session_nonce: Some(b"fresh".to_vec()), session_expires_at: Some(later.plus_secs(1800)), updated_at: later, ..connection(1)
        };
        assert_eq!(one(&store, "c1").await, expected, "it stays ACTIVE with its credential");
        store.reopen().await;
    }

    async fn a_key_completes_without_a_link_and_spends_it(store) {
        put(&store).await;
        let done = store.write(Lane::CONTROL, |tx| Ok((
            connections::complete_by_key(tx, "c3", &completion(), NOW)?, connections::complete_by_key(tx, "c9", &completion(), NOW)?,
            connections::complete_by_link(tx, "c3", b"nonce", &completion(), NOW)?,
        ))).await.unwrap();
        assert_eq!(done, (true, false, false));
        store.reopen().await;
    }

    async fn failing_and_healing_need_the_credential_that_was_tried(store) {
        put(&store).await;
        let done = store.write(Lane::CONTROL, |tx| Ok((
            connections::fail(tx, "c1", b"older", "refused", NOW.plus_secs(9))?,
            connections::fail(tx, "c1", b"sealed", "refused", NOW.plus_secs(10))?,
            connections::fail(tx, "c2", b"sealed", "refused", NOW.plus_secs(10))?,
        ))).await.unwrap();
        assert_eq!(done, (false, true, false));
        let failed = ConnectionRow { status: Status::Failed, failure: Some("refused".into()), updated_at: NOW.plus_secs(10), ..connection(1) };
        assert_eq!(one(&store, "c1").await, failed);
        let done = store.write(Lane::CONTROL, |tx| Ok((
            connections::confirm(tx, "c1", b"older", NOW.plus_secs(11))?, connections::confirm(tx, "c1", b"sealed", NOW.plus_secs(12))?,
            connections::confirm(tx, "c3", b"sealed", NOW.plus_secs(12))?,
        ))).await.unwrap();
        assert_eq!(done, (false, true, false));
        let healed = ConnectionRow { verified_at: Some(NOW.plus_secs(12)), updated_at: NOW.plus_secs(12), ..connection(1) };
        assert_eq!(one(&store, "c1").await, healed);
        store.reopen().await;
    }

    async fn names_and_reasons_are_written(store) {
        put(&store).await;
        let done = store.write(Lane::CONTROL, |tx| Ok((
            connections::rename(tx, "c2", "Main", NOW.plus_secs(20))?, connections::note_failure(tx, "c2", "unreachable", NOW.plus_secs(21))?,
            connections::rename(tx, "c9", "Main", NOW)?, connections::note_failure(tx, "c9", "x", NOW)?,
        ))).await.unwrap();
        assert_eq!(done, (true, true, false, false));
        let expected = ConnectionRow { name: "Main".into(), failure: Some("unreachable".into()), updated_at: NOW.plus_secs(21), ..connection(2) };
        assert_eq!(one(&store, "c2").await, expected);
        store.reopen().await;
    }

    async fn a_deleted_connection_is_gone(store) {
        put(&store).await;
        let done = store.write(Lane::CONTROL, |tx| Ok((connections::delete(tx, "c1")?, connections::delete(tx, "c1")?))).await.unwrap();
        assert_eq!(done, (true, false));
        assert_eq!(store.read(|tx| connections::get(tx, "c1")).await.unwrap(), None);
        store.reopen().await;
    }

    async fn resealing_replaces_only_what_was_read(store) {
        put(&store).await;
        assert_eq!(store.read(|tx| connections::sealed_page(tx, "", 10)).await.unwrap(), [("c1".to_owned(), b"sealed".to_vec())]);
        assert!(store.read(|tx| connections::sealed_page(tx, "c1", 10)).await.unwrap().is_empty());
        let done = store.write(Lane::CONTROL, |tx| Ok((
            connections::reseal(tx, "c1", b"other", b"x")?, connections::reseal(tx, "c1", b"sealed", b"moved")?,
        ))).await.unwrap();
        assert_eq!(done, (false, true));
        assert_eq!(one(&store, "c1").await, ConnectionRow { credential_sealed: Some(b"moved".to_vec()), ..connection(1) });
        store.reopen().await;
    }
}
