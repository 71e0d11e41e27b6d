//! How an operation is called with curl, at the address that the reader reads at.

use serde_json::Value;

use crate::documents::{Document, text};

pub(crate) fn of(
    document: &Document,
    base: &str,
    (path, method, operation): (&str, &str, &Value),
) -> String {
    let mut url = format!("{base}{}{}", document.prefix, filled(path));
    let parameters = operation["parameters"].as_array().into_iter().flatten();
    let mut separator = '?';
    for parameter in parameters.filter(|parameter| parameter["in"] == "query") {
        let example = match (&parameter["example"], parameter["required"] == true) {
            (Value::String(example), _) => example.clone(),
            (_, true) => text(&parameter["schema"]["enum"][0]).to_owned(),
            _ => continue,
        };
        url.push(separator);
        url.push_str(&encoded(text(&parameter["name"])));
        url.push('=');
        url.push_str(&encoded(&example));
        separator = '&';
    }
    let mut lines = vec![match method {
        "get" => format!("curl '{url}'"),
        method => format!("curl -X {} '{url}'", method.to_uppercase()),
    }];
    let callers = operation["x-callers"].as_array().into_iter().flatten();
    let callers: Vec<&str> = callers.map(text).collect();
    if callers.iter().any(|who| matches!(*who, "full" | "agent")) {
        lines.push("-H \"Authorization: Bearer $POSTERN_API_KEY\"".to_owned());
    } else if callers.contains(&"operator") || path == "/console/session" && method == "delete" {
        lines.push("-H \"Authorization: Bearer $POSTERN_SESSION\"".to_owned());
    }
    let body = &operation["requestBody"]["content"]["application/json"]["example"];
    if body.is_object() {
        lines.push("-H 'Content-Type: application/json'".to_owned());
        lines.push(format!("-d '{}'", body.to_string().replace('\'', r"'\''")));
    }
    lines.join(" \\\n  ")
}

/// Braces would mean something to curl.
fn filled(path: &str) -> String {
    let part = |part: &str| match part
        .strip_prefix('{')
        .and_then(|part| part.strip_suffix('}'))
    {
        Some(name) => name.to_uppercase(),
        None => part.to_owned(),
    };
    path.split('/').map(part).collect::<Vec<_>>().join("/")
}

fn encoded(text: &str) -> String {
    let mut url = String::new();
    for byte in text.bytes() {
        match byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            true => url.push(char::from(byte)),
            false => url.push_str(&format!("%{byte:02X}")),
        }
    }
    url
}
