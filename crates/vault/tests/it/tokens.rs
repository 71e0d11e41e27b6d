use postern_vault::{KeyRing, Vault, random, same, token};
use secrecy::ExposeSecret as _;

use crate::known_vault;

/// Made by another implementation.
#[test]
fn the_mac_is_the_documented_one() {
    let tag = known_vault().mac("connect", &[b"a", b"bc"]);
    let hex: String = tag.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(
        hex,
        "9cc17a122608be093c96d1030fab57fdf5b8ba433fedb404bd9ff9aeaab15ac8"
    );
}

#[test]
fn a_mac_covers_label_parts_and_their_borders() {
    let vault = known_vault();
    let tag = vault.mac("connect", &[b"a", b"bc"]);
    assert!(vault.verify_mac("connect", &[b"a", b"bc"], &tag));
    assert!(!vault.verify_mac("other", &[b"a", b"bc"], &tag));
    assert!(!vault.verify_mac("connect", &[b"ab", b"c"], &tag));
    assert!(!vault.verify_mac("connect", &[b"a", b"bc"], &tag[..31]));
    assert!(!Vault::open(KeyRing::create()).verify_mac("connect", &[b"a", b"bc"], &tag));
}

#[test]
fn a_mac_survives_rotation_until_its_key_is_retired() {
    let vault = known_vault();
    let old = vault.ring().newest();
    let tag = vault.mac("connect", &[b"c1"]);
    vault.install(vault.rotate());
    assert!(vault.verify_mac("connect", &[b"c1"], &tag));
    assert_ne!(vault.mac("connect", &[b"c1"]), tag);
    vault.install(vault.retire(old).unwrap());
    assert!(!vault.verify_mac("connect", &[b"c1"], &tag));
}

#[test]
fn tokens_are_long_and_differ() {
    assert_eq!(token().expose_secret().len(), 43);
    assert_ne!(token().expose_secret(), token().expose_secret());
    assert_ne!(random::<16>(), random::<16>());
}

#[test]
fn comparison_is_equality() {
    assert!(same(b"abc", b"abc"));
    assert!(!same(b"abc", b"abd"));
    assert!(!same(b"abc", b"ab"));
}
