//! Connect links. The token is derived from the connection's nonce under a vault key and never stored, so whoever may
//! see it again gets the same one, and a copy of the store holds none.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_domain::time::UnixMicros;
use postern_store::connections::ConnectionRow;
use postern_vault::Vault;
use uuid::Uuid;

/// How long a link works.
pub(crate) const LINK_SECONDS: i64 = 30 * 60;
const NONCE_BYTES: usize = 32;
const TAG_BYTES: usize = 32;
const ID_BYTES: usize = 16;

/// The name of the parameter, as existing clients know it.
pub(crate) const PARAMETER: &str = "session_token";

/// What a new link is derived from.
pub(crate) fn new_nonce() -> Vec<u8> {
    postern_vault::random::<NONCE_BYTES>().to_vec()
}

/// The outstanding link of a connection: a nonce and when it ends.
fn session(row: &ConnectionRow) -> Option<(&[u8], UnixMicros)> {
    row.session_nonce.as_deref().zip(row.session_expires_at)
}

/// The URL to hand out: with the token while a link is outstanding and has not expired, else the bare page.
pub(crate) fn url(
    vault: &Vault,
    connect_url: &str,
    row: &ConnectionRow,
    now: UnixMicros,
) -> String {
    let live = session(row).filter(|(_, expires_at)| *expires_at > now);
    match live.and_then(|(nonce, expires_at)| token(vault, &row.connection_id, nonce, expires_at)) {
        Some(token) => format!("{connect_url}?{PARAMETER}={token}"),
        None => connect_url.to_owned(),
    }
}

fn token(
    vault: &Vault,
    connection_id: &str,
    nonce: &[u8],
    expires_at: UnixMicros,
) -> Option<String> {
    let id = Uuid::parse_str(connection_id).ok()?.into_bytes();
    let tag = vault.mac(
        "connect-link",
        &[connection_id.as_bytes(), nonce, &expires_at.0.to_be_bytes()],
    );
    Some(URL_SAFE_NO_PAD.encode([&id[..], &tag[..]].concat()))
}

/// A token as it was brought, not proven yet.
pub(crate) struct Brought {
    pub(crate) connection_id: String,
    tag: Vec<u8>,
}

/// What a brought token is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Worth {
    Good,
    /// It was good until its half hour was over.
    Expired,
    /// Spent, replaced by a newer link, or never ours. These cannot be told apart without storing more.
    Void,
}

impl Brought {
    /// `None`: not a token at all, for instance cut off by a mail program.
    pub(crate) fn read(token: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(token).ok()?;
        let (id, tag) = bytes.split_first_chunk::<ID_BYTES>()?;
        (tag.len() == TAG_BYTES).then(|| Self {
            connection_id: Uuid::from_bytes(*id).to_string(),
            tag: tag.to_vec(),
        })
    }

    pub(crate) fn worth(&self, vault: &Vault, row: &ConnectionRow, now: UnixMicros) -> Worth {
        let Some((nonce, expires_at)) = session(row) else {
            return Worth::Void;
        };
        let parts = [
            row.connection_id.as_bytes(),
            nonce,
            &expires_at.0.to_be_bytes(),
        ];
        if !vault.verify_mac("connect-link", &parts, &self.tag) {
            Worth::Void
        } else if expires_at <= now {
            Worth::Expired
        } else {
            Worth::Good
        }
    }
}

/// The hidden field of the form: bound to this link, so that a form for one link cannot post another.
pub(crate) fn form_token(vault: &Vault, row: &ConnectionRow) -> String {
    let nonce = row.session_nonce.as_deref().unwrap_or_default();
    URL_SAFE_NO_PAD.encode(vault.mac("connect-form", &[row.connection_id.as_bytes(), nonce]))
}

pub(crate) fn is_form_token(vault: &Vault, row: &ConnectionRow, presented: &str) -> bool {
    let nonce = row.session_nonce.as_deref().unwrap_or_default();
    let presented = URL_SAFE_NO_PAD.decode(presented).unwrap_or_default();
    vault.verify_mac(
        "connect-form",
        &[row.connection_id.as_bytes(), nonce],
        &presented,
    )
}

#[cfg(test)]
mod tests;
