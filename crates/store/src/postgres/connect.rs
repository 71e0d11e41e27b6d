//! Reaching the server: the parsed connection string, TLS on the project's one provider, and a connection on a given runtime.

use std::sync::Arc;
use std::time::Duration;

use rustls::pki_types::{CertificateDer, pem::PemObject};
use tokio::runtime::Runtime;
use tokio_postgres::Client;
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::{Error, Result};

const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Clone)]
pub(crate) struct Server {
    config: tokio_postgres::Config,
    tls: MakeRustlsConnect,
}

impl Server {
    pub(crate) fn parse(url: &str, ca_pem: Option<&[u8]>) -> Result<Server> {
        let mut config: tokio_postgres::Config = url.parse().map_err(|e| {
            Error::Setup(format!(
                "POSTERN_DATABASE_URL is not a PostgreSQL address: {e}"
            ))
        })?;
        config
            .application_name("postern")
            .connect_timeout(CONNECT_TIMEOUT);
        let mut roots = rustls::RootCertStore {
            roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
        };
        for certificate in CertificateDer::pem_slice_iter(ca_pem.unwrap_or_default()) {
            let certificate =
                certificate.map_err(|e| Error::Setup(format!("the database's CA file: {e}")))?;
            roots
                .add(certificate)
                .map_err(|e| Error::Setup(format!("the database's CA file: {e}")))?;
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|e| Error::Setup(format!("TLS: {e}")))?
            .with_root_certificates(roots)
            .with_no_client_auth();
        Ok(Server {
            config,
            tls: MakeRustlsConnect::new(tls),
        })
    }

    /// The connection's own task lives on `runtime` and advances whenever something is awaited there.
    pub(crate) fn connect(&self, runtime: &Runtime) -> Result<Client> {
        let (client, connection) = runtime
            .block_on(self.config.connect(self.tls.clone()))
            .map_err(|e| Error::Setup(format!("cannot reach PostgreSQL: {}", with_cause(&e))))?;
        runtime.spawn(async move {
            if let Err(error) = connection.await {
                tracing::warn!(%error, "a database connection ended");
            }
        });
        Ok(client)
    }
}

fn with_cause(error: &tokio_postgres::Error) -> String {
    match std::error::Error::source(error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}
