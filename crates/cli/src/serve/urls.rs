//! The addresses that people and programs are told.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener};

use crate::config::Config;
use crate::exit::{Failure, Outcome};

#[derive(Clone, Debug)]
pub struct Urls {
    pub gateway: String,
    pub platform: String,
    pub operations: String,
    /// The gateway as the world sees it: `public_url` when the operator named one.
    pub public: String,
}

pub fn of(
    config: &Config,
    gateway: &TcpListener,
    platform: &TcpListener,
    operations: &TcpListener,
) -> Outcome<Urls> {
    let scheme = if config.tls.is_some() {
        "https"
    } else {
        "http"
    };
    let gateway = url(scheme, bound(gateway)?);
    Ok(Urls {
        public: config.public_url.clone().unwrap_or_else(|| gateway.clone()),
        gateway,
        platform: url(scheme, bound(platform)?),
        operations: url("http", bound(operations)?),
    })
}

fn bound(socket: &TcpListener) -> Outcome<SocketAddr> {
    socket
        .local_addr()
        .map_err(|error| Failure::failed(format!("a listener has no address: {error}")))
}

/// An address that can be called: "any" becomes loopback.
fn url(scheme: &str, address: SocketAddr) -> String {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => IpAddr::V4(Ipv4Addr::LOCALHOST),
        IpAddr::V6(ip) if ip.is_unspecified() => IpAddr::V6(Ipv6Addr::LOCALHOST),
        ip => ip,
    };
    format!("{scheme}://{}", SocketAddr::new(ip, address.port()))
}

#[cfg(test)]
mod tests {
    use super::url;

    #[test]
    fn every_address_can_be_called() {
        let table = [
            ("127.0.0.1:8080", "http://127.0.0.1:8080"),
            ("0.0.0.0:80", "http://127.0.0.1:80"),
            ("[::]:8080", "http://[::1]:8080"),
            ("192.168.1.7:1", "http://192.168.1.7:1"),
        ];
        for (address, expected) in table {
            assert_eq!(url("http", address.parse().unwrap()), expected);
        }
    }
}
