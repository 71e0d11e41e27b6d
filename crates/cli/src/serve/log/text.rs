//! Request lines for people: the gateway writes them as JSON; on a terminal they become one readable line each.

use std::io::{self, Write};

use serde_json::{Map, Value};

/// Takes whole lines, in any number of pieces.
pub struct TextLines<W> {
    out: W,
    rest: Vec<u8>,
}

impl<W: Write> TextLines<W> {
    pub fn new(out: W) -> Self {
        Self {
            out,
            rest: Vec::new(),
        }
    }
}

impl<W: Write> Write for TextLines<W> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.rest.extend_from_slice(bytes);
        while let Some(end) = self.rest.iter().position(|byte| *byte == b'\n') {
            let line: Vec<u8> = self.rest.drain(..=end).collect();
            match serde_json::from_slice(&line) {
                Ok(Value::Object(fields)) => writeln!(self.out, "{}", readable(&fields))?,
                // Nothing that was logged gets lost because it looks strange.
                _ => self.out.write_all(&line)?,
            }
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.out.flush()
    }
}

/// Time and outcome first, then what else is known, each under its name.
fn readable(fields: &Map<String, Value>) -> String {
    let text = |name: &str| match fields.get(name) {
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
        None => "-".to_owned(),
    };
    let mut line = format!(
        "{}  INFO {} {}",
        text("timestamp"),
        text("response.status"),
        text("request.method")
    );
    if let Some(micros) = fields.get("duration_us").and_then(Value::as_u64) {
        line.push_str(&format!(" {}.{:03}ms", micros / 1000, micros % 1000));
    }
    let said = [
        "timestamp",
        "level",
        "message",
        "response.status",
        "request.method",
        "duration_us",
    ];
    for name in fields.keys().filter(|name| !said.contains(&name.as_str())) {
        line.push_str(&format!(" {name}={}", text(name)));
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_come_whole_however_they_arrive() {
        let mut out = TextLines::new(Vec::new());
        let json = br#"{"level":"INFO","message":"request","timestamp":"2026-11-23T11:11:11.000Z","request.method":"GET","app":"clicksend","response.status":200,"duration_us":1234}"#;
        let whole = [&json[..], b"\nnot json\n"].concat();
        for piece in whole.chunks(7) {
            out.write_all(piece).unwrap();
        }
        let text = String::from_utf8(out.out).unwrap();
        assert_eq!(
            text,
            "2026-11-23T11:11:11.000Z  INFO 200 GET 1.234ms app=clicksend\nnot json\n"
        );
    }
}
