//! Who calls: keys in every state, and how fast.

use postern_access::{KeyDraft, Scope};
use postern_domain::key::Role;
use postern_store::{Lane, keys};
use postern_testkit::ScriptedUpstream;
use secrecy::ExposeSecret as _;

use crate::corpus::base64_of;
use crate::house::{House, problem};

#[tokio::test]
async fn keys_in_every_state() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house.key(Role::Full).await;
    let mut typo = key.clone();
    let last = typo.pop().expect("a character");
    typo.push(if last == 'a' { 'b' } else { 'a' });
    for (authorization, want) in [
        (String::new(), "missing_key"),
        ("Bearer nonsense".to_owned(), "invalid_key"),
        (format!("Bearer {typo}"), "invalid_key"),
        (
            format!(
                "Bearer {}",
                postern_vault::api_key::generate(postern_vault::api_key::Mode::Live)
                    .0
                    .expose_secret()
            ),
            "invalid_key",
        ),
        (format!("Token {key}"), "invalid_key"),
        (key.clone(), "invalid_key"),
        ("Basic !!".to_owned(), "invalid_key"),
        (
            format!("Basic {}", base64_of("user:nonsense")),
            "invalid_key",
        ),
    ] {
        let line = if authorization.is_empty() {
            String::new()
        } else {
            format!("authorization: {authorization}\r\n")
        };
        let refused = house
            .call("GET", "/clicksend/v3/account", "", &line, "")
            .await;
        assert_eq!(problem(&refused), (401, want.to_owned()), "{authorization}");
        assert_eq!(refused.header("www-authenticate"), Some("Bearer"));
        assert!(
            want == "missing_key" || refused.text().contains("Invalid API key"),
            "{refused:?}"
        );
    }
    assert_eq!(peer.connections(), 0);
    for authorization in [
        format!("bearer {key}"),
        format!("Basic {}", base64_of(&format!("user:{key}"))),
        format!("Basic {}", base64_of(&format!(":{key}"))),
    ] {
        let line = format!("Authorization: {authorization}\r\n");
        assert_eq!(
            house
                .call("GET", "/clicksend/v3/account", "", &line, "")
                .await
                .status(),
            Some(200),
            "{authorization}"
        );
    }
}

#[tokio::test]
async fn expired_revoked_and_misplaced_keys_are_told_so() {
    let house = House::open().await;
    let now = house.clock.now();
    let draft = |scope, expires_at| KeyDraft {
        name: "k".into(),
        role: Role::Full,
        test: false,
        scope,
        rate_per_second: None,
        limits: "{}".to_owned(),
        expires_at,
    };
    let elsewhere = Scope {
        cidr: Some(vec!["192.0.2.0/24".parse().expect("cidr")]),
        ..Scope::default()
    };
    for (draft, revoke, want) in [
        (draft(Scope::default(), Some(now)), false, "expired_key"),
        (draft(Scope::default(), None), true, "revoked_key"),
        (draft(elsewhere, None), false, "key_address"),
    ] {
        let minted = house.directory.mint(draft, now);
        let (key, secret, id) = (minted.key.clone(), minted.secret, minted.key.key_id);
        house
            .store
            .write(Lane::CONTROL, move |tx| {
                keys::create(tx, &key, &secret)?;
                if revoke {
                    keys::revoke(tx, &id, now)?;
                }
                Ok(())
            })
            .await
            .expect("written");
        house.directory.refresh().await.expect("refreshed");
        let refused = house
            .get("/clicksend/v3/account", minted.api_key.expose_secret())
            .await;
        assert_eq!(problem(&refused), (401, want.to_owned()));
    }
}

#[tokio::test]
async fn too_fast_is_told_when_to_come_back() {
    let (house, peer) = (House::open().await, ScriptedUpstream::echo().await);
    house.connection("clicksend", &peer.url()).await;
    let key = house
        .key_with(Role::Agent, false, Scope::default(), Some(2))
        .await;
    for _ in 0..2 {
        assert_eq!(
            house.get("/clicksend/v3/account", &key).await.status(),
            Some(200)
        );
    }
    let refused = house.get("/clicksend/v3/account", &key).await;
    assert_eq!(problem(&refused), (429, "rate_limited".into()));
    let seconds: u64 = refused
        .header("retry-after")
        .expect("a time")
        .parse()
        .expect("whole seconds");
    house
        .clock
        .advance_seconds(i64::try_from(seconds).expect("small"));
    assert_eq!(
        house.get("/clicksend/v3/account", &key).await.status(),
        Some(200)
    );
    let other = house.key(Role::Agent).await;
    assert_eq!(
        house.get("/clicksend/v3/account", &other).await.status(),
        Some(200),
        "each key has its own limit"
    );
}
