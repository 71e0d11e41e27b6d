use postern_access::{Denied, KeyDraft, Scope, Throttled};
use postern_domain::key::Role;
use postern_store::{Lane, keys};
use postern_testkit::FixedClock;
use postern_vault::api_key::{Malformed, Mode, generate};
use secrecy::ExposeSecret as _;

use crate::office::{Office, draft};

#[tokio::test]
async fn a_key_gets_in_and_a_restart_changes_nothing() {
    let office = Office::open().await;
    let (secret, key_id) = office.key(draft(Role::Agent)).await;
    let caller = office.authenticate(&secret).unwrap();
    assert_eq!(
        (caller.id.as_str(), caller.role, caller.test),
        (key_id.as_str(), Role::Agent, false)
    );
    assert_eq!(caller.at, FixedClock::START);
    let again = office.reload().await;
    assert_eq!(
        again
            .authenticate(&secret, crate::office::local())
            .unwrap()
            .id,
        key_id
    );
}

#[tokio::test]
async fn what_is_no_key_is_refused_by_its_form() {
    let office = Office::open().await;
    let (secret, _) = office.key(draft(Role::Full)).await;
    let mut typo = secret.clone();
    let last = typo.pop().unwrap();
    typo.push(if last == 'a' { 'b' } else { 'a' });
    for (presented, expected) in [
        ("", Denied::Malformed(Malformed::Prefix)),
        (&secret[..46], Denied::Malformed(Malformed::Length)),
        (&typo, Denied::Malformed(Malformed::Checksum)),
        (generate(Mode::Live).0.expose_secret(), Denied::Unknown),
    ] {
        assert_eq!(office.authenticate(presented).unwrap_err(), expected);
    }
}

#[tokio::test]
async fn a_key_ends_when_it_says() {
    let office = Office::open().await;
    let expires_at = Some(FixedClock::START.plus_secs(60));
    let (secret, _) = office
        .key(KeyDraft {
            expires_at,
            ..draft(Role::Full)
        })
        .await;
    office.clock.advance_seconds(59);
    assert!(office.authenticate(&secret).is_ok());
    office.clock.advance_seconds(1);
    assert_eq!(office.authenticate(&secret).unwrap_err(), Denied::Expired);
}

#[tokio::test]
async fn a_revoked_key_is_refused_after_the_refresh() {
    let office = Office::open().await;
    let (secret, key_id) = office.key(draft(Role::Full)).await;
    let now = office.clock.now();
    office
        .store
        .write(Lane::CONTROL, move |tx| keys::revoke(tx, &key_id, now))
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    assert_eq!(office.authenticate(&secret).unwrap_err(), Denied::Revoked);
}

#[tokio::test]
async fn addresses_are_held_to_the_blocks_of_the_key() {
    let office = Office::open().await;
    let blocks = |list: &[&str]| Some(list.iter().map(|block| block.parse().unwrap()).collect());
    let scope = Scope {
        cidr: blocks(&["192.0.2.0/24", "2001:db8::/32"]),
        ..Scope::default()
    };
    let (secret, _) = office
        .key(KeyDraft {
            scope,
            ..draft(Role::Full)
        })
        .await;
    for (peer, inside) in [
        ("192.0.2.1", true),
        ("::ffff:192.0.2.1", true),
        ("2001:db8::9", true),
        ("192.0.3.1", false),
        ("::1", false),
    ] {
        let outcome = office
            .directory
            .authenticate(&secret, peer.parse().unwrap());
        assert_eq!(
            outcome.err(),
            (!inside).then_some(Denied::Address),
            "{peer}"
        );
    }
    let nowhere = Scope {
        cidr: Some(vec![]),
        ..Scope::default()
    };
    let (secret, _) = office
        .key(KeyDraft {
            scope: nowhere,
            ..draft(Role::Full)
        })
        .await;
    assert_eq!(
        office.authenticate(&secret).unwrap_err(),
        Denied::Address,
        "[] is nothing"
    );
}

#[tokio::test]
async fn the_rate_is_the_keys_and_survives_a_refresh() {
    let office = Office::open().await;
    let (secret, _) = office
        .key(KeyDraft {
            rate_per_second: Some(1),
            ..draft(Role::Agent)
        })
        .await;
    let (other, _) = office.key(draft(Role::Agent)).await;
    // One per second with the default's proportion of burst to rate: two at once.
    for _ in 0..2 {
        assert_eq!(office.authenticate(&secret).unwrap().admit(), Ok(()));
    }
    office.directory.refresh().await.unwrap();
    let refused = office.authenticate(&secret).unwrap().admit();
    assert_eq!(
        refused,
        Err(Throttled {
            retry_after_seconds: 1
        })
    );
    assert_eq!(office.authenticate(&other).unwrap().admit(), Ok(()));
    office.clock.advance_seconds(1);
    assert_eq!(office.authenticate(&secret).unwrap().admit(), Ok(()));
}

#[tokio::test]
async fn a_key_whose_scope_cannot_be_read_does_not_work_and_disturbs_nobody() {
    let office = Office::open().await;
    let (good, _) = office.key(draft(Role::Full)).await;
    let mut minted = office.directory.mint(draft(Role::Full), office.clock.now());
    minted.key.rules = r#"[{"effect":"of a later version"}]"#.into();
    let (key, secret) = (minted.key, minted.secret);
    office
        .store
        .write(Lane::CONTROL, move |tx| keys::create(tx, &key, &secret))
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    assert_eq!(
        office
            .authenticate(minted.api_key.expose_secret())
            .unwrap_err(),
        Denied::Unknown
    );
    assert!(office.authenticate(&good).is_ok());
}
