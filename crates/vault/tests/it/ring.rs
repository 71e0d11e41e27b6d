use postern_vault::{Aad, KeyRing, LockedError, OpenError, PassphraseCost, RingError, Vault};
use secrecy::{ExposeSecret as _, SecretString};

use crate::{KNOWN_RING, known_vault};

const ROW: Aad<'static> = Aad {
    tenant: 1,
    owner: "connection:c1",
    field: "credentials",
};
const CHEAP: PassphraseCost = PassphraseCost {
    memory_kib: 64,
    passes: 1,
    lanes: 1,
};

fn parse(text: &str) -> Result<KeyRing, RingError> {
    KeyRing::parse(&SecretString::from(text))
}

fn passphrase(text: &str) -> SecretString {
    SecretString::from(text)
}

#[test]
fn text_round_trips_and_old_values_still_open() {
    let vault = known_vault();
    let sealed = vault.seal(&ROW, b"secret").0;
    let text = vault.rotate().to_secret_string();
    let again = Vault::open(KeyRing::parse(&text).unwrap());
    assert_eq!(
        again.open_text(&ROW, &sealed).unwrap().expose_secret(),
        "secret"
    );
    assert_eq!(
        again.ring().to_secret_string().expose_secret(),
        text.expose_secret()
    );
}

#[test]
fn damage_is_named_with_its_line() {
    let line = KNOWN_RING.lines().nth(1).unwrap();
    let twice = format!("{KNOWN_RING}{}\n", line.replacen('1', "2", 1));
    for (text, expected) in [
        (String::new(), RingError::NotARing),
        ("hello\n".to_owned(), RingError::NotARing),
        ("postern-vault-ring 2\n".to_owned(), RingError::NotARing),
        (
            "# only\npostern-vault-ring 1\n".to_owned(),
            RingError::Empty,
        ),
        (
            KNOWN_RING.replace("AAEC", "AAED"),
            RingError::BadLine { line: 2 },
        ),
        (
            KNOWN_RING.replace("Hh8\n", "\n"),
            RingError::BadLine { line: 2 },
        ),
        (
            KNOWN_RING.replace("Hh8\n", "Hh8 x\n"),
            RingError::BadLine { line: 2 },
        ),
        (twice, RingError::Order { line: 3 }),
        (
            format!("{KNOWN_RING}{line}\n"),
            RingError::Order { line: 3 },
        ),
    ] {
        assert_eq!(parse(&text).err(), Some(expected), "{text}");
    }
}

#[test]
fn debug_shows_ids_only() {
    assert_eq!(
        format!("{:?}", known_vault().ring()),
        "[KekId(1cd7855d6d49f380)]"
    );
}

#[test]
fn rotation_moves_values_without_touching_the_secret() {
    let vault = known_vault();
    let old = vault.ring().newest();
    let sealed = vault.seal(&ROW, b"secret");
    assert_eq!(
        vault.rewrap(&ROW, &sealed.0).unwrap(),
        None,
        "already under the newest key"
    );

    let candidate = vault.rotate();
    assert_eq!(vault.ring().newest(), old, "a candidate is not in use");
    vault.install(candidate);
    let moved = vault.rewrap(&ROW, &sealed.0).unwrap().unwrap();
    assert_eq!(
        moved.0[81..],
        sealed.0[81..],
        "re-wrapping leaves the body alone"
    );
    assert_eq!(
        vault.rewrap(&Aad { tenant: 2, ..ROW }, &sealed.0).err(),
        Some(OpenError::Refused)
    );

    vault.install(vault.retire(old).unwrap());
    assert_eq!(
        vault.open_text(&ROW, &moved.0).unwrap().expose_secret(),
        "secret"
    );
    assert_eq!(
        vault.open_sealed(&ROW, &sealed.0).err(),
        Some(OpenError::UnknownKek(old))
    );
    assert_eq!(
        vault.rewrap(&ROW, &sealed.0).err(),
        Some(OpenError::UnknownKek(old))
    );
}

#[test]
fn the_newest_key_cannot_be_retired() {
    let vault = known_vault();
    let newest = vault.ring().newest();
    assert_eq!(vault.retire(newest).err(), Some(RingError::Newest(newest)));
    let stranger = KeyRing::create().newest();
    assert_eq!(
        vault.retire(stranger).err(),
        Some(RingError::UnknownKek(stranger))
    );
}

#[test]
fn a_passphrase_holds_the_ring() {
    let ring = known_vault().rotate();
    let locked = ring
        .lock(&passphrase("correct horse battery"), CHEAP)
        .unwrap();
    assert!(KeyRing::is_locked(&locked));
    assert!(!KeyRing::is_locked(KNOWN_RING));
    assert_eq!(parse(&locked).err(), Some(RingError::Locked));
    assert!(!locked.contains("AAECAwQF"));

    let unlocked = KeyRing::unlock(&locked, &passphrase("correct horse battery")).unwrap();
    assert_eq!(
        unlocked.to_secret_string().expose_secret(),
        ring.to_secret_string().expose_secret()
    );
    let wrong = KeyRing::unlock(&locked, &passphrase("correct horse batterY")).err();
    assert_eq!(wrong, Some(LockedError::WrongPassphrase));
    // The cost is authenticated: it cannot be lowered for the next lock, nor raised to stop a start.
    let cheaper = locked.replacen("argon2id 64 ", "argon2id 65 ", 1);
    let outcome = KeyRing::unlock(&cheaper, &passphrase("correct horse battery")).err();
    assert_eq!(outcome, Some(LockedError::WrongPassphrase));
    let absurd = locked.replacen("argon2id 64 ", "argon2id 99999999 ", 1);
    assert_eq!(
        KeyRing::unlock(&absurd, &passphrase("correct horse battery")).err(),
        Some(LockedError::Cost)
    );
}

#[test]
fn short_passphrases_and_other_texts_are_refused() {
    assert_eq!(
        KeyRing::create()
            .lock(&passphrase("elevenchars"), CHEAP)
            .err(),
        Some(LockedError::WeakPassphrase)
    );
    for text in [
        "",
        KNOWN_RING,
        "postern-vault-ring-locked 1\n",
        "postern-vault-ring-locked 1\nscrypt 1 1 1 x\ny\n",
    ] {
        assert_eq!(
            KeyRing::unlock(text, &passphrase("correct horse battery")).err(),
            Some(LockedError::NotLocked)
        );
    }
}
