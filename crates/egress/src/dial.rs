//! From an origin to a connected socket: resolve once, judge every address, dial exactly what was judged.

use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use postern_apps::{Origin, Scheme};
use rustls::ClientConfig;
use rustls::pki_types::ServerName;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::address::permitted;
use crate::error::{SendError, SendErrorKind, Stage};
use crate::rules::Rules;

type Resolving = Pin<Box<dyn Future<Output = io::Result<Vec<IpAddr>>> + Send>>;

/// How names become addresses.
#[derive(Clone, Default)]
pub enum Resolver {
    /// The operating system's.
    #[default]
    System,
    /// A table or service of the caller's own.
    Custom(Arc<dyn Fn(&str) -> Resolving + Send + Sync>),
}

impl Resolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        // A literal needs no resolver. Other spellings of numbers (decimal, octal) are left to the system's resolver and judged by what comes out.
        if let Ok(address) = host.parse() {
            return Ok(vec![address]);
        }
        match self {
            Self::System => Ok(tokio::net::lookup_host((host, 0))
                .await?
                .map(|address| address.ip())
                .collect()),
            Self::Custom(resolve) => resolve(host).await,
        }
    }
}

/// A connection below HTTP.
pub(crate) enum Socket {
    Plain(TcpStream),
    Tls(Box<TlsStream<TcpStream>>),
}

pub(crate) struct Dialler {
    pub(crate) rules: Arc<Rules>,
    pub(crate) resolver: Resolver,
    pub(crate) tls: Arc<ClientConfig>,
}

impl Dialler {
    pub(crate) async fn dial(&self, origin: &Origin) -> Result<Socket, SendError> {
        match tokio::time::timeout(self.rules.timeouts.connect, self.connect(origin)).await {
            Ok(connected) => connected.map_err(SendError::before),
            Err(_) => Err(SendError::before(SendErrorKind::Timeout(Stage::Connect))),
        }
    }

    async fn connect(&self, origin: &Origin) -> Result<Socket, SendErrorKind> {
        let resolved = self
            .resolver
            .resolve(origin.host())
            .await
            .map_err(SendErrorKind::Resolve)?;
        if resolved.is_empty() {
            return Err(SendErrorKind::Resolve(io::ErrorKind::NotFound.into()));
        }
        let permitted: Vec<_> = resolved
            .into_iter()
            .filter_map(|address| permitted(address, &self.rules.allow))
            .collect();
        let mut failure = SendErrorKind::AddressRefused;
        for address in permitted {
            match TcpStream::connect(SocketAddr::new(address, origin.port())).await {
                Ok(stream) => return self.secure(origin, stream).await,
                Err(error) => failure = SendErrorKind::Connect(error),
            }
        }
        Err(failure)
    }

    async fn secure(&self, origin: &Origin, stream: TcpStream) -> Result<Socket, SendErrorKind> {
        stream.set_nodelay(true).map_err(SendErrorKind::Connect)?;
        if origin.scheme() == Scheme::Http {
            return Ok(Socket::Plain(stream));
        }
        let invalid =
            |error| SendErrorKind::Tls(io::Error::new(io::ErrorKind::InvalidInput, error));
        let name = ServerName::try_from(origin.host().to_owned())
            .map_err(|error| invalid(error.to_string()))?;
        let session = TlsConnector::from(self.tls.clone())
            .connect(name, stream)
            .await
            .map_err(SendErrorKind::Tls)?;
        Ok(Socket::Tls(Box::new(session)))
    }
}

impl AsyncRead for Socket {
    fn poll_read(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_read(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_read(cx, buf),
        }
    }
}

impl AsyncWrite for Socket {
    fn poll_write(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buf: &[u8],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write(cx, buf),
            Self::Tls(stream) => Pin::new(stream).poll_write(cx, buf),
        }
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
            Self::Tls(stream) => Pin::new(stream).poll_write_vectored(cx, bufs),
        }
    }

    fn is_write_vectored(&self) -> bool {
        match self {
            Self::Plain(stream) => stream.is_write_vectored(),
            Self::Tls(stream) => stream.is_write_vectored(),
        }
    }

    fn poll_flush(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_flush(cx),
            Self::Tls(stream) => Pin::new(stream).poll_flush(cx),
        }
    }

    fn poll_shutdown(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        match self.get_mut() {
            Self::Plain(stream) => Pin::new(stream).poll_shutdown(cx),
            Self::Tls(stream) => Pin::new(stream).poll_shutdown(cx),
        }
    }
}
