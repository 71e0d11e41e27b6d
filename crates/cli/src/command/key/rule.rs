//! A rule on one line: `POST /v3/sms/send send`, each word recognised by its form.

use postern_wire::control::Rule;

const EFFECTS: [&str; 5] = ["read", "write", "send", "spend", "credential"];

pub fn parse(text: &str) -> Result<Rule, String> {
    let mut rule = Rule::default();
    for word in text.split_ascii_whitespace() {
        let place = if word.starts_with('/') {
            &mut rule.path
        } else if EFFECTS.contains(&word) {
            &mut rule.effect
        } else if word.chars().all(|c| c.is_ascii_uppercase()) {
            &mut rule.method
        } else {
            return Err(format!(
                "{word:?} is no method (GET, POST, …), no path (/v3/…) and no effect ({})",
                EFFECTS.join(", ")
            ));
        };
        if place.replace(word.to_owned()).is_some() {
            return Err(format!(
                "{word:?} is the second of its kind; write one rule for each"
            ));
        }
    }
    if rule == Rule::default() {
        return Err("a rule names a method, a path, an effect, or several of them".to_owned());
    }
    Ok(rule)
}

pub fn shown(rule: &Rule) -> String {
    let words = [&rule.method, &rule.path, &rule.effect];
    words
        .into_iter()
        .flatten()
        .map(String::as_str)
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_recognised_by_their_form() {
        let table = [
            ("send", Some((None, None, Some("send")))),
            (
                "POST /v3/sms/send",
                Some((Some("POST"), Some("/v3/sms/send"), None)),
            ),
            (
                "/v3/recharge/** spend PUT",
                Some((Some("PUT"), Some("/v3/recharge/**"), Some("spend"))),
            ),
            ("", None),
            ("sends", None),
            ("GET POST", None),
        ];
        for (text, expected) in table {
            let parsed = parse(text).ok();
            let words = parsed
                .as_ref()
                .map(|r| (r.method.as_deref(), r.path.as_deref(), r.effect.as_deref()));
            assert_eq!(words, expected, "{text:?}");
        }
    }
}
