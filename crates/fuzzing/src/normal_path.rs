//! The normal form of a path: its own normal form, of the same meaning, and with nothing in it that a second reader would undo.

use postern_apps::{NormalPath, PathPattern, normal_path};

pub fn check(bytes: &[u8]) {
    let Ok(raw) = std::str::from_utf8(bytes) else {
        return;
    };
    if let Ok(path) = normal_path(raw) {
        accepted(raw, &path);
    }
    if let Some(pattern) = PathPattern::parse(raw) {
        assert_eq!(
            PathPattern::parse(pattern.as_str()).as_ref(),
            Some(&pattern)
        );
    }
}

fn accepted(raw: &str, path: &NormalPath<'_>) {
    let text = path.as_str();
    let again = normal_path(text).expect("the normal form is normal");
    assert!(
        again.is_as_given() && again.as_str() == text,
        "{text} becomes {again:?}"
    );
    assert_eq!(path.is_as_given(), raw == text);

    // The same meaning, and the same segments.
    let meaning = decoded(text.as_bytes());
    assert_eq!(decoded(raw.as_bytes()), meaning);
    let slashes = |bytes: &[u8]| bytes.iter().filter(|byte| **byte == b'/').count();
    assert_eq!(slashes(raw.as_bytes()), slashes(text.as_bytes()));
    assert_eq!(
        slashes(&meaning),
        slashes(text.as_bytes()),
        "no hidden slash"
    );

    // Whoever decodes once, or twice, finds no way up, no parameter and no end of line.
    for read in [meaning.clone(), decoded(&meaning)] {
        assert!(
            read.iter()
                .all(|byte| !byte.is_ascii_control() && !matches!(byte, b'\\' | b';')),
            "{text}"
        );
        let inner = read.strip_prefix(b"/").expect("it starts with a slash");
        let inner = inner.strip_suffix(b"/").unwrap_or(inner);
        assert!(
            !inner
                .split(|byte| *byte == b'/')
                .any(|segment| matches!(segment, b"." | b"..")),
            "{text}"
        );
        assert_eq!(slashes(&read), slashes(text.as_bytes()));
    }
    assert!(
        text.bytes()
            .all(|byte| byte.is_ascii_graphic() && !matches!(byte, b'?' | b'#'))
    );

    // A pattern without holes, made of this path, matches it and only its trailing slash is optional.
    if let Some(pattern) = PathPattern::parse(text).filter(|_| !text.contains(['{', '*'])) {
        assert!(pattern.matches(path), "{text}");
    }
}

/// Every escape by its byte, once.
fn decoded(text: &[u8]) -> Vec<u8> {
    let digit = |byte: Option<&u8>| byte.and_then(|byte| char::from(*byte).to_digit(16));
    let (mut out, mut at) = (Vec::new(), 0);
    while let Some(byte) = text.get(at) {
        let pair = digit(text.get(at + 1)).zip(digit(text.get(at + 2)));
        match pair {
            Some((high, low)) if *byte == b'%' => {
                out.push(u8::try_from(high * 16 + low).expect("two digits"));
                at += 3;
            }
            _ => {
                out.push(*byte);
                at += 1;
            }
        }
    }
    out
}
