//! The one-time code in a text, as a person would pick it out.

/// Words that a code stands near, in lower case.
const WORDS: [&str; 7] = [
    "code", "pin", "otp", "passcode", "password", "token", "verif",
];

/// Digits of a code, fewest and most.
const DIGITS: std::ops::RangeInclusive<usize> = 4..=8;

/// Four to eight digits that stand alone, perhaps in two groups (`123-456`, `123 456`), without the dash: the first behind a word for a
/// code, else the first before one, else the only one. Amounts, dates, and longer numbers are none.
///
/// ```
/// use postern_domain::one_time_code::one_time_code;
///
/// assert_eq!(one_time_code("Your code is 123-456."), Some("123456".to_owned()));
/// assert_eq!(one_time_code("Call +61 411 111 111"), None);
/// ```
#[must_use]
pub fn one_time_code(text: &str) -> Option<String> {
    let lower = text.to_ascii_lowercase();
    let word = WORDS.iter().filter_map(|word| lower.find(word)).min();
    let found = candidates(text);
    match word {
        Some(word) => found
            .iter()
            .find(|(at, _)| *at > word)
            .or(found.first())
            .map(|(_, code)| code.clone()),
        None => match found.as_slice() {
            [(_, code)] => Some(code.clone()),
            _ => None,
        },
    }
}

/// Digits that could be a code, and where they begin.
fn candidates(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let bytes = text.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        if !bytes[at].is_ascii_digit() {
            at += 1;
            continue;
        }
        // A stretch of digits and single separators between them.
        let begin = at;
        let mut groups = vec![String::new()];
        let mut other = false;
        while at < bytes.len() {
            match bytes[at] {
                digit if digit.is_ascii_digit() => {
                    if let Some(group) = groups.last_mut() {
                        group.push(char::from(digit));
                    }
                }
                separator @ (b'-' | b' ' | b'.' | b',' | b'/' | b':')
                    if bytes.get(at + 1).is_some_and(u8::is_ascii_digit) =>
                {
                    other |= !matches!(separator, b'-' | b' ');
                    groups.push(String::new());
                }
                _ => break,
            }
            at += 1;
        }
        let before = text[..begin].chars().next_back();
        let after = text[at..].chars().next();
        let alone = !matches!(before, Some('+' | '$' | '€' | '£' | '#' | '_'))
            && !before.is_some_and(char::is_alphanumeric)
            && !after.is_some_and(|c| c.is_alphanumeric() || matches!(c, '%' | '_'));
        if alone
            && !other
            && let Some(code) = joined(&groups)
        {
            found.push((begin, code));
        }
    }
    found
}

/// One group, or two of the same length.
fn joined(groups: &[String]) -> Option<String> {
    let code = match groups {
        [one] => one.clone(),
        [first, second] if first.len() == second.len() => format!("{first}{second}"),
        _ => return None,
    };
    DIGITS.contains(&code.len()).then_some(code)
}

#[cfg(test)]
mod tests {
    use super::one_time_code;

    #[test]
    fn texts_as_they_are_sent() {
        for (text, code) in [
            ("Your code is 1234", Some("1234")),
            ("G-481516 is your Google verification code.", Some("481516")),
            ("123 456 is your PIN", Some("123456")),
            (
                "<#> 90210 is your one-time password. Expires in 10 minutes",
                Some("90210"),
            ),
            ("Ваш код: 778899", Some("778899")),
            ("Order 20441 shipped, code 5512 opens the box", Some("5512")),
            ("Use 4455 or 6677", None),
            ("You owe $1234.50", None),
            ("Meet on 2026-11-23 at 10:30", None),
            ("Call 0411 111 111 or +61411111111", None),
            ("Room 12, code 7", None),
            ("Booking AB1234 confirmed", None),
            ("https://x.example/123456789", None),
            ("", None),
        ] {
            assert_eq!(one_time_code(text).as_deref(), code, "{text}");
        }
    }
}
