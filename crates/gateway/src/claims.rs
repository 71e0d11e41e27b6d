//! By what two sends are the same one: the caller's own `Idempotency-Key`, or what the call is. Kept as keyed digests, so that nobody
//! learns from them what was sent; answers that are kept for a repeat are sealed.

use std::sync::Arc;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, HeaderName, HeaderValue};
use postern_domain::time::{Clock, UnixMicros};
use postern_store::sends::{self, CLAIM_KEY, CLAIM_KEY_FIELD, SEALED_BY};
use postern_store::settings::TENANT;
use postern_store::{Lane, Store, settings};
use postern_vault::{Aad, DigestKey, OpenError, Vault};
use secrecy::ExposeSecret as _;

use crate::refusal::Refusal;

pub(crate) const IDEMPOTENCY_KEY: HeaderName = HeaderName::from_static("idempotency-key");
/// Of an `Idempotency-Key`.
const KEY_BYTES_MAX: usize = 255;

/// How long an `Idempotency-Key` is remembered, from its first use.
pub(crate) const KEY_KEPT_SECONDS: i64 = 24 * 3600;
/// How long a repeat is recognised whose first answer was cut: nobody has seen it.
pub(crate) const CUT_KEPT_SECONDS: i64 = 24 * 3600;
/// How long a repeat is recognised whose first answer took so long that the caller may have given up.
pub(crate) const SLOW_KEPT_SECONDS: i64 = 600;
/// From then on an answer is slow. (Clients give up after 30 s at the earliest that we know of.)
pub(crate) const SLOW_AFTER: Duration = Duration::from_secs(10);

/// What the gateway recognises repeats with, and seals what it keeps of them. Cheap to clone.
#[derive(Clone)]
pub struct Claims {
    key: Arc<DigestKey>,
    vault: Vault,
}

#[derive(Debug, thiserror::Error)]
pub enum ClaimsError {
    #[error(transparent)]
    Store(#[from] postern_store::Error),
    #[error("the key that recognises repeated sends cannot be opened: {0}")]
    Open(#[from] OpenError),
    #[error("the key that recognises repeated sends is damaged")]
    Damaged,
}

/// Two calls with the same hash are the same send.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Claim {
    pub(crate) hash: [u8; 32],
    /// With an `Idempotency-Key`: what it is used for.
    pub(crate) digest: Option<[u8; 32]>,
}

/// Who calls what.
#[derive(Clone, Copy)]
pub(crate) struct Scope<'a> {
    pub(crate) key_id: &'a str,
    pub(crate) connection_id: &'a str,
    pub(crate) method: &'a str,
    /// In its normal form.
    pub(crate) path: &'a str,
    pub(crate) query: &'a str,
}

impl Claims {
    /// Reads the key, or makes the first one.
    ///
    /// # Errors
    /// The store fails, or the vault's key is another than the one that sealed this one.
    pub async fn open(store: &Store, vault: &Vault, clock: &Clock) -> Result<Claims, ClaimsError> {
        let fresh = vault.seal(&key_aad(), DigestKey::create().bytes());
        let (fresh, now) = (STANDARD.encode(fresh.0), clock());
        let kept = store
            .write(Lane::CONTROL, move |tx| {
                if let Some(kept) = settings::get(tx, CLAIM_KEY)? {
                    return Ok(kept);
                }
                settings::put(tx, CLAIM_KEY, &fresh, now)?;
                Ok(fresh.clone())
            })
            .await?;
        let sealed = STANDARD.decode(kept).map_err(|_| ClaimsError::Damaged)?;
        let bytes = vault.open_sealed(&key_aad(), &sealed)?;
        let key = DigestKey::from_bytes(bytes.expose_secret()).ok_or(ClaimsError::Damaged)?;
        Ok(Claims {
            key: key.into(),
            vault: vault.clone(),
        })
    }

    /// By the caller's own key: everything else may not differ.
    pub(crate) fn named(&self, scope: Scope<'_>, name: &str, body: &[u8]) -> Claim {
        let hash = self.key.digest(
            "send by name",
            &[
                scope.key_id.as_bytes(),
                scope.connection_id.as_bytes(),
                scope.method.as_bytes(),
                scope.path.as_bytes(),
                name.as_bytes(),
            ],
        );
        let digest = self
            .key
            .digest("content of a send", &[scope.query.as_bytes(), body]);
        Claim {
            hash,
            digest: Some(digest),
        }
    }

    /// By what the call is.
    pub(crate) fn derived(&self, scope: Scope<'_>, body: &[u8]) -> Claim {
        let hash = self.key.digest(
            "send by content",
            &[
                scope.key_id.as_bytes(),
                scope.connection_id.as_bytes(),
                scope.method.as_bytes(),
                scope.path.as_bytes(),
                scope.query.as_bytes(),
                body,
            ],
        );
        Claim { hash, digest: None }
    }

    pub(crate) fn key(&self) -> &DigestKey {
        &self.key
    }

    pub(crate) fn seal(&self, send_id: &str, field: &str, content: &[u8]) -> Vec<u8> {
        let owner = sends::sealing_owner(send_id);
        self.vault.seal(&aad(&owner, field), content).0
    }

    /// `None`: it was sealed under a key that is gone, or damaged.
    pub(crate) fn unseal(&self, send_id: &str, field: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let owner = sends::sealing_owner(send_id);
        let opened = self.vault.open_sealed(&aad(&owner, field), sealed);
        match opened {
            Ok(bytes) => Some(bytes.expose_secret().to_vec()),
            Err(error) => {
                tracing::error!(send.id = send_id, field, %error, "what is sealed with a send cannot be opened");
                None
            }
        }
    }
}

impl Claim {
    /// As it is stored with the send.
    pub(crate) fn stored(&self, until: Option<UnixMicros>) -> sends::Claim {
        sends::Claim {
            hash: self.hash,
            digest: self.digest,
            until,
        }
    }

    /// When the claim of a send ends whose answer is known: of a named one by the clock, of a derived one when its answer has left.
    pub(crate) fn until(&self, started: UnixMicros) -> Option<UnixMicros> {
        self.digest
            .is_some()
            .then(|| started.plus_secs(KEY_KEPT_SECONDS))
    }
}

/// The caller's own name for a send.
///
/// # Errors
/// It is there several times, empty, too long, or no visible ASCII: such a wish must not become a send without it.
pub(crate) fn idempotency_key(headers: &HeaderMap) -> Result<Option<&str>, Refusal> {
    let mut values = headers.get_all(IDEMPOTENCY_KEY).iter();
    let usable = |value: &HeaderValue| {
        let bytes = value.as_bytes();
        (1..=KEY_BYTES_MAX).contains(&bytes.len())
            && bytes.iter().all(|byte| (0x20..0x7f).contains(byte))
    };
    match (values.next(), values.next()) {
        (None, _) => Ok(None),
        (Some(value), None) if usable(value) => Ok(value.to_str().ok()),
        _ => Err(Refusal::IdempotencyKey),
    }
}

fn key_aad() -> Aad<'static> {
    aad(SEALED_BY, CLAIM_KEY_FIELD)
}

fn aad<'a>(owner: &'a str, field: &'a str) -> Aad<'a> {
    Aad {
        tenant: TENANT,
        owner,
        field,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_one_short_line() {
        let read = |values: &[&str]| {
            let mut headers = HeaderMap::new();
            for value in values {
                headers.append(
                    IDEMPOTENCY_KEY,
                    HeaderValue::from_bytes(value.as_bytes()).expect("value"),
                );
            }
            idempotency_key(&headers)
                .map(|key| key.map(str::to_owned))
                .map_err(|refusal| refusal.word())
        };
        assert_eq!(read(&[]), Ok(None));
        assert_eq!(
            read(&["order-7 again"]),
            Ok(Some("order-7 again".to_owned()))
        );
        for bad in [&[""][..], &["a", "a"], &["ä"], &[&"x".repeat(256)]] {
            assert_eq!(read(bad), Err("invalid_request"), "{bad:?}");
        }
    }
}
