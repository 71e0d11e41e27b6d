//! Durable units of work a second, beside what the disk gives: one append and one fdatasync at a time, and the same shared by
//! a whole group. A unit debits an account and inserts a row of about 300 bytes, as a send does.
//!
//! `cargo bench -p postern-store --bench units`; PostgreSQL joins when POSTERN_TEST_DATABASE_URL is set.

use std::io::Write as _;
use std::time::{Duration, Instant};

use postern_store::{Lane, Store};

const ROUNDS: usize = 7;
const ROUND: Duration = Duration::from_secs(1);
const CALLERS: i64 = 64;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("a runtime");
    runtime.block_on(run());
}

async fn run() {
    let sqlite = postern_testkit::sqlite_store().await;
    let postgres = postern_testkit::postgres_store().await;
    let mut contestants: Vec<(&str, Option<&Store>, i64)> = vec![
        ("append + fdatasync, one at a time", None, 1),
        ("SQLite, 1 caller", Some(&sqlite), 1),
        ("SQLite, 64 callers", Some(&sqlite), CALLERS),
    ];
    if let Some(postgres) = &postgres {
        contestants.push(("PostgreSQL, 1 caller", Some(postgres), 1));
        contestants.push(("PostgreSQL, 64 callers", Some(postgres), CALLERS));
    }
    for store in [Some(&*sqlite), postgres.as_deref()].into_iter().flatten() {
        prepare(store).await;
    }
    let mut rates = vec![Vec::new(); contestants.len()];
    for _ in 0..ROUNDS {
        for (i, (_, store, callers)) in contestants.iter().enumerate() {
            let rate = match store {
                Some(store) => units(store, *callers).await,
                None => tokio::task::spawn_blocking(appends)
                    .await
                    .expect("the appends run"),
            };
            rates[i].push(rate);
        }
    }
    println!(
        "{ROUNDS} rounds of {ROUND:?} each, interleaved; per second: median [least..most], ratio of medians to the first line"
    );
    let base = median(&mut rates[0]);
    for ((name, ..), rates) in contestants.iter().zip(&mut rates) {
        let middle = median(rates);
        println!(
            "{name:36} {middle:>9.0} [{:.0}..{:.0}]  {:.2}",
            rates[0],
            rates[rates.len() - 1],
            middle / base
        );
    }
}

fn median(rates: &mut [f64]) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates[rates.len() / 2]
}

async fn prepare(store: &Store) {
    store
        .write(Lane::CONTROL, |tx| {
            for n in 0..CALLERS {
                let name = format!("bench{n}");
                tx.execute(
                    "INSERT INTO counters (tenant_id, name, value) VALUES (1, $1, 1000000000)",
                    &[(&name).into()],
                )?;
            }
            Ok(())
        })
        .await
        .expect("prepared");
}

async fn units(store: &Store, callers: i64) -> f64 {
    let (start, body) = (Instant::now(), "x".repeat(200));
    let tasks: Vec<_> = (0..callers)
        .map(|caller| {
            let (store, body) = (store.clone(), body.clone());
            tokio::spawn(async move {
                let mut done = 0_u32;
                while start.elapsed() < ROUND {
                    send(&store, caller, &body).await;
                    done += 1;
                }
                done
            })
        })
        .collect();
    let mut done = 0;
    for task in tasks {
        done += task.await.expect("a caller ends");
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}

async fn send(store: &Store, caller: i64, body: &str) {
    let (account, id, body) = (
        format!("bench{caller}"),
        uuid::Uuid::now_v7().to_string(),
        body.to_owned(),
    );
    store
        .write(Lane::of(caller), move |tx| {
            tx.one(
                "UPDATE counters SET value = value - 1 WHERE tenant_id = 1 AND name = $1 AND value > 0 RETURNING value",
                &[(&account).into()],
                |row| row.int(0),
            )?;
            tx.execute(
                "INSERT INTO sends (tenant_id, send_id, key_id, connection_id, request_id, app, method, path, state, created_at)
                 VALUES (1, $1, 'k', 'c', 'r', 'clicksend', 'POST', $2, 'answered', 0)",
                &[(&id).into(), (&body).into()],
            )
        })
        .await
        .expect("the unit commits");
}

fn appends() -> f64 {
    let dir = tempfile::tempdir().expect("a directory");
    let mut file = std::fs::File::create(dir.path().join("log")).expect("a file");
    let (start, mut done) = (Instant::now(), 0_u32);
    while start.elapsed() < ROUND {
        file.write_all(&[b'x'; 300])
            .and_then(|()| file.sync_data())
            .expect("the disk takes it");
        done += 1;
    }
    f64::from(done) / start.elapsed().as_secs_f64()
}
