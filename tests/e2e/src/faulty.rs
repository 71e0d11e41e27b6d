//! A ClickSend account that fails as networks do: it cuts the connection after (or before) accepting a send, answers late, answers 500 after
//! accepting, breaks its answer off. What it accepted is in its history. Real TCP.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpStream};

/// What happens to a send.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    None,
    CutAfterAccepting,
    CutBeforeAccepting,
    /// The answer comes when the caller has given up.
    Late,
    /// The answer comes when the gateway has given up, too.
    TooLate,
    FailsAfterAccepting,
    FailsBeforeAccepting,
    /// The head of an answer, and half of its body.
    HalfAnAnswer,
    Throttles,
}

/// Of a thousand sends.
const FAULTS: [(Fault, u64); 8] = [
    (Fault::CutAfterAccepting, 60),
    (Fault::CutBeforeAccepting, 40),
    (Fault::Late, 40),
    (Fault::TooLate, 10),
    (Fault::FailsAfterAccepting, 60),
    (Fault::FailsBeforeAccepting, 30),
    (Fault::HalfAnAnswer, 30),
    (Fault::Throttles, 30),
];

/// When a late answer comes, and one that is too late.
#[derive(Clone, Copy, Debug)]
pub struct Delays {
    pub late: Duration,
    pub too_late: Duration,
}

/// Runs until it is dropped.
pub struct Faulty {
    url: String,
    state: Arc<State>,
    accepting: tokio::task::JoinHandle<()>,
}

struct State {
    delays: Delays,
    random: Mutex<u64>,
    /// Sends that were accepted, by their texts; each with the row that history shows.
    accepted: Mutex<BTreeMap<String, Vec<Value>>>,
    happened: Mutex<BTreeMap<Fault, usize>>,
}

impl Faulty {
    /// # Errors
    /// When no port can be had.
    pub async fn start(seed: u64, delays: Delays) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let state = Arc::new(State {
            delays,
            random: Mutex::new(seed),
            accepted: Mutex::default(),
            happened: Mutex::default(),
        });
        let shared = state.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = shared.clone();
                tokio::spawn(async move { state.talk(stream).await });
            }
        });
        Ok(Self {
            url,
            state,
            accepting,
        })
    }

    pub fn url(&self) -> &str {
        &self.url
    }

    /// How often each text was accepted.
    pub fn accepted(&self) -> BTreeMap<String, usize> {
        let accepted = lock(&self.state.accepted);
        accepted
            .iter()
            .map(|(text, rows)| (text.clone(), rows.len()))
            .collect()
    }

    /// How often each fault struck.
    pub fn happened(&self) -> BTreeMap<Fault, usize> {
        lock(&self.state.happened).clone()
    }
}

impl Drop for Faulty {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl State {
    /// Answers requests until the client goes, or a fault ends it.
    async fn talk(&self, mut stream: TcpStream) {
        let mut input = Vec::new();
        while let Ok(Some((head, body))) = request(&mut stream, &mut input).await {
            let answer = match head.split(' ').next() {
                Some("POST") if head.contains("/sms/send ") => self.send(&mut stream, &body).await,
                Some("GET") if head.contains("/sms/history?") => Some(self.history(&head)),
                _ => Some(ok(&json!({"data": {"username": "user"}}))),
            };
            let Some(answer) = answer else { return };
            if stream.write_all(&answer).await.is_err() {
                return;
            }
        }
    }

    /// `None`: the connection ends.
    async fn send(&self, stream: &mut TcpStream, body: &[u8]) -> Option<Vec<u8>> {
        let fault = self.draw();
        *lock(&self.happened).entry(fault).or_default() += 1;
        let request: Value = serde_json::from_slice(body).unwrap_or_default();
        let accepts = !matches!(
            fault,
            Fault::CutBeforeAccepting | Fault::FailsBeforeAccepting | Fault::Throttles
        );
        if accepts {
            self.accept(&request);
        }
        let good = ok(&bill(&request));
        match fault {
            Fault::None => Some(good),
            Fault::CutAfterAccepting | Fault::CutBeforeAccepting => None,
            Fault::Late => {
                tokio::time::sleep(self.delays.late).await;
                Some(good)
            }
            Fault::TooLate => {
                tokio::time::sleep(self.delays.too_late).await;
                Some(good)
            }
            Fault::FailsAfterAccepting | Fault::FailsBeforeAccepting => {
                Some(b"HTTP/1.1 500 Oops\r\ncontent-length: 2\r\n\r\n{}".to_vec())
            }
            Fault::HalfAnAnswer => {
                // Whether it arrives changes nothing.
                drop(stream.write_all(&good[..good.len() - 10]).await);
                None
            }
            Fault::Throttles => Some(
                b"HTTP/1.1 429 Too Many Requests\r\nretry-after: 0\r\ncontent-length: 2\r\n\r\n{}"
                    .to_vec(),
            ),
        }
    }

    fn draw(&self) -> Fault {
        let mut random = lock(&self.random);
        *random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        let mut point = (*random >> 33) % 1000;
        for (fault, share) in FAULTS {
            if point < share {
                return fault;
            }
            point -= share;
        }
        Fault::None
    }

    fn accept(&self, request: &Value) {
        let now = now();
        for message in request["messages"].as_array().into_iter().flatten() {
            let mut row = message.clone();
            row["date"] = json!(now);
            row["direction"] = json!("out");
            let text = message["body"].as_str().unwrap_or_default().to_owned();
            lock(&self.accepted).entry(text).or_default().push(row);
        }
    }

    /// `q=to:…` as the live service has it, one page.
    fn history(&self, head: &str) -> Vec<u8> {
        let to = head.split_once("q=to:%2B").map(|(_, rest)| {
            rest.chars()
                .take_while(char::is_ascii_digit)
                .collect::<String>()
        });
        let accepted = lock(&self.accepted);
        let is_asked = |row: &&Value| {
            to.as_ref()
                .is_none_or(|to| row["to"].as_str() == Some(&format!("+{to}")))
        };
        let rows: Vec<&Value> = accepted.values().flatten().filter(is_asked).collect();
        ok(&json!({"data": {"total": rows.len(), "last_page": 1, "data": rows}}))
    }
}

#[expect(
    clippy::disallowed_methods,
    reason = "it stands for a service that lives by the real clock"
)]
fn now() -> u64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| since.as_secs())
}

fn bill(request: &Value) -> Value {
    let count = request["messages"].as_array().map_or(0, Vec::len);
    json!({"http_code": 200, "response_code": "SUCCESS", "data": {"total_price": 0.05, "total_count": count, "queued_count": count,
        "messages": request["messages"], "_currency": {"currency_name_short": "AUD"}}})
}

fn ok(body: &Value) -> Vec<u8> {
    let body = body.to_string();
    format!(
        "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

/// The next request's first line and body; `None`: the client has gone.
async fn request(stream: &mut TcpStream, input: &mut Vec<u8>) -> Result<Option<(String, Vec<u8>)>> {
    loop {
        let end = input.windows(4).position(|four| four == b"\r\n\r\n");
        if let Some(end) = end {
            let head = String::from_utf8_lossy(&input[..end]).into_owned();
            let length = head
                .lines()
                .filter_map(|line| line.split_once(':'))
                .find(|(name, _)| name.eq_ignore_ascii_case("content-length"))
                .map_or(Ok(0), |(_, value)| value.trim().parse::<usize>())?;
            if input.len() >= end + 4 + length {
                let body = input[end + 4..end + 4 + length].to_vec();
                input.drain(..end + 4 + length);
                let first = head.lines().next().context("a first line")?;
                return Ok(Some((first.to_owned(), body)));
            }
        }
        if stream.read_buf(input).await? == 0 {
            return Ok(None);
        }
    }
}
