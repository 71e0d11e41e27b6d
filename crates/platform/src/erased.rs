//! People who opted out and were erased since (`postern privacy erase`): lists that bring them back do not reach them.

use postern_domain::account::AccountId;
use postern_domain::contact::Field;
use postern_store::contacts::Contact;
use postern_store::kept_opt_outs::{self, KEY_FIELD, KEY_OWNER};
use postern_store::settings::TENANT;
use postern_store::{Result, Tx};
use postern_vault::{Aad, Pepper, Peppers};

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
        let aad = Aad {
            tenant: TENANT,
            owner: KEY_OWNER,
            field: KEY_FIELD,
        };
        let secret = state.vault.open_sealed(&aad, &sealed);
        let secret = secret.map_err(ApiError::Sealed)?;
        Ok(Erased(Peppers::new([Pepper { version: 1, secret }])))
    }

    /// The contacts that are none of them.
    pub(crate) fn left_out(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        contacts: Vec<Contact>,
    ) -> Result<Vec<Contact>> {
        let Some(key) = &self.0 else {
            return Ok(contacts);
        };
        let mut others = Vec::with_capacity(contacts.len());
        for contact in contacts {
            let mut known = false;
            for way in [Field::PhoneNumber, Field::Email] {
                let way = contact.fields.get(way);
                let hash = key.hash_current(kept_opt_outs::hashed_text(account, way).as_bytes());
                known |= !way.is_empty() && kept_opt_outs::is_kept(tx, account, &hash.hash)?;
            }
            if !known {
                others.push(contact);
            }
        }
        Ok(others)
    }
}
