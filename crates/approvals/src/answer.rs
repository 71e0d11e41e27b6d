//! The answer to a send that was approved, for whoever asked and comes back for it.

use serde::{Deserialize, Serialize};

/// A longer answer is not kept; a thousand messages take half of it.
pub const ANSWER_BYTES_MAX: usize = 1 << 20;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub content_type: Option<String>,
    pub body: Vec<u8>,
}

#[derive(Serialize, Deserialize)]
struct Head {
    status: u16,
    content_type: Option<String>,
}

impl KeptAnswer {
    pub(crate) fn to_bytes(&self) -> Vec<u8> {
        let head = Head {
            status: self.status,
            content_type: self.content_type.clone(),
        };
        let mut bytes = serde_json::to_vec(&head).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        bytes
    }

    pub(crate) fn from_bytes(bytes: &[u8]) -> Option<KeptAnswer> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        Some(KeptAnswer {
            status: head.status,
            content_type: head.content_type,
            body: bytes[end + 1..].to_vec(),
        })
    }
}
