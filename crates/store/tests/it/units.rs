//! One test for each sentence of the crate's page about units of work.

use postern_store::{Bulk, Error, Kind, Lane, Result, Store, Tx, settings, v};
use postern_testkit::FixedClock;

fn put(tx: &mut Tx<'_>, name: &str) -> Result<()> {
    settings::put(tx, name, "x", FixedClock::START)
}

async fn names(store: &Store) -> Vec<String> {
    store
        .read(|tx| {
            tx.all("SELECT name FROM settings ORDER BY name", &[], |row| {
                row.text(0)
            })
        })
        .await
        .unwrap()
}

static SETTINGS: Bulk = Bulk {
    table: "settings",
    columns: &[
        ("tenant_id", Kind::Int),
        ("name", Kind::Text),
        ("value", Kind::Text),
        ("updated_at", Kind::Int),
    ],
};

both! {
    async fn a_failing_closure_undoes_its_own_writes_and_nobody_elses(store) {
        let mut tasks = Vec::new();
        for n in 0..60 {
            let store = Store::clone(&store);
            tasks.push(tokio::spawn(async move {
                store.write(Lane::CONTROL, move |tx| {
                    put(tx, &format!("n{n:02}"))?;
                    if n % 3 == 0 { Err(Error::Driver("asked for".into())) } else { Ok(n) }
                }).await
            }));
        }
        for (n, task) in tasks.into_iter().enumerate() {
            assert_eq!(task.await.unwrap().is_ok(), n % 3 != 0);
        }
        let expected: Vec<String> = (0..60).filter(|n| n % 3 != 0).map(|n| format!("n{n:02}")).collect();
        assert_eq!(names(&store).await, expected);
        store.reopen().await;
        assert_eq!(names(&store).await, expected);
    }

    async fn a_panic_fails_only_its_own_closure(store) {
        let bad = store.write(Lane::CONTROL, |tx| -> Result<()> {
            put(tx, "gone")?;
            panic!("asked for")
        });
        let good = store.write(Lane::CONTROL, |tx| put(tx, "kept"));
        let (bad, good) = tokio::join!(bad, good);
        assert!(matches!(bad, Err(Error::Driver(_))), "{bad:?}");
        good.unwrap();
        assert_eq!(names(&store).await, ["kept"]);
        store.reopen().await;
    }

    async fn the_first_failed_statement_poisons_the_unit(store) {
        let swallowed = store.write(Lane::CONTROL, |tx| {
            put(tx, "before")?;
            let twice = "INSERT INTO settings (tenant_id, name, value, updated_at) VALUES (1, 'before', '', 0)";
            assert!(matches!(tx.execute(twice, &[]), Err(Error::Conflict(_))));
            assert!(put(tx, "after").is_err(), "a poisoned unit runs nothing more");
            Ok(())
        }).await;
        assert!(matches!(swallowed, Err(Error::Conflict(_))), "{swallowed:?}");
        assert!(names(&store).await.is_empty());
        store.write(Lane::CONTROL, |tx| put(tx, "next")).await.unwrap();
        store.reopen().await;
        assert_eq!(names(&store).await, ["next"]);
    }

    async fn an_answered_unit_survives_a_restart(store) {
        for n in 0..20 {
            store.write(Lane::of(n), move |tx| put(tx, &format!("n{n:02}"))).await.unwrap();
        }
        store.reopen().await;
        assert_eq!(names(&store).await.len(), 20);
    }

    async fn a_conditional_update_holds_under_concurrency(store) {
        store.write(Lane::CONTROL, |tx| {
            tx.execute("INSERT INTO counters (tenant_id, name, value) VALUES (1, 'left', 10)", &[])
        }).await.unwrap();
        let take = "UPDATE counters SET value = value - 1 WHERE name = 'left' AND value > 0";
        let mut tasks = Vec::new();
        for n in 0..64 {
            let store = Store::clone(&store);
            tasks.push(tokio::spawn(async move { store.write(Lane::of(n), move |tx| tx.execute(take, &[])).await.unwrap() }));
        }
        let mut taken = 0;
        for task in tasks {
            taken += task.await.unwrap();
        }
        assert_eq!(taken, 10);
        store.reopen().await;
    }

    async fn bulk_rows_of_every_kind_go_in_and_come_out(store) {
        let owned: Vec<String> = (0..1000).map(|n| format!("b{n:04}")).collect();
        let inserted = store.write(Lane::CONTROL, move |tx| {
            let rows: Vec<_> = owned.iter().map(|name| vec![v(1), v(name), v("é"), v(7)]).collect();
            tx.insert_all(&SETTINGS, &rows)
        }).await.unwrap();
        assert_eq!(inserted, 1000);
        let (count, one) = store.read(|tx| {
            let count = tx.one("SELECT count(*) FROM settings", &[], |row| row.int(0))?;
            let one = tx.opt("SELECT value, updated_at FROM settings WHERE name = $1", &[v("b0999")], |row| Ok((row.text(0)?, row.int(1)?)))?;
            Ok((count, one))
        }).await.unwrap();
        assert_eq!((count, one), (1000, Some(("é".to_owned(), 7))));
        store.reopen().await;
    }

    async fn nulls_and_bytes_round_trip(store) {
        let pepper = vec![0_u8, 255, 1];
        store.write(Lane::CONTROL, move |tx| tx.execute(
            "INSERT INTO peppers (tenant_id, version, sealed, created_at, retired_at) VALUES ($1, $2, $3, $4, $5)",
            &[v(1), v(1), v(&pepper), v(5), v(None::<i64>)],
        )).await.unwrap();
        let row = store.read(|tx| tx.one("SELECT sealed, retired_at FROM peppers", &[], |row| Ok((row.blob(0)?, row.opt_int(1)?)))).await.unwrap();
        assert_eq!(row, (vec![0, 255, 1], None));
        store.reopen().await;
    }

    async fn a_reader_may_not_write(store) {
        let refused = store.read(|tx| put(tx, "no")).await;
        assert!(refused.is_err());
        assert!(names(&store).await.is_empty());
        store.reopen().await;
    }

    async fn a_caller_that_hangs_up_does_not_undo_the_work(store) {
        {
            let unit = store.write(Lane::CONTROL, |tx| put(tx, "kept"));
            tokio::pin!(unit);
            // Polled once: handed over, nobody waits for the answer.
            assert!(futures_poll_once(unit.as_mut()).await.is_none());
        }
        store.write(Lane::CONTROL, |tx| put(tx, "later")).await.unwrap();
        assert_eq!(names(&store).await, ["kept", "later"]);
        store.reopen().await;
    }
}

async fn futures_poll_once<F: Future + Unpin>(mut future: F) -> Option<F::Output> {
    std::future::poll_fn(|cx| match std::pin::Pin::new(&mut future).poll(cx) {
        std::task::Poll::Ready(out) => std::task::Poll::Ready(Some(out)),
        std::task::Poll::Pending => std::task::Poll::Ready(None),
    })
    .await
}
