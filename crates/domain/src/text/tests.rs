use proptest::prelude::*;

use super::{Encoding, segmentation, segments, truncate};

const BASIC: &str = "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?\
                     ¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà";
const EXTENSION: &str = "\u{0c}^{}\\[~]|€";

#[test]
fn the_basic_set_is_the_standards() {
    // 128 codes without the escape.
    assert_eq!(BASIC.chars().count(), 127);
    for c in BASIC.chars() {
        assert_eq!(super::gsm7_septets(c), 1, "{c:?}");
    }
    for c in EXTENSION.chars() {
        assert_eq!(super::gsm7_septets(c), 2, "{c:?}");
    }
    let known = (0..=char::MAX as u32)
        .filter_map(char::from_u32)
        .filter(|c| super::gsm7_septets(*c) != 0)
        .count();
    assert_eq!(known, 127 + 10);
    for c in ['ç', '`', '\u{1b}', '\t', '’', '–', 'á', '😀'] {
        assert_eq!(super::gsm7_septets(c), 0, "{c:?}");
    }
}

#[test]
fn credit_bands_are_clicksends() {
    for (i, chars) in [160, 306, 459, 612, 765, 918, 1071, 1224]
        .into_iter()
        .enumerate()
    {
        let n = i as u32 + 1;
        assert_eq!(segmentation(&"a".repeat(chars)).segments, n);
        assert_eq!(segmentation(&"a".repeat(chars + 1)).segments, n + 1);
    }
    for (i, chars) in [70, 134, 201, 268, 335, 402, 469, 536]
        .into_iter()
        .enumerate()
    {
        let n = i as u32 + 1;
        assert_eq!(segmentation(&"й".repeat(chars)).segments, n);
        assert_eq!(segmentation(&"й".repeat(chars + 1)).segments, n + 1);
    }
}

#[test]
fn pairs_are_never_split() {
    // 152 septets and then a two-septet character: it moves to the next segment whole, one septet stays empty.
    let long = format!("{}€{}", "a".repeat(152), "b".repeat(151));
    let parts = segments(&long);
    assert_eq!(parts[0].len(), 152);
    assert!(parts[1].starts_with('€'));
    assert_eq!(segmentation(&long).segments, 2);
    // … which can cost a segment that a plain division would not count: 153 × 2 = 306 septets in three segments.
    let unlucky = format!("{}€{}", "a".repeat(152), "b".repeat(152));
    assert_eq!(segmentation(&unlucky).units, 306);
    assert_eq!(segmentation(&unlucky).segments, 3);

    let emoji = format!("{}😀{}", "й".repeat(66), "й".repeat(10));
    let parts = segments(&emoji);
    assert_eq!(parts[0].chars().count(), 66);
    assert!(parts[1].starts_with('😀'));
}

#[test]
fn single_segments_hold_seven_units_more() {
    assert_eq!(segmentation(&"€".repeat(80)).segments, 1);
    assert_eq!(segmentation(&"€".repeat(81)).segments, 2);
    assert_eq!(segmentation(&"😀".repeat(35)).segments, 1);
    assert_eq!(segmentation(&"😀".repeat(36)).segments, 2);
    assert_eq!(segmentation("").segments, 0);
}

#[test]
fn truncation_is_the_account_limit() {
    assert_eq!(truncate(&"a".repeat(2_000), 6).len(), 918);
    assert_eq!(truncate(&"a".repeat(2_000), 8).len(), 1_224);
    assert_eq!(truncate(&"й".repeat(2_000), 6).chars().count(), 402);
    assert_eq!(truncate(&"a".repeat(160), 1).len(), 160);
    assert_eq!(truncate(&"a".repeat(161), 1).len(), 160);
    assert_eq!(truncate("short", 6), "short");
    assert_eq!(truncate("anything", 0), "");
}

/// Texts with many characters of each width, so that borders fall on all of them.
fn texts() -> impl Strategy<Value = String> {
    let gsm = prop::collection::vec(
        prop_oneof![
            8 => prop::sample::select(BASIC.chars().collect::<Vec<_>>()),
            3 => prop::sample::select(EXTENSION.chars().collect::<Vec<_>>()),
        ],
        0..700,
    );
    let any = prop::collection::vec(
        prop_oneof![4 => any::<char>(), 4 => Just('😀'), 4 => Just('й'), 4 => Just('a')],
        0..700,
    );
    prop_oneof![gsm, any].prop_map(|chars| chars.into_iter().collect())
}

proptest! {
    #[test]
    fn segments_join_to_the_text_and_each_fits(text in texts()) {
        let whole = segmentation(&text);
        let parts = segments(&text);
        prop_assert_eq!(parts.concat(), text.clone());
        prop_assert_eq!(parts.len() as u32, whole.segments);
        let limit = if parts.len() == 1 { whole.encoding.single_units() } else { whole.encoding.multi_units() };
        for part in &parts {
            let units = whole.encoding.units_of(part);
            prop_assert!(units > 0 && units <= limit);
        }
        // No segment could have taken the first character of the next one.
        for pair in parts.windows(2) {
            let first = pair[1].chars().next().unwrap();
            prop_assert!(whole.encoding.units_of(pair[0]) + whole.encoding.units(first) > limit);
        }
    }

    #[test]
    fn ucs2_units_are_utf16(text in texts()) {
        let s = segmentation(&text);
        if s.encoding == Encoding::Ucs2 {
            prop_assert_eq!(s.units as usize, text.encode_utf16().count());
        }
    }

    #[test]
    fn truncated_text_is_a_fitting_beginning_and_stays_as_it_is(text in texts(), max in 1u32..9) {
        let cut = truncate(&text, max);
        prop_assert!(text.starts_with(cut));
        prop_assert!(segmentation(cut).segments <= max);
        prop_assert_eq!(truncate(cut, max), cut);
        if segmentation(&text).segments <= max {
            prop_assert_eq!(cut, text.as_str());
        }
    }
}
