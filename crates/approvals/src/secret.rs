//! What calls about approvals are signed with: made once for the installation, kept sealed.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_store::settings::{self, TENANT};
use postern_store::{Lane, Tx};
use postern_vault::{Aad, OpenError, Sealed, Vault, webhook};
use secrecy::SecretSlice;

use crate::service::{Approvals, Unreadable};

/// The setting that holds it, sealed, in base64.
pub const SECRET: &str = "approvals_webhook_secret";

const AAD: Aad<'static> = Aad {
    tenant: TENANT,
    owner: "installation",
    field: SECRET,
};

/// Why there is none.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NoSecret {
    #[error(transparent)]
    Store(#[from] postern_store::Error),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Approvals {
    /// `whsec_…`, for whoever checks our signatures.
    pub async fn secret_text(&self) -> Result<secrecy::SecretString, Unreadable> {
        let secret = self.secret().await.map_err(|error| {
            tracing::error!(%error, "the secret to sign with cannot be read");
            Unreadable
        })?;
        Ok(webhook::secret_text(&secret))
    }

    pub(crate) async fn secret(&self) -> Result<SecretSlice<u8>, NoSecret> {
        let store = &self.parts.store;
        let kept = match store.read(|tx| settings::get(tx, SECRET)).await? {
            Some(kept) => kept,
            None => {
                use secrecy::ExposeSecret as _;
                let made = webhook::create_secret();
                let sealed = self.parts.vault.seal(&AAD, made.expose_secret());
                let (text, now) = (STANDARD.encode(sealed.0), self.now());
                let make = move |tx: &mut Tx<'_>| {
                    if let Some(known) = settings::get(tx, SECRET)? {
                        return Ok(known);
                    }
                    settings::put(tx, SECRET, &text, now)?;
                    Ok(text.clone())
                };
                store.write(Lane::CONTROL, make).await?
            }
        };
        let sealed = STANDARD.decode(kept).map_err(|_| Unreadable)?;
        let opened = self.parts.vault.open_sealed(&AAD, &sealed);
        Ok(opened.map_err(|_| Unreadable)?)
    }
}

/// The value of [`SECRET`] under the newest vault key; `None`: it is already.
pub fn rewrap_secret(vault: &Vault, kept: &str) -> Result<Option<Sealed>, OpenError> {
    let sealed = STANDARD.decode(kept).map_err(|_| OpenError::Malformed)?;
    vault.rewrap(&AAD, &sealed)
}
