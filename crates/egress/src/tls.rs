//! TLS towards upstreams: the web's roots plus what an operator adds.

use std::sync::Arc;

use rustls::pki_types::{CertificateDer, pem::PemObject as _};
use rustls::{ClientConfig, RootCertStore};

/// Extra certificate authorities that cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum BadCa {
    #[error("is not PEM: {0}")]
    Pem(rustls::pki_types::pem::Error),
    #[error("holds no certificate")]
    Empty,
    #[error("holds a certificate that cannot be an authority: {0}")]
    Certificate(rustls::Error),
    #[error("TLS cannot be set up: {0}")]
    Setup(rustls::Error),
}

/// A client configuration on aws-lc-rs that speaks HTTP/1.1 and trusts the webpki roots and the certificates in `extra_ca_pem`.
pub fn client_config(extra_ca_pem: Option<&[u8]>) -> Result<Arc<ClientConfig>, BadCa> {
    let mut roots = RootCertStore {
        roots: webpki_roots::TLS_SERVER_ROOTS.to_vec(),
    };
    if let Some(pem) = extra_ca_pem {
        let certificates: Vec<_> = CertificateDer::pem_slice_iter(pem)
            .collect::<Result<_, _>>()
            .map_err(BadCa::Pem)?;
        if certificates.is_empty() {
            return Err(BadCa::Empty);
        }
        for certificate in certificates {
            roots.add(certificate).map_err(BadCa::Certificate)?;
        }
    }
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(BadCa::Setup)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Arc::new(config))
}
