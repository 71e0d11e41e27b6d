//! Query parameters as lenient servers read them.

/// Whether `pair` (`name=value`, as it stands in a query) is the parameter `name` in any spelling that some server accepts:
/// percent-encoded, in another case, ended by `;`.
#[must_use]
pub fn names_parameter(pair: &str, name: &str) -> bool {
    let given = pair.split(['=', ';']).next().unwrap_or_default().as_bytes();
    // Every encoded byte takes three; a longer name cannot shrink to the one that is looked for.
    if given.len() < name.len() || given.len() > 3 * name.len() {
        return false;
    }
    let mut wanted = name.bytes();
    let mut at = 0;
    while at < given.len() {
        let hex = |index: usize| {
            given
                .get(index)
                .and_then(|byte| char::from(*byte).to_digit(16))
        };
        let (byte, length) = match (given[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => (u8::try_from(high * 16 + low).unwrap_or_default(), 3),
            (b'+', ..) => (b' ', 1),
            (byte, ..) => (byte, 1),
        };
        if !wanted
            .next()
            .is_some_and(|next| next.eq_ignore_ascii_case(&byte))
        {
            return false;
        }
        at += length;
    }
    wanted.next().is_none()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parameter_has_many_spellings() {
        for pair in [
            "api_key=1",
            "api_key",
            "API_KEY=1",
            "api%5Fkey=1",
            "%61pi_key=",
            "api_key;x=1",
            "%61%70%69%5f%6b%65%79=1",
        ] {
            assert!(names_parameter(pair, "api_key"), "{pair}");
        }
        for pair in [
            "api_key2=1",
            "x=api_key",
            "api%5key=1",
            "",
            "api_ke",
            "api%5",
        ] {
            assert!(!names_parameter(pair, "api_key"), "{pair}");
        }
        assert!(names_parameter("api+key=1", "api key"));
    }
}
