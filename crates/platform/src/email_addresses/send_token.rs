//! `PUT /v3/email/address-verify/{email_address_id}/send`: mails a token that proves that somebody reads what arrives there. Mail goes to
//! the simulator's mailbox.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::email_addresses::{self, EmailAddress, TokenHash};
use postern_store::mailbox::{self, Mail};
use postern_store::{Lane, Tx};
use secrecy::{ExposeSecret as _, SecretString};

use super::{NOT_FOUND, number};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

const TOKEN_SECONDS: i64 = 24 * 3600;

/// A token as it is mailed, and as it is remembered.
pub(super) struct Token {
    text: SecretString,
    hash: TokenHash,
}

impl Token {
    pub(super) fn new(state: &PlatformState) -> Token {
        let text = postern_vault::token();
        let hashed = (state.peppers)().hash_current(text.expose_secret().as_bytes());
        Token {
            text,
            hash: TokenHash {
                hash: hashed.hash,
                pepper_version: hashed.version,
            },
        }
    }

    /// Expects this token from now on and mails it. `None`: no such address of this account.
    pub(super) fn mail(
        &self,
        tx: &mut Tx<'_>,
        account: AccountId,
        address: i64,
        now: UnixMicros,
    ) -> postern_store::Result<Option<EmailAddress>> {
        let expires_at = now.plus_secs(TOKEN_SECONDS);
        let found = email_addresses::expect_token(tx, account, address, &self.hash, expires_at)?;
        if let Some(found) = &found {
            let mail = Mail {
                recipient: found.email_address.clone(),
                subject: "Verify your email address".to_owned(),
                body: format!(
                    "To verify this address send\n\nPUT /v3/email/address-verify/{address}/verify/{}\n\nwithin 24 hours.",
                    self.text.expose_secret()
                ),
            };
            mailbox::deliver(tx, account, &mail, now)?;
        }
        Ok(found)
    }
}

pub(crate) async fn send_token(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(address): Path<String>,
) -> Result<Response, ApiError> {
    let (id, address) = (account.id, number(&address)?);
    let (now, token) = (state.now(), Token::new(&state));
    state
        .store
        .write(Lane::of(id.0), move |tx| token.mail(tx, id, address, now))
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success("Verification email has been sent.", ()))
}
