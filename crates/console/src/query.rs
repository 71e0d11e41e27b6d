//! What stands behind the question mark of our own addresses, and numbers as people type them there.

/// Empty ones are left out.
pub(crate) fn form_urlencoded(pairs: &[(&str, String)]) -> String {
    let mut text = String::new();
    for (name, value) in pairs.iter().filter(|(_, value)| !value.is_empty()) {
        if !text.is_empty() {
            text.push('&');
        }
        text.push_str(name);
        text.push('=');
        for byte in value.bytes() {
            match byte {
                b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' => {
                    text.push(char::from(byte))
                }
                other => text.push_str(&format!("%{other:02X}")),
            }
        }
    }
    text
}

/// `+` is easily lost on the way.
pub(crate) fn number(typed: &str) -> String {
    let digits: String = typed.chars().filter(char::is_ascii_digit).collect();
    match typed.contains('@') || digits.is_empty() {
        true => typed.to_owned(),
        false => format!("+{digits}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_as_people_type_them() {
        assert_eq!(number("+61 411 111 111"), "+61411111111");
        assert_eq!(number("61411111111"), "+61411111111");
        assert_eq!(number("a1@example.com"), "a1@example.com");
        assert_eq!(number("nobody"), "nobody");
    }

    #[test]
    fn links_hold_what_was_typed() {
        let pairs = [
            ("to", "+61 4&x".to_owned()),
            ("state", String::new()),
            ("page", "2".to_owned()),
        ];
        assert_eq!(form_urlencoded(&pairs), "to=%2B61%204%26x&page=2");
    }
}
