//! Where one HTTP/1 message ends: heads by `httparse`, bodies counted and dropped.
//!
//! For the two ends of a benchmark only. It trusts its peer, and allocates nothing for a message that arrives in one piece.

use anyhow::{Result, bail};

/// Headers of one message; the proxies add a few to what the load generator sends.
pub const HEADERS_MAX: usize = 48;

/// How a message's body is framed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Body {
    Length(u64),
    Chunked,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    Head,
    Length(u64),
    ChunkSize,
    /// Bytes left of this chunk, its line end included.
    Chunk(u64),
    Trailer,
}

/// Follows one direction of a connection.
#[derive(Debug)]
pub struct Reader {
    state: State,
    /// The beginning of a head or line that came in several pieces.
    held: Vec<u8>,
    /// The body of the last message, for whoever reads it.
    body: Option<Vec<u8>>,
}

impl Reader {
    pub fn new() -> Self {
        Self {
            state: State::Head,
            held: Vec::new(),
            body: None,
        }
    }

    /// From now on bodies are kept, each until the next message begins.
    pub fn keep_bodies(&mut self) {
        self.body = Some(Vec::new());
    }

    /// The body of the last message; empty unless bodies are kept.
    pub fn body(&self) -> &[u8] {
        self.body.as_deref().unwrap_or_default()
    }

    fn keep(&mut self, data: &[u8]) {
        if let Some(body) = &mut self.body {
            body.extend_from_slice(data);
        }
    }

    /// Takes in what arrived; true when that completed a message. Nothing may follow it: neither end pipelines.
    ///
    /// # Errors
    /// When a head or chunk is malformed, or bytes follow the message.
    pub fn advance(
        &mut self,
        mut data: &[u8],
        head: &mut impl FnMut(&[u8]) -> Result<Option<(usize, Body)>>,
    ) -> Result<bool> {
        loop {
            match self.state {
                State::Head => {
                    let (used, body) = if self.held.is_empty() {
                        let Some(found) = head(data)? else {
                            self.held.extend_from_slice(data);
                            return Ok(false);
                        };
                        found
                    } else {
                        let before = self.held.len();
                        self.held.extend_from_slice(data);
                        let Some((used, body)) = head(&self.held)? else {
                            return Ok(false);
                        };
                        self.held.clear();
                        (used - before, body)
                    };
                    data = &data[used..];
                    if let Some(before) = &mut self.body {
                        before.clear();
                    }
                    self.state = match body {
                        Body::Length(length) => State::Length(length),
                        Body::Chunked => State::ChunkSize,
                    };
                }
                State::Length(left) => {
                    let taken = left.min(data.len() as u64);
                    self.keep(&data[..taken as usize]);
                    data = &data[taken as usize..];
                    if left > taken {
                        self.state = State::Length(left - taken);
                        return Ok(false);
                    }
                    return self.end(data);
                }
                State::ChunkSize => {
                    let Some(line) = self.line(&mut data) else {
                        return Ok(false);
                    };
                    let httparse::Status::Complete((_, size)) =
                        httparse::parse_chunk_size(&line)
                            .map_err(|_| anyhow::anyhow!("a malformed chunk size"))?
                    else {
                        bail!("a chunk size that is no line")
                    };
                    self.state = if size == 0 {
                        State::Trailer
                    } else {
                        State::Chunk(size + 2)
                    };
                }
                State::Chunk(left) => {
                    let taken = left.min(data.len() as u64);
                    // Without the line end behind it.
                    self.keep(&data[..taken.min(left.saturating_sub(2)) as usize]);
                    data = &data[taken as usize..];
                    if left > taken {
                        self.state = State::Chunk(left - taken);
                        return Ok(false);
                    }
                    self.state = State::ChunkSize;
                }
                State::Trailer => {
                    let Some(line) = self.line(&mut data) else {
                        return Ok(false);
                    };
                    if line == b"\r\n" {
                        return self.end(data);
                    }
                }
            }
        }
    }

    /// One whole line, its end included, or `None` until the rest has come.
    fn line(&mut self, data: &mut &[u8]) -> Option<Vec<u8>> {
        match data.iter().position(|byte| *byte == b'\n') {
            Some(at) => {
                let mut line = std::mem::take(&mut self.held);
                line.extend_from_slice(&data[..=at]);
                *data = &data[at + 1..];
                Some(line)
            }
            None => {
                self.held.extend_from_slice(data);
                None
            }
        }
    }

    fn end(&mut self, rest: &[u8]) -> Result<bool> {
        if !rest.is_empty() {
            bail!("{} bytes after the end of a message", rest.len());
        }
        self.state = State::Head;
        Ok(true)
    }
}

/// How the body is framed, from the headers that say so.
pub fn body(headers: &[httparse::Header<'_>]) -> Body {
    let mut body = Body::Length(0);
    for header in headers {
        if header.name.eq_ignore_ascii_case("content-length") {
            let length = std::str::from_utf8(header.value)
                .ok()
                .and_then(|text| text.trim().parse().ok());
            body = Body::Length(length.unwrap_or(0));
        } else if header.name.eq_ignore_ascii_case("transfer-encoding") {
            return Body::Chunked;
        }
    }
    body
}

#[cfg(test)]
mod tests {
    use super::{Body, Reader, body};
    use anyhow::Result;

    fn head(data: &[u8]) -> Result<Option<(usize, Body)>> {
        let mut headers = [httparse::EMPTY_HEADER; 8];
        let mut request = httparse::Request::new(&mut headers);
        Ok(match request.parse(data)? {
            httparse::Status::Complete(used) => Some((used, body(request.headers))),
            httparse::Status::Partial => None,
        })
    }

    #[test]
    fn a_message_ends_at_the_same_byte_however_it_is_cut() {
        let messages: [&[u8]; 4] = [
            b"GET / HTTP/1.1\r\nhost: a\r\n\r\n",
            b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nhello",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nA;x=y\r\n0123456789\r\n0\r\n\r\n",
            b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nx\r\n0\r\nTrailer: t\r\n\r\n",
        ];
        for message in messages {
            for cut in 0..message.len() {
                let mut reader = Reader::new();
                for _ in 0..2 {
                    if cut > 0 {
                        assert!(
                            !reader
                                .advance(&message[..cut], &mut head)
                                .expect("well formed"),
                            "{cut}"
                        );
                    }
                    assert!(
                        reader
                            .advance(&message[cut..], &mut head)
                            .expect("well formed"),
                        "{cut}"
                    );
                }
            }
            let mut more = message.to_vec();
            more.push(b'G');
            assert!(
                Reader::new().advance(&more, &mut head).is_err(),
                "bytes after the end are noticed"
            );
        }
    }
}
