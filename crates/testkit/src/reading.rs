//! Every way in which some server could read a request: which method, which path, whom it names.

use crate::Message;

/// The method of the first line, and all that ask to be taken instead. Those of a body are asked for in a POST, as frameworks have it.
pub(crate) fn methods(own: &str, message: &Message) -> Vec<String> {
    let mut found = vec![own.to_ascii_uppercase()];
    for name in [
        "x-http-method-override",
        "x-http-method",
        "x-method-override",
        "x_http_method_override",
        "x-original-method",
    ] {
        found.extend(
            message
                .headers(name)
                .iter()
                .map(|value| value.to_ascii_uppercase()),
        );
    }
    let body = String::from_utf8_lossy(&message.body);
    let body = if own == "POST" { &body } else { "" };
    let said = [message.first_line(), body].map(|text| decode(text).to_ascii_uppercase());
    for method in ["GET", "POST", "PUT", "PATCH", "DELETE"] {
        let names = ["_METHOD=", "\"_METHOD\":\""].map(|name| format!("{name}{method}"));
        if said
            .iter()
            .any(|text| names.iter().any(|name| text.contains(name)))
        {
            found.push(method.to_owned());
        }
    }
    found.dedup();
    found
}

/// The path of the first line as it is and as lenient servers make it, and all that ask to be taken instead.
pub(crate) fn paths(message: &Message) -> Vec<String> {
    let target = message.first_line().split(' ').nth(1).unwrap_or_default();
    let mut given = vec![target.to_owned()];
    for name in [
        "x-original-url",
        "x-rewrite-url",
        "x-original-uri",
        "x-forwarded-uri",
        "x-forwarded-path",
        "x-override-url",
    ] {
        given.extend(
            message
                .headers(name)
                .iter()
                .map(|value| (*value).to_owned()),
        );
    }
    let mut found = Vec::new();
    for path in given {
        let path = path.split(['?', '#']).next().unwrap_or_default();
        found.push(path.to_owned());
        let decoded = decode(&decode(path));
        let decoded = decoded
            .split(['?', '#', '\0'])
            .next()
            .unwrap_or_default()
            .replace('\\', "/")
            .to_lowercase();
        let mut segments: Vec<&str> = Vec::new();
        for segment in decoded.split('/') {
            let segment = segment.split(';').next().unwrap_or_default().trim();
            match segment {
                ".." => drop(segments.pop()),
                segment => {
                    let bare = segment.trim_end_matches('.');
                    let bare = bare.trim_end_matches(".json").trim_end_matches(".php");
                    segments.extend((!bare.is_empty()).then_some(bare));
                }
            }
        }
        found.push(format!("/{}", segments.join("/")));
    }
    found.dedup();
    found
}

/// Whoever is named anywhere, in whichever notation names most: numbers of Australia that begin with 411.
pub(crate) fn numbers(message: &Message) -> Vec<String> {
    let target = message.first_line().split(' ').nth(1).unwrap_or_default();
    let query = target.split_once('?').map_or("", |(_, query)| query);
    let body = String::from_utf8_lossy(&message.body);
    [query, &body].into_iter().flat_map(named_in).collect()
}

fn named_in(text: &str) -> Vec<String> {
    let notations = notations(text);
    let named = notations.iter().map(|text| {
        let digits: String = text.chars().filter(|c| !" -()".contains(*c)).collect();
        let after = |beginning: &'static str| {
            let found: Vec<_> = digits.match_indices(beginning).collect();
            let rest = |(at, _): (usize, &str)| {
                let rest = digits[at + beginning.len()..]
                    .chars()
                    .take_while(char::is_ascii_digit)
                    .take(6);
                let rest: String = rest.collect();
                (rest.len() == 6).then(|| format!("+61411{rest}"))
            };
            found.into_iter().filter_map(rest).collect::<Vec<_>>()
        };
        [after("61411"), after("0411")].concat()
    });
    named.max_by_key(Vec::len).unwrap_or_default()
}

/// As it is, percent-decoded, with the escapes of JSON undone, from UTF-16, and out of base64.
fn notations(text: &str) -> Vec<String> {
    let mut notations = vec![
        text.to_owned(),
        decode(text),
        unescape(text),
        text.replace('\0', ""),
    ];
    notations.extend(unbase64(text.trim()));
    notations
}

fn decode(text: &str) -> String {
    let bytes = text.as_bytes();
    let hex = |at: usize| char::from(*bytes.get(at).unwrap_or(&b'x')).to_digit(16);
    let mut out = Vec::new();
    let mut at = 0;
    while at < bytes.len() {
        match (bytes[at], hex(at + 1), hex(at + 2)) {
            (b'%', Some(high), Some(low)) => {
                out.push(u8::try_from(high * 16 + low).unwrap_or_default());
                at += 3;
            }
            (byte, ..) => {
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

fn unescape(text: &str) -> String {
    let mut pieces = text.split("\\u");
    let mut out = pieces.next().unwrap_or_default().to_owned();
    for piece in pieces {
        let code = piece
            .get(..4)
            .and_then(|hex| u32::from_str_radix(hex, 16).ok());
        match code.and_then(char::from_u32) {
            Some(c) => {
                out.push(c);
                out.push_str(&piece[4..]);
            }
            None => out.push_str(piece),
        }
    }
    out
}

fn unbase64(text: &str) -> Option<String> {
    const ALPHABET: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let text = text.trim_end_matches('=');
    let mut out = Vec::new();
    let (mut bits, mut held) = (0_u32, 0);
    for byte in text.bytes() {
        let value = ALPHABET.iter().position(|known| *known == byte)?;
        bits = (bits << 6) | u32::try_from(value).ok()?;
        held += 6;
        if held >= 8 {
            held -= 8;
            out.push(u8::try_from((bits >> held) & 0xff).ok()?);
        }
    }
    Some(String::from_utf8_lossy(&out).into_owned())
}
