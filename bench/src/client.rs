//! One request, one answer, one connection each: for setting contestants up and proving that they do the job.

use crate::framing::HEADERS_MAX;
use anyhow::{Context as _, Result, bail};
use std::io::{Read as _, Write as _};
use std::net::{SocketAddr, TcpStream};
use std::time::Duration;

pub struct Answer {
    pub status: u16,
    pub body: String,
}

/// Sends the bytes as they are and reads one answer with a `Content-Length`.
///
/// # Errors
/// When no such answer comes.
pub fn raw(address: SocketAddr, request: &[u8]) -> Result<Answer> {
    let mut stream = TcpStream::connect(address)?;
    exchange(&mut stream, request)
}

/// The same on a connection that is kept.
///
/// # Errors
/// When no answer with a `Content-Length` comes.
pub fn exchange(stream: &mut TcpStream, request: &[u8]) -> Result<Answer> {
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    stream.write_all(request)?;
    let mut data = Vec::new();
    let mut buffer = [0; 16 * 1024];
    loop {
        let count = stream.read(&mut buffer)?;
        if count == 0 {
            bail!(
                "closed after {} bytes: {}",
                data.len(),
                String::from_utf8_lossy(&data)
            );
        }
        data.extend_from_slice(&buffer[..count]);
        let mut headers = [httparse::EMPTY_HEADER; HEADERS_MAX];
        let mut response = httparse::Response::new(&mut headers);
        let httparse::Status::Complete(head) = response.parse(&data)? else {
            continue;
        };
        let crate::framing::Body::Length(length) = crate::framing::body(response.headers) else {
            bail!("an answer without a length");
        };
        let status = response.code.context("an answer without a status")?;
        let end = head + usize::try_from(length)?;
        if data.len() >= end {
            let body = String::from_utf8_lossy(&data[head..end]).into_owned();
            return Ok(Answer { status, body });
        }
    }
}
