//! An upstream that writes down every byte it is sent and answers what the test told it to.

use anyhow::Result;
use std::io::{Read as _, Write as _};
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Every byte that came, one entry for each connection.
type Record = Arc<Mutex<Vec<Vec<u8>>>>;
type Reply = Arc<dyn Fn(&[u8]) -> Vec<u8> + Send + Sync>;

pub struct Origin {
    pub address: SocketAddr,
    record: Record,
    stopped: Arc<AtomicBool>,
}

impl Origin {
    /// Answers each request, given as it came, with these bytes.
    ///
    /// # Errors
    /// When no port is free.
    pub fn start(reply: impl Fn(&[u8]) -> Vec<u8> + Send + Sync + 'static) -> Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let record = Record::default();
        let stopped = Arc::new(AtomicBool::new(false));
        let reply: Reply = Arc::new(reply);
        let (into, ended) = (Arc::clone(&record), Arc::clone(&stopped));
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                if ended.load(Ordering::SeqCst) {
                    break;
                }
                let Ok(stream) = stream else { continue };
                let (record, reply) = (Arc::clone(&into), Arc::clone(&reply));
                std::thread::spawn(move || serve(stream, &record, &reply));
            }
        });
        Ok(Self {
            address,
            record,
            stopped,
        })
    }

    /// Answers everything with a small JSON object.
    ///
    /// # Errors
    /// When no port is free.
    pub fn content() -> Result<Self> {
        Self::start(|_| ok("{\"http_code\":200,\"data\":{}}"))
    }

    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Every byte so far, one entry for each connection that sent some.
    pub fn seen(&self) -> Vec<Vec<u8>> {
        self.record
            .lock()
            .map(|record| record.clone())
            .unwrap_or_default()
    }

    /// The same as text.
    pub fn text(&self) -> String {
        self.seen()
            .iter()
            .map(|bytes| String::from_utf8_lossy(bytes).into_owned())
            .collect::<Vec<_>>()
            .join("\n----\n")
    }

    /// Forgets what it has seen.
    pub fn forget(&self) {
        if let Ok(mut record) = self.record.lock() {
            for connection in record.iter_mut() {
                connection.clear();
            }
        }
    }
}

impl Drop for Origin {
    fn drop(&mut self) {
        self.stopped.store(true, Ordering::SeqCst);
        // Wakes the listener, which sees that it is over.
        let _ = TcpStream::connect_timeout(&self.address, Duration::from_millis(200));
    }
}

/// 200 with a JSON body.
pub fn ok(json: &str) -> Vec<u8> {
    answer(
        "200 OK",
        "Content-Type: application/json\r\n",
        json.as_bytes(),
    )
}

/// Any answer with a length; `headers` are whole lines.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}Content-Length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}

fn serve(mut stream: TcpStream, record: &Record, reply: &Reply) {
    let Some(number) = record.lock().ok().map(|mut record| {
        record.push(Vec::new());
        record.len() - 1
    }) else {
        return;
    };
    let mut waiting = Vec::new();
    let mut buffer = [0; 64 * 1024];
    while let Ok(count) = stream.read(&mut buffer) {
        if count == 0 {
            return;
        }
        if let Ok(mut record) = record.lock() {
            record[number].extend_from_slice(&buffer[..count]);
        }
        waiting.extend_from_slice(&buffer[..count]);
        while let Some(length) = request_length(&waiting) {
            let request: Vec<u8> = waiting.drain(..length).collect();
            if stream.write_all(&reply(&request)).is_err() {
                return;
            }
        }
    }
}

/// How long the first request is, if all of it is there. Content-Length and chunked, each taken at its word.
fn request_length(bytes: &[u8]) -> Option<usize> {
    let mut headers = [httparse::EMPTY_HEADER; 64];
    let mut request = httparse::Request::new(&mut headers);
    let Ok(httparse::Status::Complete(head)) = request.parse(bytes) else {
        return None;
    };
    let value = |name: &str| {
        let header = request
            .headers
            .iter()
            .find(|header| header.name.eq_ignore_ascii_case(name))?;
        std::str::from_utf8(header.value).ok()
    };
    if value("transfer-encoding").is_some() {
        let mut at = head;
        loop {
            let Ok(httparse::Status::Complete((line, size))) =
                httparse::parse_chunk_size(bytes.get(at..)?)
            else {
                return None;
            };
            at += line + usize::try_from(size).ok()? + 2;
            if bytes.len() < at {
                return None;
            }
            if size == 0 {
                return Some(at);
            }
        }
    }
    let length = head + value("content-length").map_or(Some(0), |text| text.trim().parse().ok())?;
    (bytes.len() >= length).then_some(length)
}
