//! The scrub against its specification: mask everything at once on the whole, compare with any way of cutting it.

use proptest::prelude::*;
use secrecy::SecretString;

use super::*;
use postern_apps::{Field, Injection, Secrets};

fn needles(secret: &str) -> Arc<Needles> {
    let field = Field {
        name: "token".into(),
        label: "Token".into(),
    };
    let secrets = Secrets::from([("token".to_owned(), SecretString::from(secret))]);
    Injection::Bearer { field }
        .prepare(&secrets)
        .expect("complete")
        .needles
}

fn fields() -> Arc<SecretFields> {
    Arc::new(SecretFields::new(["api_key", "pin"]))
}

fn run(scrub: Option<Scrub>, pieces: &[&[u8]]) -> Vec<u8> {
    let mut scrub = scrub.expect("something to look for");
    let mut out = Vec::new();
    for piece in pieces {
        let left = scrub.push(Bytes::copy_from_slice(piece), false);
        out.extend_from_slice(&left);
    }
    out.extend_from_slice(&scrub.push(Bytes::new(), true));
    assert_eq!(scrub.held_bytes(), 0);
    out
}

#[test]
fn a_secret_split_over_pieces_is_masked() {
    let out = run(
        Scrub::new(Some(needles("abab-cd")), None),
        &[b"x aba", b"b", b"-c", b"d y abab-c"],
    );
    assert_eq!(out, b"x ******* y abab-c");
}

#[test]
fn clean_pieces_pass_without_being_copied_or_held() {
    let mut scrub = Scrub::new(Some(needles("s3cret-key")), None).expect("needles");
    let piece = Bytes::from_static(b"{\"balance\":\"1.00\"}");
    let out = scrub.push(piece.clone(), false);
    assert_eq!(out.as_ptr(), piece.as_ptr());
    assert_eq!(scrub.held_bytes(), 0);
}

#[test]
fn values_of_secret_fields_are_masked() {
    let mask = |text: &str| {
        String::from_utf8(run(Scrub::new(None, Some(fields())), &[text.as_bytes()])).expect("utf-8")
    };
    for (text, want) in [
        (
            r#"{"api_key":"D83D","x":"y"}"#,
            r#"{"api_key":"****","x":"y"}"#,
        ),
        (
            r#"{"api_key" : "a\"b\\" ,"n":1}"#,
            r#"{"api_key" : "******" ,"n":1}"#,
        ),
        (
            r#"{"api_key":null,"pin":"12"}"#,
            r#"{"api_key":null,"pin":"**"}"#,
        ),
        (r#"["api_key","kept"]"#, r#"["api_key","kept"]"#),
        (
            r#"{"api_key":"api_key":"x"}"#,
            r#"{"api_key":"*******":"x"}"#,
        ),
        (r#"{"my_api_key":"kept"}"#, r#"{"my_api_key":"kept"}"#),
    ] {
        assert_eq!(mask(text), want);
    }
}

fn cuts(text: &[u8], places: &[prop::sample::Index]) -> Vec<Vec<u8>> {
    let mut at: Vec<usize> = places
        .iter()
        .map(|place| place.index(text.len() + 1))
        .collect();
    at.extend([0, text.len()]);
    at.sort_unstable();
    at.windows(2)
        .map(|ends| text[ends[0]..ends[1]].to_vec())
        .collect()
}

proptest! {
    #[test]
    fn cutting_changes_nothing(
        parts in prop::collection::vec(prop::sample::select(vec!["abab-cd", "abab", "-cd", "ab", "a", "xyz", "\"api_key\"", "\"api_", "key\"", ":", " ", "\"", "\\", "YWJhYi1jZA"]), 0..24),
        places in prop::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let text = parts.concat();
        let whole = run(Scrub::new(Some(needles("abab-cd")), Some(fields())), &[text.as_bytes()]);
        let pieces = cuts(text.as_bytes(), &places);
        let pieces: Vec<&[u8]> = pieces.iter().map(Vec::as_slice).collect();
        let cut = run(Scrub::new(Some(needles("abab-cd")), Some(fields())), &pieces);
        prop_assert_eq!(&cut, &whole);
        prop_assert_eq!(cut.len(), text.len());
        let shown = String::from_utf8(cut).expect("utf-8");
        prop_assert!(!shown.contains("abab-cd") && !shown.contains("YWJhYi1jZA"));
    }
}
