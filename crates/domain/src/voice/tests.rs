use proptest::prelude::*;

use super::{LANGS, Lang, PARTS_MAX, Voice, parts, truncate};

#[test]
fn parts_are_300_or_150_characters_and_never_more_than_four() {
    for (text, wanted) in [
        (String::new(), 0),
        ("a".repeat(300), 1),
        ("a".repeat(301), 2),
        ("a".repeat(1200), 4),
        ("€".repeat(300), 1),
        ("ж".repeat(150), 1),
        ("ж".repeat(151), 2),
        ("🎂".repeat(150), 1),
        ("ж".repeat(600), 4),
    ] {
        assert_eq!(parts(&text), wanted, "{} characters", text.chars().count());
    }
    assert_eq!(truncate(&"a".repeat(5000)).len(), 1200);
    assert_eq!(truncate(&"ж".repeat(5000)).chars().count(), 600);
}

#[test]
fn languages_are_found_in_any_case_and_codes_are_distinct() {
    assert_eq!(LANGS.len(), 23);
    let codes: std::collections::HashSet<_> = LANGS.iter().map(|l| l.code).collect();
    assert_eq!(codes.len(), 23);
    assert_eq!(Lang::find(" EN-AU ").unwrap().label, "English, Australia");
    assert_eq!(Lang::find("pt-pt").unwrap().default_voice(), Voice::Male);
    assert_eq!(Lang::find("de-de").unwrap().default_voice(), Voice::Female);
    assert_eq!(Lang::find("xx"), None);
}

proptest! {
    #[test]
    fn what_is_read_is_a_beginning_that_fits(text in "\\PC{0,1500}") {
        let kept = truncate(&text);
        prop_assert!(text.starts_with(kept));
        prop_assert!(parts(kept) <= PARTS_MAX);
        prop_assert_eq!(truncate(kept), kept, "cutting again cuts nothing");
        if parts(&text) <= PARTS_MAX {
            prop_assert_eq!(kept, text.as_str());
        }
    }

    #[test]
    fn a_longer_text_is_never_cheaper(text in "\\PC{0,700}", more in "\\PC{0,100}") {
        let longer = format!("{text}{more}");
        prop_assert!(parts(&longer) >= parts(&text));
    }
}
