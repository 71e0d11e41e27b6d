//! Bytes on a socket: clients tidy malformed requests away, so these are sent as they stand.

use anyhow::{Result, bail};
use std::io::{ErrorKind, Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// One answer that was found in what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawAnswer {
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
}

impl RawAnswer {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers
            .iter()
            .find(|(found, _)| found == name)
            .map(|(_, value)| value.as_str())
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}

/// What came back on one connection.
#[derive(Debug)]
pub struct Exchange {
    pub answers: Vec<RawAnswer>,
    /// Whether the server closed by itself before `patience` ran out.
    pub closed: bool,
    pub bytes: Vec<u8>,
}

/// Sends the bytes and listens until the server closes, or says nothing for so long.
///
/// # Errors
/// When it does not accept, or answers something that is no HTTP.
pub fn exchange(address: SocketAddr, request: &[u8], patience: Duration) -> Result<Exchange> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    // A server may refuse, and close, before it has read everything.
    match stream.write_all(request) {
        Err(error)
            if !matches!(
                error.kind(),
                ErrorKind::BrokenPipe | ErrorKind::ConnectionReset
            ) =>
        {
            return Err(error.into());
        }
        _ => {}
    }
    let mut bytes = Vec::new();
    let closed = listen(&mut stream, &mut bytes, patience)?;
    Ok(Exchange {
        answers: answers(&bytes)?,
        closed,
        bytes,
    })
}

/// Sends the bytes and listens for one whole answer.
///
/// # Errors
/// When none comes in time.
pub fn ask(address: SocketAddr, request: &[u8], patience: Duration) -> Result<RawAnswer> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    stream.write_all(request)?;
    let mut bytes = Vec::new();
    let deadline = Instant::now() + patience;
    loop {
        let closed = listen(&mut stream, &mut bytes, Duration::from_millis(50))?;
        if let Some(answer) = answers(&bytes)?.into_iter().next() {
            return Ok(answer);
        }
        if closed || Instant::now() > deadline {
            bail!("no whole answer: {}", String::from_utf8_lossy(&bytes));
        }
    }
}

/// Reads on; true when the server closed.
///
/// # Errors
/// When the socket fails in a way that no server causes.
pub fn listen(stream: &mut TcpStream, bytes: &mut Vec<u8>, patience: Duration) -> Result<bool> {
    let mut buffer = [0; 64 * 1024];
    let mut deadline = Instant::now() + patience;
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        stream.set_read_timeout(Some(left))?;
        match stream.read(&mut buffer) {
            Ok(0) => return Ok(true),
            Ok(count) => {
                bytes.extend_from_slice(&buffer[..count]);
                deadline = Instant::now() + patience;
            }
            Err(error) if error.kind() == ErrorKind::ConnectionReset => return Ok(true),
            Err(error) if matches!(error.kind(), ErrorKind::WouldBlock | ErrorKind::TimedOut) => {
                return Ok(false);
            }
            Err(error) if error.kind() == ErrorKind::Interrupted => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Every answer in the bytes, framed by its own headers. A last one that is cut short is left out.
///
/// # Errors
/// When the bytes are no HTTP.
pub fn answers(mut bytes: &[u8]) -> Result<Vec<RawAnswer>> {
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let mut headers = [httparse::EMPTY_HEADER; 64];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = response.parse(bytes)? else {
            break;
        };
        let status = response.code.unwrap_or(0);
        let headers: Vec<(String, String)> = response
            .headers
            .iter()
            .map(|header| {
                (
                    header.name.to_ascii_lowercase(),
                    String::from_utf8_lossy(header.value).into_owned(),
                )
            })
            .collect();
        let value = |name: &str| {
            headers
                .iter()
                .find(|(found, _)| found == name)
                .map(|(_, value)| value.as_str())
        };
        bytes = &bytes[head..];
        let body = if matches!(status, 100..=199 | 204 | 304) {
            Vec::new()
        } else if value("transfer-encoding").is_some() {
            let Some((body, rest)) = dechunk(bytes)? else {
                break;
            };
            bytes = rest;
            body
        } else {
            let length = value("content-length").map_or(Ok(bytes.len()), str::parse)?;
            if bytes.len() < length {
                break;
            }
            let (body, rest) = bytes.split_at(length);
            bytes = rest;
            body.to_vec()
        };
        if status >= 200 {
            found.push(RawAnswer {
                status,
                headers,
                body,
            });
        }
    }
    Ok(found)
}

/// A chunked body and what follows it; nothing if it is cut short.
fn dechunk(mut bytes: &[u8]) -> Result<Option<(Vec<u8>, &[u8])>> {
    let mut body = Vec::new();
    loop {
        let Ok(httparse::Status::Complete((line, size))) = httparse::parse_chunk_size(bytes) else {
            if bytes.len() > 32 {
                bail!("a malformed chunk in an answer");
            }
            return Ok(None);
        };
        bytes = &bytes[line..];
        let size = usize::try_from(size)?;
        if size == 0 {
            // Trailers, each a line, and an empty one.
            loop {
                let Some(end) = bytes.windows(2).position(|pair| pair == b"\r\n") else {
                    return Ok(None);
                };
                bytes = &bytes[end + 2..];
                if end == 0 {
                    return Ok(Some((body, bytes)));
                }
            }
        }
        if bytes.len() < size + 2 {
            return Ok(None);
        }
        body.extend_from_slice(&bytes[..size]);
        bytes = &bytes[size + 2..];
    }
}

#[cfg(test)]
mod tests {
    use super::answers;

    #[test]
    fn answers_are_told_apart_by_their_own_framing() {
        let bytes = b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi\
            HTTP/1.1 404 Not Found\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nx: y\r\n\r\n\
            HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\ncut";
        let found = answers(bytes).expect("well formed");
        let seen: Vec<_> = found
            .iter()
            .map(|answer| (answer.status, answer.text()))
            .collect();
        assert_eq!(seen, [(200, "hi".to_owned()), (404, "abc".to_owned())]);
    }
}
