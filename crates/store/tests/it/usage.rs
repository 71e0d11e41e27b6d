//! Counting within limits: what is taken is told, what is too much is given back, also by many at once.

use postern_domain::time::UnixMicros;
use postern_store::reservations::{self, Ended};
use postern_store::usage::{self, Amount, Cell, Each, Told, Window};
use postern_store::{Lane, Tx};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

/// The tenth hour of the fifth day of a month.
fn cell(scope: &str) -> Cell {
    let window = |starts_at: UnixMicros, hours: i64| Window {
        starts_at,
        ends_at: starts_at.plus_secs(hours * 3600),
    };
    Cell {
        scope: scope.into(),
        hour: window(NOW, 1),
        day: window(NOW.plus_secs(-9 * 3600), 24),
        month: window(NOW.plus_secs(-(4 * 24 + 9) * 3600), 30 * 24),
    }
}

fn next_hour(scope: &str) -> Cell {
    let cell = cell(scope);
    Cell {
        hour: Window {
            starts_at: cell.hour.ends_at,
            ends_at: cell.hour.ends_at.plus_secs(3600),
        },
        ..cell
    }
}

fn next_day(scope: &str) -> Cell {
    let cell = cell(scope);
    let starts_at = cell.day.ends_at;
    let window = |hours: i64| Window {
        starts_at,
        ends_at: starts_at.plus_secs(hours * 3600),
    };
    Cell {
        hour: window(1),
        day: window(24),
        ..cell
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

fn all<T: Copy>(one: T) -> Each<T> {
    Each {
        hour: one,
        day: one,
        month: one,
    }
}

fn each(hour: i64, day: i64, month: i64) -> Each<i64> {
    Each { hour, day, month }
}

const NOBODY: Each<i64> = Each {
    hour: 0,
    day: 0,
    month: 0,
};

fn names(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| (*name).to_owned()).collect()
}

/// Of one part.
fn told(hour: Option<i64>, day: Option<i64>, month: i64) -> Told {
    Each {
        hour,
        day,
        month: Some(month),
    }
}

/// Takes `asked` if that stays within `cap`.
fn take(tx: &mut Tx<'_>, cell: &Cell, asked: i64, cap: i64) -> postern_store::Result<bool> {
    let fits = usage::add(tx, cell, messages(asked), NOBODY)?.day.messages <= cap;
    if !fits {
        usage::add(tx, cell, messages(-asked), NOBODY)?;
    }
    Ok(fits)
}

both! {
    async fn adding_tells_what_there_is(store) {
        let told = store.write(Lane::CONTROL, |tx| {
            let first = usage::add(tx, &cell("key:a"), messages(3), each(1, 1, 0))?;
            let second = usage::add(tx, &next_hour("key:a"), messages(4), NOBODY)?;
            usage::add(tx, &cell("key:b"), messages(9), NOBODY)?;
            let back = usage::add(tx, &cell("key:a"), messages(-2), each(-1, 0, 0))?;
            Ok([first, second, back])
        }).await.unwrap();
        let with = |n, recipients| Amount { recipients, ..messages(n) };
        assert_eq!(told[0], Each { hour: with(3, 1), day: with(3, 1), month: messages(3) });
        assert_eq!(told[1], Each { hour: messages(4), day: with(7, 1), month: messages(7) });
        let now = Each { hour: messages(1), day: with(5, 1), month: messages(5) };
        assert_eq!(told[2], now);
        store.reopen().await;
        assert_eq!(store.read(|tx| usage::look(tx, &cell("key:a"))).await.unwrap(), now);
        assert_eq!(store.read(|tx| usage::look(tx, &cell("key:c"))).await.unwrap(), all(Amount::default()));
    }

    async fn parts_are_counted_each_by_hour_day_and_month(store) {
        let add = |cell: Cell, n, subjects: &[&str]| {
            let subjects = names(subjects);
            store.write(Lane::CONTROL, move |tx| {
                let mut told = usage::add_each(tx, &cell, n, &subjects)?;
                told.sort_by(|a, b| a.0.cmp(&b.0));
                Ok(told)
            })
        };
        let of = |told: &[(&str, Told)]| -> Vec<(String, Told)> {
            told.iter().map(|(name, told)| ((*name).to_owned(), *told)).collect()
        };
        let one = |name, hour, day, month| of(&[(name, told(hour, day, month))]);
        assert_eq!(add(cell("key:a"), 1, &[]).await.unwrap(), []);
        assert_eq!(add(cell("key:a"), 1, &["r1", "r2"]).await.unwrap(), of(&[("r1", told(Some(1), Some(1), 1)), ("r2", told(Some(1), Some(1), 1))]));
        assert_eq!(add(cell("key:a"), 2, &["r2"]).await.unwrap(), one("r2", Some(3), Some(3), 3));
        assert_eq!(add(next_hour("key:a"), 1, &["r2"]).await.unwrap(), one("r2", Some(1), Some(4), 4));
        // Whoever comes late to an hour is told that it is over; what belongs to longer windows counts.
        assert_eq!(add(cell("key:a"), 5, &["r2"]).await.unwrap(), one("r2", None, Some(9), 9));
        assert_eq!(add(next_hour("key:a"), 1, &["r2"]).await.unwrap(), one("r2", Some(2), Some(10), 10));
        // And takes back nothing from another one.
        assert_eq!(add(cell("key:a"), -5, &["r2"]).await.unwrap(), one("r2", None, Some(5), 5));
        assert_eq!(add(next_day("key:a"), 1, &["r2"]).await.unwrap(), one("r2", Some(1), Some(1), 6));
        assert_eq!(add(next_hour("key:a"), -1, &["r2"]).await.unwrap(), one("r2", None, None, 5));
        store.reopen().await;
        let look = |cell: Cell| store.read(move |tx| usage::look_each(tx, &cell, &names(&["r2", "r9"])));
        assert_eq!(look(next_day("key:a")).await.unwrap(), one("r2", Some(1), Some(1), 5));
        assert_eq!(look(cell("key:a")).await.unwrap(), one("r2", None, None, 5));
        let mut later = next_day("key:a");
        later.hour.starts_at = later.hour.ends_at;
        assert_eq!(look(later).await.unwrap(), one("r2", Some(0), Some(1), 5));
        // A thousand at once is one statement.
        let many: Vec<_> = (0..1000).map(|n| format!("r{n:04}")).collect();
        let told = store.write(Lane::CONTROL, move |tx| usage::add_each(tx, &cell("key:c"), 1, &many)).await.unwrap();
        assert_eq!(told.len(), 1000);
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
                    let fits = store.write(Lane::of(n), move |tx| take(tx, &cell("key:a"), asked, CAP)).await.unwrap();
                    taken += if fits { asked } else { 0 };
                }
                taken
            });
        }
        let taken: i64 = writers.join_all().await.into_iter().sum();
        assert_eq!(taken, CAP);
        store.reopen().await;
        assert_eq!(store.read(|tx| usage::look(tx, &cell("key:a"))).await.unwrap(), all(messages(CAP)));
    }

    async fn a_unit_that_fails_has_taken_nothing(store) {
        let failed = store.write(Lane::CONTROL, |tx| {
            usage::add(tx, &cell("key:a"), messages(3), NOBODY)?;
            Err::<(), _>(postern_store::Error::Driver("no".into()))
        }).await;
        assert!(failed.is_err());
        assert_eq!(store.read(|tx| usage::look(tx, &cell("key:a"))).await.unwrap(), all(Amount::default()));
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
            usage::add(tx, &cell("key:a"), messages(1), NOBODY)?;
            usage::add_each(tx, &cell("key:a"), 1, &names(&["r1", "r2", "r3"]))
        }).await.unwrap();
        let cell = cell("key:a");
        let (hour, day, month) = (cell.hour.ends_at, cell.day.ends_at, cell.month);
        let sweep = |before: UnixMicros, months: UnixMicros| store.write(Lane::CONTROL, move |tx| usage::sweep(tx, before.plus_secs(1), months, 2));
        assert_eq!(sweep(hour, month.starts_at).await.unwrap(), 1);
        assert_eq!(sweep(day, month.starts_at).await.unwrap(), 1);
        assert_eq!(store.read(move |tx| usage::look(tx, &cell)).await.unwrap(), Each { month: messages(1), ..Each::default() });
        assert_eq!(sweep(day, month.starts_at.plus_secs(1)).await.unwrap(), 2);
        assert_eq!(sweep(month.ends_at, month.starts_at.plus_secs(1)).await.unwrap(), 2);
        assert_eq!(sweep(month.ends_at, month.starts_at.plus_secs(1)).await.unwrap(), 0);
        store.reopen().await;
    }
}
