//! Where the data lives and how many hands serve it.

use std::path::PathBuf;

/// Which engine holds the data.
#[derive(Clone, Debug)]
pub enum Engine {
    /// One file, embedded. The directory must exist.
    Sqlite(PathBuf),
    /// A connection string as PostgreSQL's own tools take it (`postgres://…` or `host=… dbname=…`).
    Postgres(String),
}

#[derive(Clone, Debug)]
pub struct Config {
    pub engine: Engine,
    /// Threads that serve `read`, each with its own connection.
    pub readers: usize,
    /// PostgreSQL only: workers that own a connection each; a lane always meets the same one.
    pub writers: usize,
    /// PostgreSQL only: certificates (PEM) trusted beside the public ones.
    pub ca_pem: Option<Vec<u8>>,
}

impl Config {
    pub fn sqlite(path: impl Into<PathBuf>) -> Config {
        Config {
            engine: Engine::Sqlite(path.into()),
            readers: 2,
            writers: 1,
            ca_pem: None,
        }
    }

    pub fn postgres(url: impl Into<String>) -> Config {
        Config {
            engine: Engine::Postgres(url.into()),
            readers: 4,
            writers: 4,
            ca_pem: None,
        }
    }

    /// `postgres://…` and `postgresql://…` mean PostgreSQL, everything else is a file.
    pub fn from_url(url: &str) -> Config {
        if url.starts_with("postgres://") || url.starts_with("postgresql://") {
            Config::postgres(url)
        } else {
            Config::sqlite(url.strip_prefix("sqlite://").unwrap_or(url))
        }
    }
}
