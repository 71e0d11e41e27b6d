//! The threads of the data plane: one runtime on each, one of them accepts and deals out connections to whoever has fewest.

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use hyper::server::conn::http2;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::{mpsc, oneshot};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::config::Config;
use crate::gateway::Gateway;
use crate::h1::{Ended, converse};
use crate::listener::{Listener, Patient};
use crate::service::answer;
use crate::worker::Worker;

/// How long accepting rests after the system refused a connection (no descriptors left, for example).
const ACCEPT_PAUSE: Duration = Duration::from_millis(50);

/// Between two looks at conversations that have to come to their end.
const DRAIN_TICK: Duration = Duration::from_millis(10);

/// A data plane at work.
pub struct Serving(Vec<oneshot::Receiver<()>>);

impl Serving {
    /// Resolves when every thread has ended: after the token was cancelled and calls were drained.
    pub async fn finished(self) {
        for thread in self.0 {
            drop(thread.await);
        }
    }
}

/// A connection on its way to the thread that will serve it.
struct Accepted {
    stream: std::net::TcpStream,
    peer: SocketAddr,
    tls: Option<Arc<ServerConfig>>,
}

impl Gateway {
    /// Starts the threads. Cancelling `stop` ends accepting, lets running calls finish for a while, then ends them.
    pub fn serve(
        self: &Arc<Self>,
        listeners: Vec<Listener>,
        stop: CancellationToken,
    ) -> io::Result<Serving> {
        let cores = || std::thread::available_parallelism().map_or(1, usize::from);
        let threads = self.config.threads.unwrap_or_else(cores).max(1);
        for listener in &listeners {
            listener.socket.set_nonblocking(true)?;
        }
        let workers: Vec<_> = (0..threads)
            .map(|number| Worker::new(self, number))
            .collect();
        let (inboxes, mut outboxes): (Vec<_>, Vec<_>) =
            workers.iter().map(|_| mpsc::unbounded_channel()).unzip();
        let mut listeners = Some(listeners);
        let mut ends = Vec::new();
        for (number, inbox) in outboxes.drain(..).enumerate() {
            // Not the worker: its connections hold the runtime, and the runtime this.
            let crowd = workers[number].crowd.clone();
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .on_thread_park(move || crowd.rest())
                .build()?;
            let thread = Thread {
                number,
                worker: workers[number].clone(),
                inbox,
                stop: stop.clone(),
            };
            // The first thread accepts for all.
            let accepting = (number == 0).then(|| Accepting {
                listeners: listeners.take().unwrap_or_default(),
                workers: workers.clone(),
                inboxes: inboxes.clone(),
            });
            let (end, ended) = oneshot::channel();
            ends.push(ended);
            std::thread::Builder::new()
                .name(format!("gateway-{number}"))
                .spawn(move || {
                    runtime.block_on(thread.run(accepting));
                    drop(end);
                })?;
        }
        Ok(Serving(ends))
    }
}

struct Accepting {
    listeners: Vec<Listener>,
    workers: Vec<Arc<Worker>>,
    inboxes: Vec<mpsc::UnboundedSender<Accepted>>,
}

struct Thread {
    number: usize,
    worker: Arc<Worker>,
    inbox: mpsc::UnboundedReceiver<Accepted>,
    stop: CancellationToken,
}

impl Thread {
    async fn run(mut self, accepting: Option<Accepting>) {
        let graceful = GracefulShutdown::new();
        let builder = Arc::new(http2(&self.worker.gateway.config));
        let house = tokio::spawn(self.worker.clone().keep_house(self.stop.clone()));
        if let Some(accepting) = accepting {
            accepting.start(&self.stop);
        }
        while let Some(Some(accepted)) = self.stop.run_until_cancelled(self.inbox.recv()).await {
            let Ok(stream) = TcpStream::from_std(accepted.stream) else {
                continue;
            };
            let arrival = Arrival {
                worker: self.worker.clone(),
                peer: accepted.peer,
                builder: builder.clone(),
                watcher: graceful.watcher(),
            };
            arrival.welcome(stream, accepted.tls);
        }
        self.worker.stopping.store(true, Ordering::Relaxed);
        self.worker.tasks.close();
        // Conversations that are between two requests end; the others end behind their answer.
        let conversations = async {
            while self.worker.conversations.end_idle() > 0 {
                tokio::time::sleep(DRAIN_TICK).await;
            }
        };
        let drained = async {
            tokio::join!(conversations, graceful.shutdown());
            self.worker.tasks.wait().await;
        };
        if tokio::time::timeout(self.worker.gateway.config.timeouts.drain, drained)
            .await
            .is_err()
        {
            tracing::warn!(
                thread = self.number,
                "calls were still running when the time to finish them was over"
            );
        }
        drop(house.await);
        self.worker.log.flush();
    }
}

impl Accepting {
    fn start(self, stop: &CancellationToken) {
        let shared = Arc::new((self.workers, self.inboxes));
        for listener in self.listeners {
            let Ok(socket) = TcpListener::from_std(listener.socket) else {
                continue;
            };
            let (shared, tls, stop) = (shared.clone(), listener.tls, stop.clone());
            tokio::spawn(async move {
                let (workers, inboxes) = &*shared;
                stop.run_until_cancelled(accept(&socket, tls.as_ref(), workers, inboxes))
                    .await;
            });
        }
    }
}

async fn accept(
    socket: &TcpListener,
    tls: Option<&Arc<ServerConfig>>,
    workers: &[Arc<Worker>],
    inboxes: &[mpsc::UnboundedSender<Accepted>],
) {
    let mut failing = false;
    loop {
        let load = |worker: &Arc<Worker>| worker.open.load(Ordering::Relaxed);
        let most = workers
            .first()
            .map_or(0, |worker| worker.gateway.config.limits.connections_max);
        if workers.iter().map(load).sum::<usize>() >= most {
            tokio::time::sleep(ACCEPT_PAUSE).await;
            continue;
        }
        let accepted = match socket.accept().await {
            Ok((stream, peer)) => stream.into_std().map(|stream| Accepted {
                stream,
                peer,
                tls: tls.cloned(),
            }),
            Err(error) => Err(error),
        };
        match accepted {
            Ok(accepted) => {
                failing = false;
                let Some(number) = (0..workers.len()).min_by_key(|number| load(&workers[*number]))
                else {
                    return;
                };
                workers[number].open.fetch_add(1, Ordering::Relaxed);
                if inboxes[number].send(accepted).is_err() {
                    return;
                }
            }
            Err(error) => {
                if !failing {
                    tracing::error!(%error, "a connection could not be accepted");
                }
                failing = true;
                tokio::time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

type Builder = http2::Builder<TokioExecutor>;

fn http2(config: &Config) -> Builder {
    let (limits, timeouts) = (&config.limits, &config.timeouts);
    let mut builder = http2::Builder::new(TokioExecutor::new());
    builder
        .timer(TokioTimer::new())
        .max_concurrent_streams(limits.streams_max)
        .max_header_list_size(u32::try_from(limits.head_bytes_max).unwrap_or(u32::MAX))
        .keep_alive_interval(timeouts.head)
        .keep_alive_timeout(timeouts.client_stall);
    builder
}

/// Counts a connection off when it ends, however it does.
struct Open {
    worker: Arc<Worker>,
    number: u64,
}

impl Drop for Open {
    fn drop(&mut self) {
        self.worker.open.fetch_sub(1, Ordering::Relaxed);
        self.worker.conversations.end(self.number);
    }
}

/// A client that has connected.
struct Arrival {
    worker: Arc<Worker>,
    peer: SocketAddr,
    builder: Arc<Builder>,
    watcher: Watcher,
}

impl Arrival {
    fn welcome(self, stream: TcpStream, tls: Option<Arc<ServerConfig>>) {
        let worker = self.worker.clone();
        let number = worker.conversations.number();
        let idle = Arc::new(AtomicBool::new(false));
        let open = Open {
            worker: worker.clone(),
            number,
        };
        let (its_idle, peer) = (idle.clone(), self.peer.ip());
        let task = tokio::spawn(async move {
            let _open = open;
            if stream.set_nodelay(true).is_err() {
                return;
            }
            match tls {
                None => self.talk(stream, its_idle).await,
                Some(tls) => {
                    let patience = self.worker.gateway.config.timeouts.handshake;
                    match tokio::time::timeout(patience, TlsAcceptor::from(tls).accept(stream))
                        .await
                    {
                        Ok(Ok(stream)) if stream.get_ref().1.alpn_protocol() == Some(b"h2") => {
                            self.talk_http2(stream, Vec::new()).await
                        }
                        Ok(Ok(stream)) => self.talk(stream, its_idle).await,
                        Ok(Err(error)) => {
                            tracing::debug!(client.address = %peer, %error, "no TLS session")
                        }
                        Err(_) => {
                            tracing::debug!(client.address = %peer, "the TLS handshake took too long")
                        }
                    }
                }
            }
        });
        worker
            .conversations
            .begin(number, task.abort_handle(), idle);
    }

    async fn talk<S>(self, stream: S, idle: Arc<AtomicBool>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        if let Ended::Http2(stream, begun) =
            converse(self.worker.clone(), stream, self.peer, idle).await
        {
            self.talk_http2(stream, begun).await;
        }
    }

    /// HTTP/2; `begun` was read already.
    async fn talk_http2<S>(self, stream: S, begun: Vec<u8>)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let Self {
            worker,
            peer,
            builder,
            watcher,
        } = self;
        let stall = worker.gateway.config.timeouts.client_stall;
        let service = service_fn(move |request| {
            let worker = worker.clone();
            async move { Ok::<_, std::convert::Infallible>(answer(worker, peer, request).await) }
        });
        let connection =
            builder.serve_connection(TokioIo::new(Patient::new(stream, begun, stall)), service);
        if let Err(error) = watcher.watch(connection).await {
            tracing::debug!(client.address = %peer.ip(), %error, "a client's connection ended early");
        }
    }
}
