//! Counting within limits: what is taken is told, what is too much is given back, also by many at once.

use postern_domain::time::UnixMicros;
use postern_store::reservations::{self, Ended};
use postern_store::usage::{self, Amount, Cell};
use postern_store::{Lane, Tx};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn day(scope: &str) -> Cell {
    Cell {
        scope: scope.into(),
        span: "day".into(),
        starts_at: NOW,
        ends_at: NOW.plus_secs(86_400),
    }
}

fn messages(messages: i64) -> Amount {
    Amount {
        messages,
        segments: messages * 2,
        micros: messages * 79_200,
        recipients: 0,
    }
}

fn shares(shares: &[(&str, i64)]) -> Vec<(String, i64)> {
    shares
        .iter()
        .map(|(subject, n)| ((*subject).to_owned(), *n))
        .collect()
}

fn sorted(mut shares: Vec<(String, i64)>) -> Vec<(String, i64)> {
    shares.sort();
    shares
}

/// Takes `asked` if that stays within `cap`.
fn take(tx: &mut Tx<'_>, cell: &Cell, asked: i64, cap: i64) -> postern_store::Result<bool> {
    let fits = usage::add(tx, cell, messages(asked))?.messages <= cap;
    if !fits {
        usage::add(tx, cell, messages(-asked))?;
    }
    Ok(fits)
}

both! {
    async fn adding_tells_what_there_is(store) {
        let told = store.write(Lane::CONTROL, |tx| {
            let first = usage::add(tx, &day("key:a"), messages(3))?;
            let second = usage::add(tx, &day("key:a"), messages(4))?;
            usage::add(tx, &day("key:b"), messages(9))?;
            let back = usage::add(tx, &day("key:a"), messages(-2))?;
            Ok([first, second, back])
        }).await.unwrap();
        assert_eq!(told, [messages(3), messages(7), messages(5)]);
        store.reopen().await;
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:a"))).await.unwrap(), messages(5));
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:c"))).await.unwrap(), Amount::default());
    }

    async fn parts_are_counted_each(store) {
        let told = store.write(Lane::CONTROL, |tx| {
            usage::add_each(tx, &day("key:a"), &shares(&[("r:1", 1), ("r:2", 2)]))?;
            usage::add_each(tx, &day("key:b"), &shares(&[("r:1", 7)]))?;
            usage::add_each(tx, &day("key:a"), &[])?;
            usage::add_each(tx, &day("key:a"), &shares(&[("r:2", 1), ("r:3", 5), ("p:+614111", 6)]))
        }).await.unwrap();
        assert_eq!(sorted(told), shares(&[("p:+614111", 6), ("r:2", 3), ("r:3", 5)]));
        let looked = store.read(|tx| usage::look_each(tx, &day("key:a"), &shares(&[("r:1", 9), ("r:9", 9)]))).await.unwrap();
        assert_eq!(looked, shares(&[("r:1", 1)]));
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:a"))).await.unwrap(), Amount::default());
        // A thousand at once is one statement.
        let many: Vec<_> = (0..1000).map(|n| (format!("r:{n:04}"), 1)).collect();
        let told = store.write(Lane::CONTROL, move |tx| usage::add_each(tx, &day("key:c"), &many)).await.unwrap();
        assert_eq!(told.len(), 1000);
        store.reopen().await;
    }

    async fn sixty_four_writers_take_exactly_the_cap(store) {
        const CAP: i64 = 100;
        let mut writers = tokio::task::JoinSet::new();
        for n in 0..64_i64 {
            let store = store.clone();
            // On every lane: on PostgreSQL they are several connections at once.
            writers.spawn(async move {
                let mut taken = 0;
                for asked in [1, 3, 2] {
                    let fits = store.write(Lane::of(n), move |tx| take(tx, &day("key:a"), asked, CAP)).await.unwrap();
                    taken += if fits { asked } else { 0 };
                }
                taken
            });
        }
        let taken: i64 = writers.join_all().await.into_iter().sum();
        assert_eq!(taken, CAP);
        store.reopen().await;
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:a"))).await.unwrap(), messages(CAP));
    }

    async fn a_unit_that_fails_has_taken_nothing(store) {
        let failed = store.write(Lane::CONTROL, |tx| {
            usage::add(tx, &day("key:a"), messages(3))?;
            Err::<(), _>(postern_store::Error::Driver("no".into()))
        }).await;
        assert!(failed.is_err());
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:a"))).await.unwrap(), Amount::default());
        store.reopen().await;
    }

    async fn a_reservation_ends_once(store) {
        store.write(Lane::CONTROL, |tx| {
            reservations::hold(tx, "s1", "[1]", NOW)?;
            reservations::hold(tx, "s2", "[2]", NOW)
        }).await.unwrap();
        store.reopen().await;
        let ended = store.write(Lane::CONTROL, |tx| {
            let first = reservations::end(tx, "s1", Ended::Settled, NOW)?;
            let again = reservations::end(tx, "s1", Ended::Released, NOW)?;
            let absent = reservations::end(tx, "s9", Ended::Released, NOW)?;
            Ok((first, again, absent))
        }).await.unwrap();
        assert_eq!(ended, (Some("[1]".into()), None, None));
        // What is held is never swept.
        let swept = store.write(Lane::CONTROL, |tx| reservations::sweep(tx, NOW.plus_secs(1), 10)).await.unwrap();
        assert_eq!(swept, 1);
        let ended = store.write(Lane::CONTROL, |tx| reservations::end(tx, "s2", Ended::Released, NOW)).await.unwrap();
        assert_eq!(ended, Some("[2]".into()));
    }

    async fn windows_that_ended_are_swept_in_bounded_steps(store) {
        store.write(Lane::CONTROL, |tx| {
            usage::add(tx, &day("key:a"), messages(1))?;
            usage::add_each(tx, &day("key:a"), &shares(&[("r:1", 1), ("r:2", 1)]))?;
            usage::add(tx, &Cell { ends_at: NOW.plus_secs(90_000), ..day("key:b") }, messages(1))
        }).await.unwrap();
        let sweep = |limit| store.write(Lane::CONTROL, move |tx| usage::sweep(tx, NOW.plus_secs(86_401), limit));
        assert_eq!(sweep(2).await.unwrap(), 2);
        assert_eq!(sweep(2).await.unwrap(), 1);
        assert_eq!(sweep(2).await.unwrap(), 0);
        assert_eq!(store.read(|tx| usage::look(tx, &day("key:b"))).await.unwrap().messages, 1);
        store.reopen().await;
    }
}
