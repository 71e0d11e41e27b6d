//! The lines of an export: a beginning, records and checkpoints in the chain's order, an end that is signed.

use serde::{Deserialize, Serialize};

use crate::chain::{Hash, Head, Part};
use crate::fact::Fact;
use crate::signing::PublicKey;

pub const FORMAT: &str = "postern-audit/1";

/// One line of JSON.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Line {
    Begin(Begin),
    Record(Sealed),
    Checkpoint(Proven),
    End(End),
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Begin {
    pub format: String,
    /// Which installation's record it is.
    pub chain: String,
    /// The link behind which it begins; 0 and zeros for the whole.
    pub from: i64,
    pub from_hash: Hash,
    /// For convenience: whoever verifies brings the key from elsewhere.
    pub public_key: PublicKey,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sealed {
    pub seq: i64,
    pub audit_id: String,
    pub part: Part,
    /// Both absent once retention has erased the fact; its hash stays.
    pub fact: Option<Fact>,
    /// Base64.
    pub salt: Option<String>,
    pub fact_hash: Hash,
    pub hash: Hash,
}

/// A head that was signed at `at`, in microseconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Proven {
    pub seq: i64,
    pub hash: Hash,
    pub at: i64,
    pub signature: String,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub records: i64,
    #[serde(flatten)]
    pub head: Proven,
}

impl Proven {
    pub fn head(&self) -> Head {
        Head {
            seq: self.seq,
            hash: self.hash,
        }
    }
}
