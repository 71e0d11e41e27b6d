//! Keys and their secrets.

use postern_domain::key::Role;
use postern_domain::time::UnixMicros;
use postern_store::keys::{self, KeyRow, KeyScope, SecretRow};
use postern_store::{Error, Lane, Store};
use postern_testkit::FixedClock;

const NOW: UnixMicros = FixedClock::START;

fn key(n: u8) -> KeyRow {
    KeyRow {
        key_id: format!("key{n:03}"),
        name: format!("key {n}"),
        role: if n.is_multiple_of(2) {
            Role::Full
        } else {
            Role::Agent
        },
        test: n.is_multiple_of(3),
        apps: Some(r#"["clicksend"]"#.into()),
        connections: None,
        rules: "null".into(),
        cidr: Some("[]".into()),
        rate_per_second: Some(i64::from(n)),
        limits: "{}".into(),
        expires_at: Some(NOW.plus_secs(3600)),
        revoked_at: None,
        last_used_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn secret(key: u8, hash: u8, pepper_version: i64) -> SecretRow {
    SecretRow {
        secret_hash: vec![hash; 32],
        pepper_version,
        key_id: format!("key{key:03}"),
        display: format!("pst_live_{hash:04}"),
        not_after: None,
        created_at: NOW.plus_secs(i64::from(hash)),
    }
}

async fn put(store: &Store, n: u8) {
    store
        .write(Lane::CONTROL, move |tx| {
            keys::create(tx, &key(n), &secret(n, n, 1))
        })
        .await
        .unwrap();
}

fn scope(name: &str) -> KeyScope {
    KeyScope {
        name: name.into(),
        apps: None,
        connections: Some(r#"["c1"]"#.into()),
        rules: r#"[{"effect":"read"}]"#.into(),
        cidr: None,
        rate_per_second: None,
        limits: r#"{"messages_per_day":5}"#.into(),
        expires_at: None,
    }
}

both! {
    async fn keys_come_back_whole_and_in_order(store) {
        for n in [3, 1, 2] {
            put(&store, n).await;
        }
        let (all, after, one, none) = store.read(|tx| Ok((
            keys::page(tx, "", 10)?, keys::page(tx, "key001", 1)?, keys::get(tx, "key002")?, keys::get(tx, "key009")?,
        ))).await.unwrap();
        assert_eq!(all, [key(1), key(2), key(3)]);
        assert_eq!(after, [key(2)]);
        assert_eq!((one, none), (Some(key(2)), None));
        let (secrets, after) = store.read(|tx| Ok((keys::secrets_page(tx, &[], 10)?, keys::secrets_page(tx, &[1; 32], 1)?))).await.unwrap();
        assert_eq!(secrets, [secret(1, 1, 1), secret(2, 2, 1), secret(3, 3, 1)]);
        assert_eq!(after, [secret(2, 2, 1)]);
        store.reopen().await;
    }

    async fn a_key_whose_secret_exists_already_is_not_made(store) {
        put(&store, 1).await;
        let clash = store.write(Lane::CONTROL, |tx| keys::create(tx, &key(2), &secret(2, 1, 1))).await;
        assert!(matches!(clash, Err(Error::Conflict(_))), "{clash:?}");
        assert_eq!(store.read(|tx| keys::get(tx, "key002")).await.unwrap(), None);
        store.reopen().await;
    }

    async fn a_change_needs_the_version_it_was_made_from(store) {
        put(&store, 1).await;
        let changed = store.write(Lane::CONTROL, |tx| Ok((
            keys::change(tx, "key001", NOW, &scope("first"), NOW)?,
            keys::change(tx, "key001", NOW, &scope("second"), NOW)?,
            keys::change(tx, "key009", NOW, &scope("third"), NOW)?,
        ))).await.unwrap();
        assert_eq!(changed, (true, false, false));
        let row = store.read(|tx| keys::get(tx, "key001")).await.unwrap().unwrap();
        let scope = scope("first");
        let expected = KeyRow {
            name: scope.name, apps: scope.apps, connections: scope.connections, rules: scope.rules, cidr: scope.cidr,
            rate_per_second: None, limits: scope.limits, expires_at: None,
            // Even on a clock that stands still.
            updated_at: UnixMicros(NOW.0 + 1),
            ..key(1)
        };
        assert_eq!(row, expected);
        store.reopen().await;
    }

    async fn revoking_is_for_good(store) {
        put(&store, 1).await;
        let later = NOW.plus_secs(9);
        let outcome = store.write(Lane::CONTROL, move |tx| Ok((
            keys::revoke(tx, "key001", later)?, keys::revoke(tx, "key001", later)?,
            keys::change(tx, "key001", later, &scope("x"), later)?, keys::rotate(tx, &secret(1, 7, 1), later)?,
        ))).await.unwrap();
        assert_eq!(outcome, (true, false, false, false));
        let (row, secrets) = store.read(|tx| Ok((keys::get(tx, "key001")?, keys::secrets_of(tx, "key001")?))).await.unwrap();
        assert_eq!(row, Some(KeyRow { revoked_at: Some(later), updated_at: later, ..key(1) }));
        assert_eq!(secrets, [secret(1, 1, 1)], "the hash stays, so that the key is refused as revoked and not as unknown");
        store.reopen().await;
    }

    async fn rotation_shortens_the_older_secrets_only(store) {
        put(&store, 1).await;
        let (soon, late) = (NOW.plus_secs(60), NOW.plus_secs(600));
        store.write(Lane::CONTROL, move |tx| {
            assert!(keys::rotate(tx, &secret(1, 2, 1), soon)?);
            assert!(keys::rotate(tx, &secret(1, 3, 1), late)?);
            Ok(())
        }).await.unwrap();
        let ends: Vec<_> = store.read(|tx| keys::secrets_of(tx, "key001")).await.unwrap()
            .into_iter().map(|row| (row.secret_hash[0], row.not_after)).collect();
        assert_eq!(ends, [(3, None), (2, Some(late)), (1, Some(soon))]);
        store.reopen().await;
    }

    async fn a_secret_moves_to_a_newer_pepper_once(store) {
        put(&store, 1).await;
        put(&store, 2).await;
        assert_eq!(store.read(|tx| keys::count_before_pepper(tx, 2, NOW)).await.unwrap(), 2);
        let moved = store.write(Lane::CONTROL, |tx| Ok((
            keys::rehash(tx, &[1; 32], &[101; 32], 2)?, keys::rehash(tx, &[1; 32], &[102; 32], 2)?,
            keys::rehash(tx, &[101; 32], &[103; 32], 2)?,
        ))).await.unwrap();
        assert_eq!(moved, (true, false, false));
        let of_key = store.read(|tx| keys::secrets_of(tx, "key001")).await.unwrap();
        assert_eq!((of_key[0].secret_hash[0], of_key[0].pepper_version), (101, 2));
        // Key 2 is left; it does not count any more once it has expired.
        let left = store.read(|tx| Ok((keys::count_before_pepper(tx, 2, NOW)?, keys::count_before_pepper(tx, 2, NOW.plus_secs(3600))?))).await.unwrap();
        assert_eq!(left, (1, 0));
        store.reopen().await;
    }

    async fn last_use_never_runs_backwards(store) {
        put(&store, 1).await;
        store.write(Lane::CONTROL, |tx| {
            keys::touch(tx, "key001", NOW.plus_secs(5))?;
            keys::touch(tx, "key001", NOW.plus_secs(3))?;
            keys::touch(tx, "key009", NOW)
        }).await.unwrap();
        let row = store.read(|tx| keys::get(tx, "key001")).await.unwrap().unwrap();
        assert_eq!(row, KeyRow { last_used_at: Some(NOW.plus_secs(5)), ..key(1) });
        store.reopen().await;
    }
}
