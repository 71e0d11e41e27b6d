//! HTTP/1.1 by hand over a socket: tests see and decide every byte, on either side.

use std::io;
use std::net::SocketAddr;

use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

trait Stream: AsyncRead + AsyncWrite + Send + Unpin {}
impl<S: AsyncRead + AsyncWrite + Send + Unpin> Stream for S {}

/// One connection.
pub struct Raw {
    stream: Box<dyn Stream>,
    buffer: Vec<u8>,
}

/// A message as it came: head as text, body without its framing.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// Everything before the empty line, lines ended by `\r\n`.
    pub head: String,
    pub body: Vec<u8>,
    pub trailers: String,
}

impl Raw {
    pub async fn connect(address: SocketAddr) -> Raw {
        Raw::over(
            TcpStream::connect(address)
                .await
                .expect("the other side listens"),
        )
    }

    pub fn over(stream: impl AsyncRead + AsyncWrite + Send + Unpin + 'static) -> Raw {
        Raw {
            stream: Box::new(stream),
            buffer: Vec::new(),
        }
    }

    /// Writes all of it; an error is the other side's hanging up, which tests see when they read.
    pub async fn write(&mut self, bytes: impl AsRef<[u8]>) {
        if self.stream.write_all(bytes.as_ref()).await.is_ok() {
            drop(self.stream.flush().await);
        }
    }

    /// No more will be written.
    pub async fn shutdown(&mut self) {
        drop(self.stream.shutdown().await);
    }

    /// The next message; `None` if the other side closed before it was complete. `bodiless`: the answer to a HEAD.
    pub async fn message(&mut self, bodiless: bool) -> Option<Message> {
        let head_bytes = self.until(b"\r\n\r\n").await?;
        let mut message = Message {
            head: String::from_utf8_lossy(&head_bytes).into_owned(),
            ..Message::default()
        };
        let status = message.status();
        if bodiless || matches!(status, Some(100..=199 | 204 | 304)) {
            return Some(message);
        }
        if message
            .header("transfer-encoding")
            .is_some_and(|value| value.eq_ignore_ascii_case("chunked"))
        {
            loop {
                let line = self.until(b"\r\n").await?;
                let size = String::from_utf8_lossy(&line);
                let size =
                    usize::from_str_radix(size.split(';').next().unwrap_or_default().trim(), 16)
                        .expect("a chunk size");
                if size == 0 {
                    break;
                }
                message.body.extend(self.exactly(size).await?);
                assert_eq!(
                    self.exactly(2).await?,
                    b"\r\n",
                    "a chunk ends with an empty line"
                );
            }
            loop {
                let line = self.until(b"\r\n").await?;
                if line == b"\r\n" {
                    break;
                }
                message.trailers.push_str(&String::from_utf8_lossy(&line));
            }
        } else if let Some(length) = message.header("content-length") {
            message.body = self.exactly(length.parse().expect("a length")).await?;
        } else if status.is_some() {
            while self.fill().await.unwrap_or(0) > 0 {}
            message.body = std::mem::take(&mut self.buffer);
        }
        Some(message)
    }

    /// Everything up to and with `end`.
    pub async fn until(&mut self, end: &[u8]) -> Option<Vec<u8>> {
        loop {
            if let Some(at) = self
                .buffer
                .windows(end.len())
                .position(|window| window == end)
            {
                return Some(self.buffer.drain(..at + end.len()).collect());
            }
            if self.fill().await.unwrap_or(0) == 0 {
                return None;
            }
        }
    }

    pub async fn exactly(&mut self, length: usize) -> Option<Vec<u8>> {
        while self.buffer.len() < length {
            if self.fill().await.unwrap_or(0) == 0 {
                return None;
            }
        }
        Some(self.buffer.drain(..length).collect())
    }

    /// Waits until the other side closes; gives what it still sent.
    pub async fn rest(&mut self) -> Vec<u8> {
        while self.fill().await.unwrap_or(0) > 0 {}
        std::mem::take(&mut self.buffer)
    }

    async fn fill(&mut self) -> io::Result<usize> {
        self.stream.read_buf(&mut self.buffer).await
    }
}

impl Message {
    /// Request line or status line.
    pub fn first_line(&self) -> &str {
        self.head.split("\r\n").next().unwrap_or_default()
    }

    /// The status of an answer.
    pub fn status(&self) -> Option<u16> {
        let line = self.first_line();
        line.starts_with("HTTP/")
            .then(|| line.split(' ').nth(1)?.parse().ok())
            .flatten()
    }

    /// All values of a header, in order.
    pub fn headers(&self, name: &str) -> Vec<&str> {
        let lines = self.head.split("\r\n").skip(1);
        let pairs = lines.filter_map(|line| line.split_once(':'));
        pairs
            .filter(|(key, _)| key.eq_ignore_ascii_case(name))
            .map(|(_, value)| value.trim())
            .collect()
    }

    /// The only value of a header; several are a failure of the test.
    pub fn header(&self, name: &str) -> Option<&str> {
        let values = self.headers(name);
        assert!(
            values.len() <= 1,
            "{name} is there {} times:\n{}",
            values.len(),
            self.head
        );
        values.first().copied()
    }

    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }
}
