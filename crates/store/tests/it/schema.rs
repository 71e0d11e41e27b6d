//! Both engines have the same tables with the same columns, and refuse what they must not open.

use postern_store::{Config, Error, Store};
use postern_testkit::{FixedClock, postgres_store, sqlite_store};

/// What only one engine needs.
const POSTGRES_ONLY: &[&str] = &["commit_marks"];

#[tokio::test]
async fn the_engines_have_the_same_columns() {
    let Some(postgres) = postgres_store().await else {
        return;
    };
    let sqlite = sqlite_store().await;
    let of_sqlite = sqlite
        .read(|tx| {
            tx.all(
                "SELECT m.name, c.name FROM sqlite_master m JOIN pragma_table_info(m.name) c
                 WHERE m.type = 'table' AND m.name NOT LIKE 'sqlite_%' ORDER BY 1, 2",
                &[],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )
        })
        .await
        .unwrap();
    let mut of_postgres = postgres
        .read(|tx| {
            tx.all(
                "SELECT CAST(table_name AS TEXT), CAST(column_name AS TEXT) FROM information_schema.columns
                 WHERE table_schema = 'public'",
                &[],
                |row| Ok((row.text(0)?, row.text(1)?)),
            )
        })
        .await
        .unwrap();
    of_postgres.retain(|(table, _)| !POSTGRES_ONLY.contains(&table.as_str()));
    of_postgres.sort();
    assert_eq!(of_sqlite, of_postgres);
}

#[tokio::test]
async fn a_second_node_on_one_postgres_database_is_refused() {
    let Some(store) = postgres_store().await else {
        return;
    };
    match Store::open(store.config.clone(), FixedClock::START).await {
        Err(Error::Setup(why)) => assert!(why.contains("another node"), "{why}"),
        Err(other) => panic!("{other}"),
        Ok(_) => panic!("two nodes on one database"),
    }
}

#[tokio::test]
async fn a_script_that_an_earlier_binary_did_not_have_is_made_up_for() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("gap.db");
    let open = async || {
        Store::open(Config::sqlite(&path), FixedClock::START)
            .await
            .unwrap()
    };
    open().await.close().await;
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(
        "ALTER TABLE accounts DROP COLUMN inbox_emptied_at; DELETE FROM schema_migrations WHERE name = '0024_inbox'",
    )
    .unwrap();
    open().await.close().await;
    let applied: i64 = raw
        .query_row(
            "SELECT count(*) FROM schema_migrations WHERE name = '0024_inbox'",
            [],
            |row| row.get(0),
        )
        .unwrap();
    assert_eq!(applied, 1);
    raw.execute_batch("SELECT inbox_emptied_at FROM accounts")
        .unwrap();
}

#[tokio::test]
async fn a_newer_schema_and_a_foreign_file_are_refused_with_the_way_out() {
    let dir = tempfile::tempdir().unwrap();
    let newer = dir.path().join("newer.db");
    Store::open(Config::sqlite(&newer), FixedClock::START)
        .await
        .unwrap()
        .close()
        .await;
    let raw = rusqlite::Connection::open(&newer).unwrap();
    raw.execute(
        "INSERT INTO schema_migrations (version, name, applied_at) VALUES (9999, 'x', 0)",
        [],
    )
    .unwrap();
    drop(raw);
    let foreign = dir.path().join("foreign.db");
    std::fs::write(
        &foreign,
        "this is not a database, but it is long enough to have a header of sixteen bytes",
    )
    .unwrap();
    for (path, word) in [(newer, "newer binary"), (foreign, "not a usable database")] {
        match Store::open(Config::sqlite(path), FixedClock::START).await {
            Err(Error::Setup(why)) => assert!(why.contains(word), "{why}"),
            Err(other) => panic!("{other}"),
            Ok(_) => panic!("opened"),
        }
    }
}
