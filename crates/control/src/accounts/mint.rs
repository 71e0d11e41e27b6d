//! A new account of the platform, as a row to be stored and an API key to be shown.

use postern_domain::money::{Currency, Micros};
use postern_domain::phone::CountryCode;
use postern_store::accounts::{API_KEY_FIELD, NewAccount, sealing_owner};
use postern_store::settings::TENANT;
use postern_vault::{Aad, OpenError, Peppers, Sealed, Vault, random};
use secrecy::{ExposeSecret as _, SecretString};
use uuid::Builder;

/// What accounts get that nobody asked for otherwise.
#[derive(Clone, Debug)]
pub struct AccountDefaults {
    pub currency: Currency,
    pub country: CountryCode,
    /// IANA name.
    pub timezone: String,
    /// Segments at which a text is cut.
    pub char_limit_parts: u32,
}

/// An account that exists once `account` is stored.
pub struct MintedAccount {
    pub account: NewAccount,
    /// The password of its user name on the platform's API.
    pub api_key: SecretString,
}

/// With the defaults, no credit, and an e-mail address made of the user name if that is none itself.
pub fn mint_account(
    vault: &Vault,
    peppers: &Peppers,
    defaults: &AccountDefaults,
    username: &str,
    sandbox: bool,
) -> MintedAccount {
    let api_key = new_api_key();
    let hash = peppers.hash_current(api_key.expose_secret().as_bytes());
    let email = if username.contains('@') {
        username.to_owned()
    } else {
        format!("{username}@postern.invalid")
    };
    let account = NewAccount {
        username: username.to_owned(),
        api_key_hash: hash.hash,
        pepper_version: hash.version,
        api_key_sealed: seal_api_key(vault, username, &api_key).0,
        email,
        phone: String::new(),
        first_name: String::new(),
        last_name: String::new(),
        country: defaults.country,
        timezone: defaults.timezone.clone(),
        currency: defaults.currency,
        balance: Micros::ZERO,
        sandbox,
        char_limit_parts: defaults.char_limit_parts,
    };
    MintedAccount { account, api_key }
}

/// The platform's keys look as ClickSend's do: a UUID in upper case.
pub(crate) fn new_api_key() -> SecretString {
    SecretString::from(
        Builder::from_random_bytes(random())
            .into_uuid()
            .to_string()
            .to_uppercase(),
    )
}

pub(crate) fn seal_api_key(vault: &Vault, username: &str, api_key: &SecretString) -> Sealed {
    let owner = sealing_owner(username);
    vault.seal(
        &Aad {
            tenant: TENANT,
            owner: &owner,
            field: API_KEY_FIELD,
        },
        api_key.expose_secret().as_bytes(),
    )
}

pub(crate) fn open_api_key(
    vault: &Vault,
    username: &str,
    sealed: &[u8],
) -> Result<SecretString, OpenError> {
    let owner = sealing_owner(username);
    vault.open_text(
        &Aad {
            tenant: TENANT,
            owner: &owner,
            field: API_KEY_FIELD,
        },
        sealed,
    )
}

pub(crate) fn rewrap_api_key(
    vault: &Vault,
    username: &str,
    sealed: &[u8],
) -> Result<Option<Sealed>, OpenError> {
    let owner = sealing_owner(username);
    vault.rewrap(
        &Aad {
            tenant: TENANT,
            owner: &owner,
            field: API_KEY_FIELD,
        },
        sealed,
    )
}
