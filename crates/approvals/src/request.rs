//! A request as it was asked for, byte for byte.

use postern_guard::Approved;
use serde::{Deserialize, Serialize};

/// Headers that say what the body is and what is wanted back; nothing else of a caller's head is kept or sent.
pub const KEPT_HEADERS: [&str; 5] = [
    "accept",
    "content-encoding",
    "content-language",
    "content-type",
    "idempotency-key",
];

/// What is sealed, shown and sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeldRequest {
    pub method: String,
    /// Native path in its normal form, with the query.
    pub target: String,
    /// Of [`KEPT_HEADERS`], in their order.
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// What the person is shown beside the bytes.
    pub approved: Approved,
    /// So that the digest tells nothing about a request that could be guessed.
    pub salt: [u8; 16],
}

/// One line of JSON in front of the body.
#[derive(Serialize, Deserialize)]
struct Head {
    method: String,
    target: String,
    headers: Vec<(String, String)>,
    cost_micros: Option<i64>,
    currency: Option<String>,
    sending: [u8; 32],
    salt: [u8; 16],
}

impl HeldRequest {
    pub fn to_bytes(&self) -> Vec<u8> {
        let head = Head {
            method: self.method.clone(),
            target: self.target.clone(),
            headers: self.headers.clone(),
            cost_micros: self.approved.cost.map(|cost| cost.0),
            currency: self.approved.currency.map(|currency| currency.to_string()),
            sending: self.approved.sending,
            salt: self.salt,
        };
        let mut bytes = serde_json::to_vec(&head).unwrap_or_default();
        bytes.push(b'\n');
        bytes.extend_from_slice(&self.body);
        bytes
    }

    /// `None`: these are not the bytes of a request of ours.
    pub fn from_bytes(bytes: &[u8]) -> Option<HeldRequest> {
        let end = bytes.iter().position(|byte| *byte == b'\n')?;
        let head: Head = serde_json::from_slice(&bytes[..end]).ok()?;
        let currency = match head.currency {
            Some(text) => Some(text.parse().ok()?),
            None => None,
        };
        Some(HeldRequest {
            method: head.method,
            target: head.target,
            headers: head.headers,
            body: bytes[end + 1..].to_vec(),
            approved: Approved {
                cost: head.cost_micros.map(postern_domain::money::Micros),
                currency,
                sending: head.sending,
            },
            salt: head.salt,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn every_byte_comes_back(
            target in "/[ -~]{0,40}", value in "[ -~]{0,20}", body in prop::collection::vec(any::<u8>(), 0..200),
            cost in prop::option::of(any::<i64>()), sending in any::<[u8; 32]>(), salt in any::<[u8; 16]>(),
        ) {
            let request = HeldRequest {
                method: "POST".into(),
                target,
                headers: vec![("content-type".into(), value)],
                body,
                approved: Approved { cost: cost.map(postern_domain::money::Micros), currency: Some("USD".parse().unwrap()), sending },
                salt,
            };
            prop_assert_eq!(HeldRequest::from_bytes(&request.to_bytes()), Some(request));
        }

        #[test]
        fn whatever_is_no_request_is_none(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert_eq!(HeldRequest::from_bytes(&bytes), None);
        }
    }
}
