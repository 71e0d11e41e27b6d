//! What the platform itself says about the account that sends: the proof that what was answered was done.

use crate::client::exchange;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::net::{SocketAddr, TcpStream};
use std::time::{Duration, Instant};

/// Between two looks at the receipts.
const LOOK: Duration = Duration::from_millis(100);
/// How long the carrier may need for what was accepted in one reading.
const DELIVERY_MAX: Duration = Duration::from_secs(180);

pub struct Account {
    stream: TcpStream,
    host: SocketAddr,
    authorization: String,
}

impl Account {
    /// # Errors
    /// When the platform does not accept a connection.
    pub fn new(platform: SocketAddr, authorization: &str) -> Result<Self> {
        Ok(Self {
            stream: TcpStream::connect(platform)?,
            host: platform,
            authorization: authorization.to_owned(),
        })
    }

    /// Messages in the history.
    ///
    /// # Errors
    /// When the platform does not say.
    pub fn in_history(&mut self) -> Result<u64> {
        self.total("/v3/sms/history")
    }

    /// Waits until so many messages have their receipt.
    ///
    /// # Errors
    /// When it takes too long, or there are more.
    pub fn delivered(&mut self, messages: u64) -> Result<()> {
        let deadline = Instant::now() + DELIVERY_MAX;
        loop {
            let receipts = self.total("/v3/sms/receipts")?;
            if receipts == messages {
                return Ok(());
            }
            if receipts > messages || Instant::now() > deadline {
                bail!("{receipts} receipts for {messages} messages");
            }
            std::thread::sleep(LOOK);
        }
    }

    fn total(&mut self, path: &str) -> Result<u64> {
        let request = format!(
            "GET {path}?limit=1 HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\n\r\n",
            self.host, self.authorization
        );
        let answer = exchange(&mut self.stream, request.as_bytes())?;
        if answer.status != 200 {
            bail!("{path}: {} {}", answer.status, answer.body);
        }
        let body: Value = serde_json::from_str(&answer.body)?;
        body["data"]["total"]
            .as_u64()
            .with_context(|| format!("{path}: no total in {}", answer.body))
    }
}
