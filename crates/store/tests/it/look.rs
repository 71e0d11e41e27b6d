//! A look says how a schema stands, while a server works with the database, and leaves it as it is.

use postern_store::{Config, Lane, Standing, look};

async fn seen(config: &Config) -> Standing {
    let config = config.clone();
    let looking =
        tokio::task::spawn_blocking(move || look(&config, |_, standing| Ok(standing.clone())));
    looking.await.unwrap().unwrap()
}

both! {
    async fn an_older_and_a_newer_schema_are_told_and_left_alone(store) {
        let current = seen(&store.config).await;
        assert!(current.is_current() && current.schema == current.known, "{current:?}");
        store.write(Lane::CONTROL, |tx| tx.execute("DELETE FROM schema_migrations WHERE version = 34", &[])).await.unwrap();
        for _ in 0..2 {
            let older = seen(&store.config).await;
            assert_eq!((older.pending, older.foreign, older.known), (1, None, current.known), "nobody migrates it");
        }
        store.write(Lane::CONTROL, |tx| {
            tx.execute("INSERT INTO schema_migrations (version, name, applied_at) VALUES (34, 'x', 0), (9999, 'y', 0)", &[])
        }).await.unwrap();
        let newer = seen(&store.config).await;
        assert_eq!((newer.foreign, newer.pending, newer.is_current()), (Some(9999), 0, false));
        store.write(Lane::CONTROL, |tx| tx.execute("DELETE FROM schema_migrations WHERE version = 9999", &[])).await.unwrap();
        store.reopen().await;
    }
}

#[tokio::test]
async fn a_database_without_anything_is_no_error_and_none_is_made() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("empty.db");
    let config = Config::sqlite(&path);
    let looking = tokio::task::spawn_blocking(move || look(&config, |_, _| Ok(())));
    assert!(looking.await.unwrap().is_err());
    assert!(!path.exists(), "nobody made it by looking");
    std::fs::write(&path, "").unwrap();
    let standing = seen(&Config::sqlite(&path)).await;
    assert_eq!((standing.schema, standing.foreign), (0, None));
    assert!(standing.pending > 0);
}
