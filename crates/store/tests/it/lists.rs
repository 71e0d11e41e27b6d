//! Lists: made, found, renamed, deleted; and the Opt-Out List that every account has.

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::lists::{self, List, Listed, OPT_OUT_LIST_NAME, Removed, Search};
use postern_store::{Config, Lane, Store};
use postern_testkit::{FixedClock, postgres_database};

use crate::accounts::open_account;

const NOW: UnixMicros = FixedClock::START;

pub(crate) async fn make_list(store: &Store, account: AccountId, name: &'static str) -> i64 {
    store
        .write(Lane::of(account.0), move |tx| {
            lists::create(tx, account, name, &format!("{name:0>16}"), NOW)
        })
        .await
        .unwrap()
}

pub(crate) async fn list(store: &Store, account: AccountId, list_id: i64) -> Option<List> {
    store
        .read(move |tx| lists::get(tx, account, list_id))
        .await
        .unwrap()
}

async fn search(store: &Store, account: AccountId, search: Search) -> Listed {
    store
        .read(move |tx| lists::search(tx, account, &search))
        .await
        .unwrap()
}

async fn names(store: &Store, account: AccountId, edit: fn(&mut Search)) -> (i64, Vec<String>) {
    let mut wanted = Search {
        limit: 100,
        ..Search::default()
    };
    edit(&mut wanted);
    let found = search(store, account, wanted).await;
    (
        found.total,
        found.rows.into_iter().map(|l| l.name).collect(),
    )
}

both! {
    async fn an_account_begins_with_its_opt_out_list(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let [johns, eves] = [john, eve].map(|a| store.read(move |tx| lists::opt_out(tx, a)));
        let (johns, eves) = (johns.await.unwrap().unwrap(), eves.await.unwrap().unwrap());
        assert_eq!((johns.name.as_str(), johns.opt_out, johns.contacts), (OPT_OUT_LIST_NAME, true, 0));
        assert_ne!(johns.email_id, eves.email_id);
        assert_eq!(johns.email_id.len(), 16);
        let kept = store.write(Lane::of(john.0), move |tx| lists::remove(tx, john, johns.list_id, NOW)).await.unwrap();
        assert_eq!(kept, Removed::OptOut);
        store.reopen().await;
    }

    async fn lists_are_found_renamed_and_theirs_alone(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let id = make_list(&store, john, "Customers").await;
        assert_eq!(list(&store, john, id).await.unwrap().name, "Customers");
        assert_eq!(list(&store, eve, id).await, None);
        let rename = |who: AccountId| store.write(Lane::of(who.0), move |tx| lists::rename(tx, who, id, "Clients", NOW));
        assert!(!rename(eve).await.unwrap());
        assert!(rename(john).await.unwrap());
        assert_eq!(list(&store, john, id).await.unwrap().name, "Clients");
        store.reopen().await;
    }

    async fn lists_are_searched_and_sorted(store) {
        let john = open_account(&store, "john", 0).await;
        for name in ["Customers", "apes 100%", "Beta_1", "Beta21"] {
            make_list(&store, john, name).await;
        }
        assert_eq!(names(&store, john, |_| ()).await, (5, vec![OPT_OUT_LIST_NAME.into(), "Customers".into(), "apes 100%".into(), "Beta_1".into(), "Beta21".into()]));
        assert_eq!(names(&store, john, |s| s.name = Some("CUSTOMERS".into())).await, (1, vec!["Customers".into()]));
        assert_eq!(names(&store, john, |s| s.name = Some("Custom".into())).await.0, 0);
        assert_eq!(names(&store, john, |s| s.part = Some("TA_1".into())).await, (1, vec!["Beta_1".into()]));
        assert_eq!(names(&store, john, |s| s.part = Some("%".into())).await, (1, vec!["apes 100%".into()]));
        let sorted = names(&store, john, |s| { s.by_name = true; s.limit = 2; }).await;
        assert_eq!(sorted, (5, vec!["apes 100%".into(), "Beta21".into()]));
        let last = names(&store, john, |s| { s.descending = true; s.skip = 4; }).await;
        assert_eq!(last, (5, vec![OPT_OUT_LIST_NAME.into()]));
        store.reopen().await;
    }

    async fn a_deleted_list_is_gone_at_once(store) {
        let john = open_account(&store, "john", 0).await;
        let eve = open_account(&store, "eve", 0).await;
        let id = make_list(&store, john, "Customers").await;
        let remove = |who: AccountId| store.write(Lane::of(who.0), move |tx| lists::remove(tx, who, id, NOW));
        assert_eq!(remove(eve).await.unwrap(), Removed::Unknown);
        assert!(matches!(remove(john).await.unwrap(), Removed::Done { .. }));
        assert_eq!(remove(john).await.unwrap(), Removed::Unknown);
        assert_eq!(list(&store, john, id).await, None);
        assert_eq!(names(&store, john, |_| ()).await.0, 1);
        store.reopen().await;
    }
}

/// Two accounts at schema 2, from before there were lists.
const EARLIER: &str = "CREATE TABLE schema_migrations (version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at BIGINT NOT NULL);
    INSERT INTO schema_migrations VALUES (1, '0001_core', 0), (2, '0002_messages', 0);
    INSERT INTO accounts (tenant_id, account_id, username, api_key_hash, pepper_version, api_key_sealed, email, phone, first_name, last_name,
        country, timezone, currency, balance_micros, sandbox, active, char_limit_parts, created_at, updated_at)
    SELECT 1, n, 'user' || n, '', 1, '', '', '', '', '', 'US', 'UTC', 'USD', 0, 0, 1, 6, 7, 7
    FROM (SELECT 100001 AS n UNION ALL SELECT 100002) numbers;";

async fn earlier_accounts_have_opt_out_lists(config: Config) {
    let store = Store::open(config, NOW).await.unwrap();
    let (john, eve) = (AccountId(100_001), AccountId(100_002));
    let of = |account| store.read(move |tx| lists::opt_out(tx, account));
    let johns = of(john).await.unwrap().unwrap();
    let eves = of(eve).await.unwrap().unwrap();
    assert_eq!(
        (johns.list_id + 1, johns.name.as_str(), johns.email_id.len()),
        (eves.list_id, OPT_OUT_LIST_NAME, 16)
    );
    assert_ne!(johns.email_id, eves.email_id);
    assert_eq!(make_list(&store, john, "next").await, eves.list_id + 1);
    store.close().await;
}

#[tokio::test]
async fn accounts_from_before_there_were_lists_get_an_opt_out_list_on_sqlite() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("earlier.db");
    let raw = rusqlite::Connection::open(&path).unwrap();
    raw.execute_batch(include_str!("../../migrations/sqlite/0001_core.sql"))
        .unwrap();
    raw.execute_batch(include_str!("../../migrations/sqlite/0002_messages.sql"))
        .unwrap();
    raw.execute_batch(&EARLIER.replace("'', 1, ''", "x'', 1, x''"))
        .unwrap();
    drop(raw);
    earlier_accounts_have_opt_out_lists(Config::sqlite(path)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn accounts_from_before_there_were_lists_get_an_opt_out_list_on_postgres() {
    let Some(database) = postgres_database().await else {
        return;
    };
    let (client, connection) = tokio_postgres::connect(&database.url(), tokio_postgres::NoTls)
        .await
        .unwrap();
    let task = tokio::spawn(connection);
    for sql in [
        include_str!("../../migrations/postgres/0001_core.sql"),
        include_str!("../../migrations/postgres/0002_messages.sql"),
        EARLIER,
    ] {
        client.batch_execute(sql).await.unwrap();
    }
    drop(client);
    drop(task.await);
    earlier_accounts_have_opt_out_lists(Config::postgres(database.url())).await;
}
