use postern_vault::{Aad, KeyRing, OpenError, Vault};
use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use crate::known_vault;

const ROW: Aad<'static> = Aad {
    tenant: 1,
    owner: "connection:c1",
    field: "credentials",
};

/// Sealed by a separate implementation (Python, with its own HChaCha20) of the documented format:
/// data key d0 d1 … df d0 …, wrap nonce 24 × 11, body nonce 24 × 22, secret `open sesame`.
const VECTOR: &str = "011cd7855d6d49f380111111111111111111111111111111111111111111111111cd03c78e39ea86cbb31c3119d09d56afd4\
5e55a524a22cd33146545677f5edefa5c2f6c6ec03790f418dcc1e315d2278222222222222222222222222222222222222222222222222192f8893172c\
5958a1a0cff7ed40992a898352d16b49b3c5d76e43";

fn vector() -> Vec<u8> {
    let hex: Vec<u8> = VECTOR.bytes().collect();
    hex.chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect()
}

#[test]
fn the_documented_format_opens() {
    assert_eq!(
        known_vault()
            .open_text(&ROW, &vector())
            .unwrap()
            .expose_secret(),
        "open sesame"
    );
}

#[test]
fn sealing_twice_gives_different_bytes_and_never_the_secret() {
    let vault = Vault::open(KeyRing::create());
    let (one, two) = (vault.seal(&ROW, b"a secret"), vault.seal(&ROW, b"a secret"));
    assert_ne!(one, two);
    // No nonce, no wrapped key and no body is shared.
    assert!(
        one.0[9..]
            .windows(16)
            .all(|window| !two.0.windows(16).any(|other| other == window))
    );
    assert!(!one.0.windows(8).any(|window| window == b"a secret"));
    assert_eq!(format!("{one:?}"), format!("Sealed({} bytes)", 121 + 8));
}

#[test]
fn a_row_moved_to_another_place_is_refused() {
    let vault = Vault::open(KeyRing::create());
    let sealed = vault.seal(&ROW, b"secret").0;
    for elsewhere in [
        Aad { tenant: 2, ..ROW },
        Aad {
            owner: "connection:c2",
            ..ROW
        },
        Aad {
            field: "password",
            ..ROW
        },
        // The border between owner and field is part of what is authenticated.
        Aad {
            owner: "connection:c1c",
            field: "redentials",
            ..ROW
        },
        Aad {
            owner: "credentials",
            field: "connection:c1",
            ..ROW
        },
    ] {
        assert_eq!(
            vault.open_sealed(&elsewhere, &sealed).err(),
            Some(OpenError::Refused),
            "{elsewhere:?}"
        );
    }
}

#[test]
fn halves_of_two_values_cannot_be_combined() {
    let vault = Vault::open(KeyRing::create());
    let (one, two) = (vault.seal(&ROW, b"first").0, vault.seal(&ROW, b"other").0);
    for border in [9, 33, 81, 105] {
        let mixed = [&one[..border], &two[border..]].concat();
        let outcome = vault.open_sealed(&ROW, &mixed);
        // Up to the header the two are alike, so the mixture there is the second value.
        assert_eq!(outcome.is_ok(), border == 9, "border {border}");
    }
}

#[test]
fn a_foreign_ring_says_which_key_is_missing() {
    let sealed = Vault::open(KeyRing::create()).seal(&ROW, b"secret").0;
    let outcome = known_vault().open_sealed(&ROW, &sealed).err();
    assert!(
        matches!(outcome, Some(OpenError::UnknownKek(_))),
        "{outcome:?}"
    );
}

#[test]
fn other_formats_and_short_values_are_malformed() {
    let vault = known_vault();
    let mut sealed = vector();
    assert_eq!(
        vault.open_sealed(&ROW, &sealed[..120]).err(),
        Some(OpenError::Malformed)
    );
    assert_eq!(
        vault.open_sealed(&ROW, b"").err(),
        Some(OpenError::Malformed)
    );
    sealed[0] = 2;
    assert_eq!(
        vault.open_sealed(&ROW, &sealed).err(),
        Some(OpenError::Malformed)
    );
}

proptest! {
    #[test]
    fn what_is_sealed_opens_again(
        tenant: i64, owner in ".{0,40}", field in ".{0,20}", secret in prop::collection::vec(any::<u8>(), 0..600),
    ) {
        let vault = known_vault();
        let aad = Aad { tenant, owner: &owner, field: &field };
        let sealed = vault.seal(&aad, &secret);
        let opened = vault.open_sealed(&aad, &sealed.0).unwrap();
        prop_assert_eq!(opened.expose_secret(), secret.as_slice());
    }

    #[test]
    fn any_flipped_bit_is_refused(at in 0_usize..VECTOR.len() / 2, bit in 0_u8..8) {
        let mut sealed = vector();
        sealed[at] ^= 1 << bit;
        prop_assert!(known_vault().open_sealed(&ROW, &sealed).is_err());
        prop_assert!(known_vault().rewrap(&ROW, &sealed).ok().flatten().is_none());
    }

    #[test]
    fn arbitrary_bytes_never_panic(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(known_vault().open_sealed(&ROW, &bytes).is_err());
    }
}
