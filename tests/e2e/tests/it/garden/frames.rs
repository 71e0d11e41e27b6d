//! HTTP/2 by hand: frames and literal header fields, because a real client refuses to send what these cases send.

use anyhow::{Result, bail};
use postern_e2e::raw;
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
const DATA: u8 = 0;
const HEADERS: u8 = 1;
const RST_STREAM: u8 = 3;
const SETTINGS: u8 = 4;
const GOAWAY: u8 = 7;
const END_STREAM: u8 = 1;
const END_HEADERS: u8 = 4;

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let length = u32::try_from(payload.len())
        .unwrap_or(u32::MAX)
        .to_be_bytes();
    [&length[1..], &[kind, flags], &stream.to_be_bytes(), payload].concat()
}

/// A literal header field without indexing and without Huffman coding (RFC 7541, 6.2.2).
fn field(name: &str, value: &str) -> Vec<u8> {
    let text = |text: &str| {
        let mut out = Vec::new();
        match u8::try_from(text.len()) {
            Ok(length) if length < 127 => out.push(length),
            _ => {
                // A prefix of seven ones, then seven bits at a time (RFC 7541, 5.1).
                out.push(127);
                let mut rest = text.len() - 127;
                while rest >= 128 {
                    out.push((rest % 128) as u8 | 128);
                    rest /= 128;
                }
                out.push(rest as u8);
            }
        }
        out.extend_from_slice(text.as_bytes());
        out
    };
    [vec![0], text(name), text(value)].concat()
}

/// A whole client: preface, settings, one request on stream 1.
pub fn request(fields: &[(&str, &str)], body: Option<&[u8]>) -> Vec<u8> {
    let block: Vec<u8> = fields
        .iter()
        .flat_map(|(name, value)| field(name, value))
        .collect();
    let end = if body.is_none() { END_STREAM } else { 0 };
    let mut bytes = [
        PREFACE,
        &frame(SETTINGS, 0, 0, &[]),
        &frame(HEADERS, END_HEADERS | end, 1, &block),
    ]
    .concat();
    if let Some(body) = body {
        bytes.extend(frame(DATA, END_STREAM, 1, body));
    }
    bytes
}

/// Sends and listens until the server is done with stream 1, or silent. A refusal may be an answer, a reset or a goodbye.
pub fn exchange(address: SocketAddr, request: &[u8], patience: Duration) -> Result<()> {
    use std::io::Write as _;
    let mut stream = TcpStream::connect(address)?;
    let _ = stream.write_all(request);
    let mut bytes = Vec::new();
    raw::listen(&mut stream, &mut bytes, patience)?;
    let mut rest = &bytes[..];
    let mut settled = bytes.is_empty();
    while rest.len() >= 9 {
        let length = usize::from(rest[0]) << 16 | usize::from(rest[1]) << 8 | usize::from(rest[2]);
        if matches!(rest[3], HEADERS | RST_STREAM | GOAWAY) {
            settled = true;
        }
        rest = rest.get(9 + length..).unwrap_or_default();
    }
    if !settled {
        bail!("neither an answer nor a refusal within {patience:?}");
    }
    Ok(())
}
