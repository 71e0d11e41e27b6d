//! Who is acting in a session, and the tokens of its forms.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use postern_store::{Lane, audit, operators};
use postern_vault::token_hash;

use super::{IDLE_SECONDS, Operators, Visitor, operator_entry};

/// What a session's token begins with, so that it is recognised where it does not belong.
pub const SESSION_PREFIX: &str = "pso_";
const TOKEN_BYTES: usize = SESSION_PREFIX.len() + 43;
/// That a session was used is written down this often.
const SEEN_EVERY_SECONDS: i64 = 60;

/// An operator who is signed in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    pub operator_id: String,
    pub name: String,
    session: [u8; 32],
}

/// Put into the extensions of a call within this process by whoever has proven the session: the console asks the control plane so. Nobody
/// outside can: extensions do not travel.
#[derive(Clone, Debug)]
pub struct InConsole(pub Acting);

impl Operators {
    /// Whose session `token` is; `None`: nobody's, or it has ended.
    pub async fn session(&self, token: &str) -> postern_store::Result<Option<Acting>> {
        if token.len() != TOKEN_BYTES || !token.starts_with(SESSION_PREFIX) {
            return Ok(None);
        }
        let (hash, now) = (token_hash(token.as_bytes()), (self.clock)());
        let idle_since = now.plus_secs(-IDLE_SECONDS);
        let found = self
            .store
            .read(move |tx| operators::session(tx, &hash, idle_since, now))
            .await?;
        let Some(found) = found else {
            return Ok(None);
        };
        if found.seen_at.plus_secs(SEEN_EVERY_SECONDS) <= now {
            self.store
                .write(Lane::CONTROL, move |tx| {
                    operators::see_session(tx, &hash, now)
                })
                .await?;
        }
        Ok(Some(Acting {
            operator_id: found.operator_id,
            name: found.name,
            session: hash,
        }))
    }

    pub async fn sign_out(&self, acting: &Acting, visitor: &Visitor) -> postern_store::Result<()> {
        let (session, now) = (acting.session, (self.clock)());
        let entry = operator_entry(&acting.operator_id, visitor, now, "operator.sign_out");
        let ended = self.store.write(Lane::CONTROL, move |tx| {
            if operators::end_session(tx, &session)? {
                audit::record(tx, &entry)?;
            }
            Ok(())
        });
        ended.await
    }

    /// What a form of this session carries, so that nobody else's form is taken for it.
    pub fn form_token(&self, acting: &Acting) -> String {
        self.form_token_for(&acting.session)
    }

    pub fn is_form_token(&self, acting: &Acting, presented: &str) -> bool {
        self.is_form_token_for(&acting.session, presented)
    }

    /// The same before anybody is signed in: bound to a random value in a cookie.
    pub fn form_token_for(&self, nonce: &[u8]) -> String {
        URL_SAFE_NO_PAD.encode(self.vault.mac("console-form", &[nonce]))
    }

    pub fn is_form_token_for(&self, nonce: &[u8], presented: &str) -> bool {
        let presented = URL_SAFE_NO_PAD.decode(presented).unwrap_or_default();
        self.vault.verify_mac("console-form", &[nonce], &presented)
    }
}
