use postern_vault::{Pepper, Peppers};
use secrecy::SecretSlice;

fn pepper(version: i64, byte: u8) -> Pepper {
    Pepper {
        version,
        secret: SecretSlice::from(vec![byte; 32]),
    }
}

const KEY: &[u8] = b"pst_live_0123456789ABCDEFGHIJKLMNOPQRSTUV3IxtmM";

/// HMAC-SHA-256 of the key under 32 × 07, made by another implementation.
#[test]
fn the_hash_is_plain_hmac() {
    let peppers = Peppers::new([pepper(1, 7)]).unwrap();
    let hex: String = peppers
        .hash_current(KEY)
        .hash
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(
        hex,
        "80472ea4db7c66ec87fd1abadef1d2fb9afb322c3b6ab3b6bdee8135eb911b64"
    );
}

#[test]
fn the_newest_hashes_and_all_recognise() {
    let old = Peppers::new([pepper(1, 7)]).unwrap();
    let both = Peppers::new([pepper(1, 7), pepper(2, 8)]).unwrap();
    assert_eq!(both.current_version(), 2);
    let hashes: Vec<_> = both.hash_all(KEY).collect();
    assert_eq!(hashes.len(), 2);
    assert_eq!(hashes[0], both.hash_current(KEY));
    assert_eq!(hashes[1], old.hash_current(KEY));
    assert_ne!(hashes[0].hash, hashes[1].hash);
}

#[test]
fn without_a_pepper_there_is_nothing_to_hash_with() {
    assert!(Peppers::new([]).is_none());
}

#[test]
fn created_peppers_differ() {
    let one = Peppers::new([Pepper::create(1)]).unwrap();
    let two = Peppers::new([Pepper::create(1)]).unwrap();
    assert_ne!(one.hash_current(KEY), two.hash_current(KEY));
}
