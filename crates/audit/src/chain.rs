//! Links: each hash covers the one before.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::{Deserialize, Serialize};
use sha2::{Digest as _, Sha256};

/// SHA-256, written in base64.
#[derive(Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Hash(pub [u8; 32]);

/// Which part of a record a link seals. A call that leaves is on record before it is answered, so it is sealed twice.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Part {
    Whole,
    Opened,
    Closed,
}

/// The end of a chain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// Number of the newest link; the first is 1.
    pub seq: i64,
    pub hash: Hash,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    pub seq: i64,
    pub audit_id: String,
    pub part: Part,
    pub fact_hash: Hash,
    pub hash: Hash,
}

impl Head {
    /// Before the first link.
    pub const START: Head = Head {
        seq: 0,
        hash: Hash([0; 32]),
    };

    /// The link that follows. Record and part are under the hash too: a fact cannot pose as another record's.
    #[must_use]
    pub fn link(self, audit_id: &str, part: Part, fact_hash: Hash) -> Link {
        let seq = self.seq + 1;
        let mut hasher = Sha256::new();
        hasher.update(b"postern-audit-link-1\0");
        hasher.update(self.hash.0);
        hasher.update(seq.to_be_bytes());
        hasher.update([part as u8]);
        hasher.update((audit_id.len() as u64).to_be_bytes());
        hasher.update(audit_id);
        hasher.update(fact_hash.0);
        Link {
            seq,
            audit_id: audit_id.to_owned(),
            part,
            fact_hash,
            hash: Hash(hasher.finalize().into()),
        }
    }
}

impl Link {
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}

impl Part {
    pub fn as_str(self) -> &'static str {
        match self {
            Part::Whole => "whole",
            Part::Opened => "opened",
            Part::Closed => "closed",
        }
    }

    pub fn parse(word: &str) -> Option<Part> {
        [Part::Whole, Part::Opened, Part::Closed]
            .into_iter()
            .find(|part| part.as_str() == word)
    }
}

impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

/// Not 32 bytes in base64.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("not a hash")]
pub struct NoHash;

impl FromStr for Hash {
    type Err = NoHash;

    fn from_str(text: &str) -> Result<Hash, NoHash> {
        let bytes = STANDARD.decode(text).map_err(|_| NoHash)?;
        bytes.try_into().map(Hash).map_err(|_| NoHash)
    }
}

impl TryFrom<String> for Hash {
    type Error = NoHash;

    fn try_from(text: String) -> Result<Hash, NoHash> {
        text.parse()
    }
}

impl From<Hash> for String {
    fn from(hash: Hash) -> String {
        hash.to_string()
    }
}
