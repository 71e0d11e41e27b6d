//! Accepts connections for an axum router: TLS or not, h1 and h2, with bounds, and drains when told to.

use std::net::SocketAddr;
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::http::Extensions;
use hyper::Request;
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::{TokioExecutor, TokioIo, TokioTimer};
use hyper_util::server::conn::auto::Builder;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Semaphore;
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

use crate::config::{Limits, Timeouts};
use crate::exit::{Exit, Failure, Outcome};

/// Connections that may wait to be accepted; the system may allow fewer.
const BACKLOG: u32 = 4096;
/// How long to wait when the process has no descriptor left for the next connection.
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// How connections of one listener are served.
#[derive(Clone)]
pub struct Terms {
    pub name: &'static str,
    /// Tells the router who called, in the type that its room looks for.
    pub introduce: fn(&mut Extensions, SocketAddr),
    pub tls: Option<Arc<rustls::ServerConfig>>,
    pub limits: Limits,
    pub timeouts: Timeouts,
    /// Cancelled: no new connection is taken, idle ones are closed, busy ones finish their request.
    pub stopping: CancellationToken,
    /// Every connection under way.
    pub tracker: TaskTracker,
}

/// A socket that nobody accepts from yet.
pub fn bind(key: &str, address: SocketAddr) -> Outcome<std::net::TcpListener> {
    let bound = || {
        let socket = match address {
            SocketAddr::V4(_) => TcpSocket::new_v4(),
            SocketAddr::V6(_) => TcpSocket::new_v6(),
        }?;
        // A restart must not wait until the kernel has forgotten the last connections.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)?.into_std()
    };
    bound().map_err(|error: std::io::Error| {
        let fix = match error.kind() {
            std::io::ErrorKind::AddrInUse => {
                format!(
                    "stop what listens there, or set {key} to another port (0 takes any free one)"
                )
            }
            std::io::ErrorKind::PermissionDenied => {
                format!(
                    "set {key} to a port above 1023, or give this user the right to bind low ports"
                )
            }
            _ => format!("set {key} to an address of this machine"),
        };
        Failure::new(
            Exit::Listen,
            format!("{key}: cannot listen on {address}: {error}"),
        )
        .fix(fix)
    })
}

pub fn on_runtime(socket: std::net::TcpListener) -> Outcome<TcpListener> {
    TcpListener::from_std(socket)
        .map_err(|error| Failure::failed(format!("a listener cannot be used: {error}")))
}

/// Runs until `terms.stopping`; connections go on in the tracker.
pub async fn serve(listener: TcpListener, router: Router, terms: Terms) {
    let permits = Arc::new(Semaphore::new(terms.limits.connections));
    loop {
        let Ok(permit) = permits.clone().acquire_owned().await else {
            return;
        };
        let accepted = tokio::select! {
            () = terms.stopping.cancelled() => return,
            accepted = listener.accept() => accepted,
        };
        match accepted {
            Ok((stream, peer)) => {
                let (router, connection) = (router.clone(), terms.clone());
                terms.tracker.spawn(async move {
                    one(stream, peer, router, &connection).await;
                    drop(permit);
                });
            }
            Err(error) => {
                tracing::warn!(%error, listener = terms.name, "a connection could not be accepted");
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
            }
        }
    }
}

async fn one(stream: TcpStream, peer: SocketAddr, router: Router, terms: &Terms) {
    // A refused option costs latency, nothing else.
    let _slower = stream.set_nodelay(true);
    match &terms.tls {
        None => http(stream, peer, router, terms).await,
        Some(tls) => {
            let handshake = TlsAcceptor::from(tls.clone()).accept(stream);
            match tokio::time::timeout(terms.timeouts.handshake, handshake).await {
                Ok(Ok(stream)) => http(stream, peer, router, terms).await,
                Ok(Err(error)) => tracing::debug!(%error, %peer, "TLS handshake failed"),
                Err(_) => tracing::debug!(%peer, "TLS handshake took too long"),
            }
        }
    }
}

async fn http<S>(stream: S, peer: SocketAddr, router: Router, terms: &Terms)
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let introduce = terms.introduce;
    let service = service_fn(move |mut request: Request<Incoming>| {
        introduce(request.extensions_mut(), peer);
        router.clone().oneshot(request)
    });
    let mut builder = Builder::new(TokioExecutor::new());
    builder
        .http1()
        .timer(TokioTimer::new())
        .header_read_timeout(terms.timeouts.head)
        .max_buf_size(terms.limits.head_bytes)
        .max_headers(terms.limits.head_lines);
    builder
        .http2()
        .timer(TokioTimer::new())
        .max_header_list_size(u32::try_from(terms.limits.head_bytes).unwrap_or(u32::MAX))
        .max_concurrent_streams(terms.limits.http2_streams)
        .keep_alive_interval(terms.timeouts.head);
    let mut connection = pin!(builder.serve_connection(TokioIo::new(stream), service));
    let ended = tokio::select! {
        ended = connection.as_mut() => ended,
        () = terms.stopping.cancelled() => {
            connection.as_mut().graceful_shutdown();
            connection.await
        }
    };
    if let Err(error) = ended {
        tracing::debug!(%error, %peer, listener = terms.name, "a connection ended early");
    }
}
