use postern_domain::connection::{Method, Status};
use postern_vault::KeyRing;

use super::*;

const NOW: UnixMicros = UnixMicros(1_795_392_000_000_000);

fn row(nonce: Option<&[u8]>) -> ConnectionRow {
    ConnectionRow {
        connection_id: "37beee67-29f7-43b6-b0b2-5f0f7a5d6440".into(),
        app: "clicksend".into(),
        name: String::new(),
        status: Status::Pending,
        method: Method::Basic,
        upstream: String::new(),
        account_id: None,
        credential_sealed: None,
        metadata: "{}".into(),
        sandbox: false,
        session_nonce: nonce.map(<[u8]>::to_vec),
        session_expires_at: nonce.map(|_| NOW.plus_secs(LINK_SECONDS)),
        failure: None,
        verified_at: None,
        created_at: NOW,
        updated_at: NOW,
    }
}

fn token_of(url: &str) -> &str {
    url.strip_prefix("https://x.test/connect?session_token=")
        .unwrap()
}

#[test]
fn the_same_link_is_shown_until_it_expires() {
    let vault = Vault::open(KeyRing::create());
    let row = row(Some(b"nonce"));
    let first = url(&vault, "https://x.test/connect", &row, NOW);
    assert_eq!(token_of(&first).len(), 64);
    assert_eq!(
        first,
        url(
            &vault,
            "https://x.test/connect",
            &row,
            NOW.plus_secs(LINK_SECONDS - 1)
        )
    );
    assert_eq!(
        url(
            &vault,
            "https://x.test/connect",
            &row,
            NOW.plus_secs(LINK_SECONDS)
        ),
        "https://x.test/connect"
    );
    assert_eq!(
        url(&vault, "https://x.test/connect", &self::row(None), NOW),
        "https://x.test/connect"
    );
}

#[test]
fn a_token_is_worth_what_the_row_says() {
    let vault = Vault::open(KeyRing::create());
    let row = row(Some(b"nonce"));
    let url = url(&vault, "https://x.test/connect", &row, NOW);
    let brought = Brought::read(token_of(&url)).unwrap();
    assert_eq!(brought.connection_id, row.connection_id);
    assert_eq!(brought.worth(&vault, &row, NOW), Worth::Good);
    assert_eq!(
        brought.worth(&vault, &row, NOW.plus_secs(LINK_SECONDS)),
        Worth::Expired
    );
    assert_eq!(brought.worth(&vault, &self::row(None), NOW), Worth::Void);
    assert_eq!(
        brought.worth(&vault, &self::row(Some(b"newer")), NOW),
        Worth::Void
    );
    assert_eq!(
        brought.worth(&Vault::open(KeyRing::create()), &row, NOW),
        Worth::Void
    );
    // A longer life cannot be written into the row without the vault key.
    let longer = ConnectionRow {
        session_expires_at: Some(NOW.plus_secs(99_999)),
        ..row
    };
    assert_eq!(brought.worth(&vault, &longer, NOW), Worth::Void);
}

#[test]
fn links_survive_a_rotation_of_the_vault_key() {
    let vault = Vault::open(KeyRing::create());
    let row = row(Some(b"nonce"));
    let url = url(&vault, "https://x.test/connect", &row, NOW);
    let brought = Brought::read(token_of(&url)).unwrap();
    vault.install(vault.rotate());
    assert_eq!(brought.worth(&vault, &row, NOW), Worth::Good);
}

#[test]
fn what_is_no_token_is_not_read() {
    let vault = Vault::open(KeyRing::create());
    let url = url(&vault, "https://x.test/connect", &row(Some(b"nonce")), NOW);
    let token = token_of(&url);
    for text in [
        "",
        "x",
        &token[..63],
        &format!("{token}A"),
        &token.replace(&token[..1], "!"),
    ] {
        assert!(Brought::read(text).is_none(), "{text}");
    }
}

#[test]
fn a_form_belongs_to_one_link() {
    let vault = Vault::open(KeyRing::create());
    let (one, newer) = (row(Some(b"nonce")), row(Some(b"newer")));
    let token = form_token(&vault, &one);
    assert!(is_form_token(&vault, &one, &token));
    assert!(!is_form_token(&vault, &newer, &token));
    assert!(!is_form_token(&vault, &one, ""));
    assert!(!is_form_token(
        &vault,
        &one,
        token_of(&url(&vault, "https://x.test/connect", &one, NOW))
    ));
}
