//! People who opted out and were erased since (`postern privacy erase`): lists that bring them back do not reach them.

use postern_domain::account::AccountId;
use postern_domain::contact::Field;
use postern_store::contacts::Contact;
use postern_store::kept_opt_outs::{self, KEY_FIELD, KEY_OWNER};
use postern_store::settings::TENANT;
use postern_store::{Error, Result, Tx};
use postern_vault::{Aad, OpenError, Pepper, Peppers, Vault};

use crate::error::ApiError;
use crate::state::PlatformState;

/// What tells them from others; nothing where an account has none, which is nearly always.
pub(crate) struct Erased(Option<Peppers>);

impl Erased {
    pub(crate) async fn of(
        state: &PlatformState,
        account: AccountId,
    ) -> std::result::Result<Erased, ApiError> {
        let read = move |tx: &mut Tx<'_>| match kept_opt_outs::any(tx, account)? {
            true => kept_opt_outs::key(tx),
            false => Ok(None),
        };
        let Some(sealed) = state.store.read(read).await? else {
            return Ok(Erased(None));
        };
        opened(&state.vault, &sealed).map_err(ApiError::Sealed)
    }

    /// The same for whoever knows that there are some, and is in a unit of work.
    pub(crate) fn in_unit(tx: &mut Tx<'_>, vault: &Vault) -> Result<Erased> {
        let Some(sealed) = kept_opt_outs::key(tx)? else {
            return Ok(Erased(None));
        };
        opened(vault, &sealed).map_err(|_| Error::Inconsistent {
            table: "opt_out_key",
            id: TENANT.to_string(),
        })
    }

    /// Whether a number or an e-mail address is one of theirs.
    pub(crate) fn knows(&self, tx: &mut Tx<'_>, account: AccountId, way: &str) -> Result<bool> {
        let Some(key) = self.0.as_ref().filter(|_| !way.is_empty()) else {
            return Ok(false);
        };
        let hash = key.hash_current(kept_opt_outs::hashed_text(account, way).as_bytes());
        kept_opt_outs::is_kept(tx, account, &hash.hash)
    }

    /// The contacts that are none of them.
    pub(crate) fn left_out(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        contacts: Vec<Contact>,
    ) -> Result<Vec<Contact>> {
        if self.0.is_none() {
            return Ok(contacts);
        }
        let mut others = Vec::with_capacity(contacts.len());
        for contact in contacts {
            let mut known = false;
            for way in [Field::PhoneNumber, Field::Email] {
                known = known || self.knows(tx, account, contact.fields.get(way))?;
            }
            if !known {
                others.push(contact);
            }
        }
        Ok(others)
    }
}

fn opened(vault: &Vault, sealed: &[u8]) -> std::result::Result<Erased, OpenError> {
    let aad = Aad {
        tenant: TENANT,
        owner: KEY_OWNER,
        field: KEY_FIELD,
    };
    let secret = vault.open_sealed(&aad, sealed)?;
    Ok(Erased(Peppers::new([Pepper { version: 1, secret }])))
}
