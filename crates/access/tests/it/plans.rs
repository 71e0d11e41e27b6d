//! Who stands before a send: key, connection, account and installation.

use postern_domain::account::AccountId;
use postern_domain::key::Role;
use postern_guard::ScopeKind;
use postern_store::{Lane, freezes, limits};
use postern_testkit::FixedClock;

use crate::office::{Office, builtin, draft};

const LIMITS: &str = r#"{"messages_per_day":1}"#;

async fn put(office: &Office, scope: &'static str, written: &'static str) {
    let write = move |tx: &mut postern_store::Tx<'_>| {
        limits::put(tx, scope, Some(written), FixedClock::START)
    };
    office.store.write(Lane::CONTROL, write).await.unwrap();
    office.directory.refresh().await.unwrap();
}

async fn freeze(office: &Office, scope: &'static str, on: bool) {
    let write = move |tx: &mut postern_store::Tx<'_>| match on {
        true => freezes::freeze(tx, scope, FixedClock::START),
        false => freezes::unfreeze(tx, scope, FixedClock::START),
    };
    assert!(office.store.write(Lane::CONTROL, write).await.unwrap());
    office.directory.refresh().await.unwrap();
}

#[tokio::test]
async fn an_accounts_limits_stand_before_its_own_calls_and_before_those_of_keys() {
    let office = Office::open().await;
    office.connection(builtin("c", 0)).await;
    let (secret, _) = office.key(draft(Role::Full)).await;
    let caller = office.authenticate(&secret).unwrap();
    let connection = office
        .directory
        .connection(&caller, "clicksend", None)
        .unwrap();
    let (own, other) = (AccountId(100_001), AccountId(100_002));
    let limited = |account| office.directory.native_plan(account).ticket.is_some();
    let by_key = || office.directory.plan(&caller, &connection).ticket.is_some();
    assert!(!limited(own) && !by_key());
    put(&office, "account:100001", LIMITS).await;
    assert!(limited(own) && by_key() && !limited(other));
    assert_eq!(
        office.directory.account_limits(own).as_deref(),
        Some(LIMITS)
    );
    put(&office, "account:100001", r#"{"unlimited":true}"#).await;
    assert!(!limited(own) && !by_key());
    put(&office, "installation:", LIMITS).await;
    assert!(limited(own) && by_key() && limited(other));
}

#[tokio::test]
async fn a_freeze_of_everything_stops_accounts_too_and_a_key_only_itself() {
    let office = Office::open().await;
    office.connection(builtin("c", 0)).await;
    let (secret, key_id) = office.key(draft(Role::Full)).await;
    let caller = office.authenticate(&secret).unwrap();
    let connection = office
        .directory
        .connection(&caller, "clicksend", None)
        .unwrap();
    let account = AccountId(100_001);
    let frozen = || {
        let by_key = office.directory.plan(&caller, &connection).frozen;
        (by_key, office.directory.native_plan(account).frozen)
    };
    assert_eq!(frozen(), (None, None));
    let of_key: &'static str = Box::leak(freezes::key_scope(&key_id).into_boxed_str());
    for (scope, by_key, native) in [
        (of_key, ScopeKind::Key, None),
        ("connection:c", ScopeKind::Connection, None),
        (
            "installation:",
            ScopeKind::Installation,
            Some(ScopeKind::Installation),
        ),
    ] {
        freeze(&office, scope, true).await;
        assert_eq!(frozen(), (Some(by_key), native), "{scope}");
        freeze(&office, scope, false).await;
        assert_eq!(frozen(), (None, None), "{scope}");
    }
    // Limits that nobody can read let nothing pass.
    put(&office, "account:100001", "broken").await;
    assert_eq!(frozen().0, Some(ScopeKind::Account));
    assert!(frozen().1.is_some());
}
