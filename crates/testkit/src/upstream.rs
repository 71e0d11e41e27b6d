//! An upstream on loopback that does what a script says, byte by byte.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::net::TcpListener;
use tokio::task::JoinHandle;

use crate::raw::{Message, Raw};

/// Listens until it is dropped.
pub struct ScriptedUpstream {
    pub address: SocketAddr,
    connections: Arc<AtomicUsize>,
    accepting: JoinHandle<()>,
}

impl ScriptedUpstream {
    /// Runs `script` for every connection; it is given the connection and its number, from 0.
    pub async fn start<F, Fut>(script: F) -> ScriptedUpstream
    where
        F: Fn(Raw, usize) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = ()> + Send + 'static,
    {
        let listener = TcpListener::bind("127.0.0.1:0")
            .await
            .expect("loopback has ports");
        let address = listener.local_addr().expect("bound");
        let connections = Arc::new(AtomicUsize::new(0));
        let counter = connections.clone();
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let number = counter.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(script(Raw::over(stream), number));
            }
        });
        ScriptedUpstream {
            address,
            connections,
            accepting,
        }
    }

    /// Answers every request on every connection with what `answer` makes of it, until it makes nothing: then it hangs up.
    pub async fn answering<F>(answer: F) -> ScriptedUpstream
    where
        F: Fn(&Message) -> Option<Vec<u8>> + Send + Sync + 'static,
    {
        let answer = Arc::new(answer);
        ScriptedUpstream::start(move |mut raw, _| {
            let answer = answer.clone();
            async move {
                while let Some(message) = raw.message(false).await {
                    match answer(&message) {
                        Some(bytes) => raw.write(bytes).await,
                        None => return,
                    }
                }
            }
        })
        .await
    }

    /// Answers 200 with the request it received, head and body, as its body.
    pub async fn echo() -> ScriptedUpstream {
        ScriptedUpstream::answering(|message| {
            let body = [message.head.as_bytes(), &message.body].concat();
            Some(ok(&body))
        })
        .await
    }

    /// `http://127.0.0.1:port`
    pub fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// How many connections were accepted.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }
}

impl Drop for ScriptedUpstream {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

/// A 200 with a length and this body.
pub fn ok(body: &[u8]) -> Vec<u8> {
    answer("200 OK", "content-type: text/plain\r\n", body)
}

/// An answer with a length; `headers` are whole lines.
pub fn answer(status: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let head = format!(
        "HTTP/1.1 {status}\r\n{headers}content-length: {}\r\n\r\n",
        body.len()
    );
    [head.as_bytes(), body].concat()
}
