//! People who decide: signing in with a password or a one-time link, and the sessions that follow. Never an API key.

mod attempts;
mod entry;
mod session;

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::Arc;

use postern_domain::time::{Clock, UnixMicros};
use postern_store::audit::{self, Entry};
use postern_store::operators::{self, Operator};
use postern_store::{Lane, Store};
use postern_vault::{Vault, hash_password, is_password, token, token_hash};
use secrecy::{ExposeSecret as _, SecretString};
use tokio::sync::Semaphore;

use crate::id::time_ordered;
pub use attempts::{Attempts, AttemptsPerWindow, TooMany};
pub use entry::operator_entry;
pub use session::{Acting, InConsole, SESSION_PREFIX};

/// A session ends when nobody used it for so long.
pub const IDLE_SECONDS: i64 = 60 * 60;
/// A session ends then, however much it is used.
pub const SESSION_SECONDS: i64 = 12 * 60 * 60;
/// A one-time link works for so long.
pub const LINK_SECONDS: i64 = 10 * 60;
pub const PASSWORD_CHARS_MIN: usize = 12;
/// Hashing takes as long as it takes: a longer text would only take memory.
pub const PASSWORD_BYTES_MAX: usize = 1024;
pub const NAME_CHARS_MAX: usize = 64;
/// No more are made.
const NAMES_MAX: i64 = 1_000;

/// Passwords that are hashed at once. Each takes 19 MiB and a core.
const HASHING_MAX: usize = 2;
/// Beside those, so many wait; more are sent away.
const WAITING_MAX: usize = 32;
/// Failed sign-ins in a quarter of an hour, before the next has to wait until it is over.
const FAILURES: AttemptsPerWindow = AttemptsPerWindow {
    window_seconds: 15 * 60,
    of_address: 20,
    of_name: 10,
};

/// Who is at the door.
#[derive(Clone, Debug)]
pub struct Visitor {
    pub peer: IpAddr,
    pub request_id: String,
}

/// A session that has just begun.
pub struct SignedIn {
    pub operator_id: String,
    pub name: String,
    /// For the cookie, or for `Authorization: Bearer`. It is not kept.
    pub token: SecretString,
    pub expires_at: UnixMicros,
}

#[derive(Debug, thiserror::Error)]
pub enum SignInError {
    /// Wrong password, disabled, or nobody of that name: which of them is not said.
    #[error("name or password is wrong")]
    Wrong,
    /// The link was used, replaced, or is too old.
    #[error("this link does not work any more")]
    Link,
    #[error("too many failed attempts")]
    TooMany(TooMany),
    #[error(transparent)]
    Store(#[from] postern_store::Error),
}

/// The one place where operators sign in.
pub struct Operators {
    store: Store,
    vault: Vault,
    clock: Clock,
    attempts: Attempts,
    hashing: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// What the password of somebody who does not exist is held against, so that it takes as long.
    decoy: String,
}

/// The form in which names are kept: whatever case people type. `None`: no operator has such a name.
pub fn operator_name(text: &str) -> Option<String> {
    let name = text.trim().to_lowercase();
    let fits = !name.is_empty()
        && name.chars().count() <= NAME_CHARS_MAX
        && name
            .chars()
            .all(|c| c.is_alphanumeric() || matches!(c, '.' | '-' | '_' | '@' | '+'));
    fits.then_some(name)
}

impl Operators {
    pub fn new(store: Store, vault: Vault, clock: Clock) -> Operators {
        Operators {
            store,
            vault,
            clock,
            attempts: Attempts::new(FAILURES),
            hashing: Arc::new(Semaphore::new(HASHING_MAX)),
            waiting: Arc::new(Semaphore::new(HASHING_MAX + WAITING_MAX)),
            decoy: hash_password(&token()),
        }
    }

    /// Every failure costs the address and the name one of their attempts, whether such an operator exists or not.
    pub async fn sign_in(
        &self,
        name: &str,
        password: SecretString,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let now = (self.clock)();
        let tried = operator_name(name).unwrap_or_default();
        let attempt = self
            .attempts
            .take(visitor.peer, &tried, now)
            .map_err(SignInError::TooMany)?;
        let wanted = tried.clone();
        let found = self
            .store
            .read(move |tx| operators::by_name(tx, &wanted))
            .await?;
        let stored = found
            .as_ref()
            .map_or_else(|| self.decoy.clone(), |found| found.password_hash.clone());
        let fits = self.fits(password, stored).await?;
        match found {
            Some(operator) if fits && operator.disabled_at.is_none() => {
                let signed_in = self.begin(&operator, "password", visitor).await?;
                self.attempts.forgive(attempt);
                Ok(signed_in)
            }
            found => {
                self.refuse(found.as_ref(), visitor).await?;
                Err(SignInError::Wrong)
            }
        }
    }

    /// Makes a one-time link's token; `None`: the operator is disabled, or gone. `entry` goes on record with it.
    pub async fn link(
        &self,
        operator_id: &str,
        entry: Entry,
    ) -> postern_store::Result<Option<SecretString>> {
        let (id, token) = (operator_id.to_owned(), token());
        let hash = token_hash(token.expose_secret().as_bytes());
        let expires_at = (self.clock)().plus_secs(LINK_SECONDS);
        let made = self.store.write(Lane::CONTROL, move |tx| {
            let made = operators::link(tx, &id, &hash, expires_at)?;
            if made {
                audit::record(tx, &entry)?;
            }
            Ok(made)
        });
        Ok(made.await?.then_some(token))
    }

    /// Spends a one-time link. A token of 256 bits is not guessed, so failures are not counted.
    pub async fn sign_in_by_link(
        &self,
        link: &str,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let now = (self.clock)();
        let (link, token, hash) = new_token(link);
        let (visitor, expires_at) = (visitor.clone(), now.plus_secs(SESSION_SECONDS));
        let spent = self.store.write(Lane::CONTROL, move |tx| {
            let Some((id, name)) = operators::spend_link(tx, &link, now)? else {
                return Ok(None);
            };
            if !operators::begin_session(tx, &hash, &id, expires_at, now)? {
                return Ok(None);
            }
            let entry = operator_entry(&id, &visitor, now, "operator.sign_in");
            let detail = r#"{"by":"link"}"#.to_owned();
            audit::record(tx, &Entry { detail, ..entry })?;
            Ok(Some((id, name)))
        });
        let (operator_id, name) = spent.await?.ok_or(SignInError::Link)?;
        Ok(SignedIn {
            operator_id,
            name,
            token,
            expires_at,
        })
    }

    /// The hash of a new password, made where it holds nobody up.
    pub async fn hash(&self, password: SecretString) -> Result<String, SignInError> {
        self.blocking(move || hash_password(&password)).await
    }

    async fn fits(&self, password: SecretString, stored: String) -> Result<bool, SignInError> {
        let too_long = password.expose_secret().len() > PASSWORD_BYTES_MAX;
        let password = if too_long { token() } else { password };
        self.blocking(move || is_password(&password, &stored)).await
    }

    async fn blocking<T: Send + 'static>(
        &self,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, SignInError> {
        let busy = || SignInError::TooMany(TooMany { after_seconds: 1 });
        let _place = self.waiting.try_acquire().map_err(|_| busy())?;
        let permit = self.hashing.clone().acquire_owned().await;
        let worked = tokio::task::spawn_blocking(move || {
            let _permit = permit;
            work()
        });
        worked.await.map_err(|error| {
            tracing::error!(%error, "a password could not be hashed");
            busy()
        })
    }

    async fn begin(
        &self,
        operator: &Operator,
        by: &'static str,
        visitor: &Visitor,
    ) -> Result<SignedIn, SignInError> {
        let now = (self.clock)();
        let (_, token, hash) = new_token("");
        let expires_at = now.plus_secs(SESSION_SECONDS);
        let id = operator.operator_id.clone();
        let entry = Entry {
            detail: format!(r#"{{"by":"{by}"}}"#),
            ..operator_entry(&id, visitor, now, "operator.sign_in")
        };
        let begun = self.store.write(Lane::CONTROL, move |tx| {
            let begun = operators::begin_session(tx, &hash, &id, expires_at, now)?;
            if begun {
                audit::record(tx, &entry)?;
            }
            Ok(begun)
        });
        if !begun.await? {
            return Err(SignInError::Wrong);
        }
        Ok(SignedIn {
            operator_id: operator.operator_id.clone(),
            name: operator.name.clone(),
            token,
            expires_at,
        })
    }

    /// The name that was typed is not kept: people type passwords there.
    async fn refuse(&self, found: Option<&Operator>, visitor: &Visitor) -> Result<(), SignInError> {
        let id = found.map_or("", |operator| operator.operator_id.as_str());
        let now = (self.clock)();
        let entry = Entry {
            decision: "refused".to_owned(),
            code: Some("wrong_credentials".to_owned()),
            outcome: None,
            ..operator_entry(id, visitor, now, "operator.sign_in")
        };
        let kept = self
            .store
            .write(Lane::CONTROL, move |tx| audit::record(tx, &entry));
        Ok(kept.await?)
    }
}

/// The hash of what was brought, a new session's token, and its hash.
fn new_token(brought: &str) -> ([u8; 32], SecretString, [u8; 32]) {
    let token = SecretString::from(format!("{SESSION_PREFIX}{}", token().expose_secret()));
    let hash = token_hash(token.expose_secret().as_bytes());
    (token_hash(brought.as_bytes()), token, hash)
}

impl Operators {
    /// An id for a new operator.
    pub fn new_id(&self) -> String {
        time_ordered((self.clock)())
    }
}

impl Operators {
    /// The names of all operators, by their ids.
    pub async fn names(&self) -> postern_store::Result<HashMap<String, String>> {
        let all = self
            .store
            .read(|tx| operators::page(tx, "", NAMES_MAX))
            .await?;
        Ok(all
            .into_iter()
            .map(|operator| (operator.operator_id, operator.name))
            .collect())
    }
}
