//! PostgreSQL: the connection is cut around COMMIT, and every unit still happens exactly once.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use postern_store::{Config, Lane, Store};
use postern_testkit::{FixedClock, postgres_store};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// What the proxy does to the next COMMIT it sees.
const PASS: i64 = 0;
const CUT_BEFORE: i64 = 1;
const CUT_AFTER: i64 = 2;

/// A TCP proxy that reads along. `order` is taken once and then is `PASS` again.
async fn proxy(server: String, order: Arc<AtomicI64>) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = listener.local_addr().unwrap().port();
    tokio::spawn(async move {
        while let Ok((client, _)) = listener.accept().await {
            tokio::spawn(relay(client, server.clone(), order.clone()));
        }
    });
    port
}

async fn relay(client: TcpStream, server: String, order: Arc<AtomicI64>) {
    let server = TcpStream::connect(server).await.unwrap();
    let (mut from_client, mut to_client) = client.into_split();
    let (mut from_server, mut to_server) = server.into_split();
    let answers =
        tokio::spawn(async move { drop(tokio::io::copy(&mut from_server, &mut to_client).await) });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(n @ 1..) = from_client.read(&mut buffer).await {
        let commit = buffer[..n].windows(6).any(|w| w == b"COMMIT");
        let order = if commit {
            order.swap(PASS, Ordering::SeqCst)
        } else {
            PASS
        };
        if order == CUT_AFTER {
            answers.abort();
        }
        if order == CUT_BEFORE
            || to_server.write_all(&buffer[..n]).await.is_err()
            || order == CUT_AFTER
        {
            break;
        }
    }
    answers.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_around_commit_neither_loses_nor_doubles() {
    let Some(mut direct) = postgres_store().await else {
        return;
    };
    let Config {
        engine: postern_store::Engine::Postgres(url),
        ..
    } = direct.config.clone()
    else {
        panic!()
    };
    direct.close().await;
    let (head, tail) = url.split_once('@').expect("user@host:port/db");
    let (address, database) = tail.split_once('/').unwrap();
    let order = Arc::new(AtomicI64::new(PASS));
    let port = proxy(address.to_owned(), order.clone()).await;
    let config = Config {
        writers: 1,
        readers: 1,
        ..Config::postgres(format!(
            "{head}@127.0.0.1:{port}/{database}?sslmode=disable"
        ))
    };
    let store = Store::open(config, FixedClock::START).await.unwrap();
    store
        .write(Lane::CONTROL, |tx| {
            tx.execute(
                "INSERT INTO counters (tenant_id, name, value) VALUES (1, 'n', 0)",
                &[],
            )
        })
        .await
        .unwrap();
    for round in 0..20_i64 {
        order.store(
            if round % 2 == 0 {
                CUT_AFTER
            } else {
                CUT_BEFORE
            },
            Ordering::SeqCst,
        );
        let count = "UPDATE counters SET value = value + 1 WHERE name = 'n' RETURNING value";
        let value = store
            .write(Lane::CONTROL, move |tx| {
                tx.one(count, &[], |row| row.int(0))
            })
            .await
            .unwrap();
        assert_eq!(
            value,
            round + 1,
            "the answer belongs to the attempt that was committed"
        );
        assert_eq!(order.load(Ordering::SeqCst), PASS, "the cut was made");
    }
    let total = store
        .read(|tx| {
            tx.one("SELECT value FROM counters WHERE name = 'n'", &[], |row| {
                row.int(0)
            })
        })
        .await
        .unwrap();
    assert_eq!(total, 20);
    store.close().await;
}
