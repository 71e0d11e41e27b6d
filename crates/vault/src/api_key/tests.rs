use proptest::prelude::*;
use secrecy::ExposeSecret as _;

use super::*;

const LIVE: &str = "pst_live_0123456789ABCDEFGHIJKLMNOPQRSTUV3IxtmM";
const TEST: &str = "pst_test_zzzzzzzzzzzzzzzzzzzzzzzzzzzzzzzz3BwMo2";

#[test]
fn crc_matches_the_published_check_value() {
    assert_eq!(crc32(b"123456789"), 0xCBF4_3926);
}

/// Made by another implementation: the form is a contract with secret scanners.
#[test]
fn known_keys_are_accepted() {
    assert_eq!(parse(LIVE).map(|key| key.mode), Ok(Mode::Live));
    assert_eq!(parse(TEST).map(|key| key.mode), Ok(Mode::Test));
    assert_eq!(
        parse(LIVE).map(|key| key.display_prefix().0),
        Ok("pst_live_0123".to_owned())
    );
}

#[test]
fn each_kind_of_damage_has_its_name() {
    for (text, expected) in [
        ("", Malformed::Prefix),
        ("sk_live_0123456789", Malformed::Prefix),
        (
            "PST_LIVE_0123456789ABCDEFGHIJKLMNOPQRSTUV3IxtmM",
            Malformed::Prefix,
        ),
        (&LIVE[..LENGTH - 1], Malformed::Length),
        (&format!("{LIVE}\n"), Malformed::Length),
        (&LIVE.replace('K', "-"), Malformed::Alphabet),
        (&LIVE.replace("KL", "é"), Malformed::Alphabet),
        (&LIVE.replace("live", "test"), Malformed::Checksum),
    ] {
        assert_eq!(parse(text).err(), Some(expected), "{text:?}");
    }
}

#[test]
fn every_neighbour_swap_is_found() {
    for index in PREFIX..LENGTH - 1 {
        let mut bytes = LIVE.as_bytes().to_vec();
        if bytes[index] == bytes[index + 1] {
            continue;
        }
        bytes.swap(index, index + 1);
        let text = String::from_utf8(bytes).unwrap();
        assert_eq!(parse(&text).err(), Some(Malformed::Checksum), "{text}");
    }
}

proptest! {
    #[test]
    fn generated_keys_parse_and_differ(live in any::<bool>()) {
        let mode = if live { Mode::Live } else { Mode::Test };
        let (key, shown) = generate(mode);
        let (other, _) = generate(mode);
        let parsed = parse(key.expose_secret()).unwrap();
        prop_assert_eq!(parsed.mode, mode);
        prop_assert_eq!(parsed.as_bytes(), key.expose_secret().as_bytes());
        prop_assert_eq!(parsed.display_prefix(), shown);
        prop_assert_ne!(key.expose_secret(), other.expose_secret());
    }

    #[test]
    fn every_single_wrong_character_is_found(index in PREFIX..LENGTH, wrong in prop::sample::select(ALPHABET.to_vec())) {
        let mut bytes = LIVE.as_bytes().to_vec();
        prop_assume!(bytes[index] != wrong);
        bytes[index] = wrong;
        let text = String::from_utf8(bytes).unwrap();
        prop_assert_eq!(parse(&text).err(), Some(Malformed::Checksum));
    }

    #[test]
    fn arbitrary_text_never_panics(text in ".{0,80}") {
        let _ = parse(&text);
    }
}

/// 62 letters over 32 × 4000 draws: a biased generator (modulo 256) favours the first eight by a fifth.
#[test]
fn letters_are_drawn_evenly() {
    let mut counts = [0_u32; 256];
    for _ in 0..4000 {
        let (key, _) = generate(Mode::Live);
        for byte in &key.expose_secret().as_bytes()[PREFIX..PREFIX + RANDOM] {
            counts[usize::from(*byte)] += 1;
        }
    }
    let mean = 4000.0 * RANDOM as f64 / 62.0;
    for letter in ALPHABET {
        let off = (f64::from(counts[usize::from(*letter)]) - mean).abs() / mean;
        assert!(off < 0.15, "{} is off by {off}", char::from(*letter));
    }
}
