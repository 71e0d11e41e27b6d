//! [`Approvals`]: what gateway, control and console share about sends that wait.

use std::sync::Arc;

use postern_domain::time::{Clock, UnixMicros};
use postern_store::approvals::{self, Approval, Field, Filter};
use postern_store::settings::TENANT;
use postern_store::{Lane, Store};
use postern_vault::{Aad, Peppers, Vault};
use secrecy::ExposeSecret as _;
use tokio::sync::{Notify, watch};

use crate::answer::KeptAnswer;
use crate::callback;
use crate::digest::{Owner, digest};
use crate::request::HeldRequest;

/// What the operator decides.
#[derive(Clone, Debug)]
pub struct Config {
    /// How long a send waits for a decision.
    pub expires_after_seconds: i64,
    /// Where people open the console: links in announcements lead there.
    pub console_url: String,
    /// Told, signed, of every send that begins to wait.
    pub webhook: Option<String>,
    /// Written to of every send that begins to wait.
    pub email: Option<String>,
}

pub struct Parts {
    pub store: Store,
    pub vault: Vault,
    /// Those in force.
    pub peppers: Arc<dyn Fn() -> Arc<Peppers> + Send + Sync>,
    pub clock: Clock,
    pub config: Config,
}

/// A sealed value that does not open, or opens to something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the request that waits cannot be read, or is not the one that was held")]
pub struct Unreadable;

pub struct Approvals {
    pub(crate) parts: Parts,
    /// Rung whenever one changes its state.
    pub(crate) changed: watch::Sender<u64>,
    /// Rung when something may be ready to be sent.
    pub approved: Arc<Notify>,
    /// Rung when somebody outside is to be told.
    pub(crate) notices: Arc<Notify>,
}

impl Approvals {
    pub fn new(parts: Parts) -> Approvals {
        Approvals {
            parts,
            changed: watch::Sender::new(0),
            approved: Arc::default(),
            notices: Arc::default(),
        }
    }

    pub fn now(&self) -> UnixMicros {
        (self.parts.clock)()
    }

    pub fn store(&self) -> &Store {
        &self.parts.store
    }

    /// To be called after a commit that changed one.
    pub fn ring(&self) {
        self.changed.send_modify(|count| *count += 1);
        self.notices.notify_one();
    }

    pub async fn get(&self, approval_id: &str) -> postern_store::Result<Option<Approval>> {
        let id = approval_id.to_owned();
        self.parts
            .store
            .read(move |tx| approvals::get(tx, &id))
            .await
    }

    /// From the newest backwards, before `before`.
    pub async fn page(
        &self,
        filter: Filter,
        before: Option<String>,
        limit: i64,
    ) -> postern_store::Result<Vec<Approval>> {
        self.parts
            .store
            .read(move |tx| approvals::page(tx, &filter, before.as_deref(), limit))
            .await
    }

    /// The request of an approval, if it is still kept. What is opened is what was held, or nothing.
    pub fn open(&self, approval: &Approval) -> Result<Option<HeldRequest>, Unreadable> {
        let Some(sealed) = &approval.request_sealed else {
            return Ok(None);
        };
        let bytes = self.open_field(approval, Field::Request, sealed)?;
        let request = HeldRequest::from_bytes(&bytes).ok_or(Unreadable)?;
        let owner = Owner {
            key_id: &approval.key_id,
            connection_id: &approval.connection_id,
            app: &approval.app,
        };
        match digest(owner, &request)[..] == approval.digest[..] {
            true => Ok(Some(request)),
            false => Err(Unreadable),
        }
    }

    /// The answer of one that was sent, if it is still kept.
    pub fn answer(&self, approval: &Approval) -> Result<Option<KeptAnswer>, Unreadable> {
        let Some(sealed) = &approval.answer_sealed else {
            return Ok(None);
        };
        let bytes = self.open_field(approval, Field::Answer, sealed)?;
        KeptAnswer::from_bytes(&bytes).map(Some).ok_or(Unreadable)
    }

    pub fn seal_answer(&self, approval_id: &str, answer: &KeptAnswer) -> Vec<u8> {
        self.seal(approval_id, Field::Answer, &answer.to_bytes())
    }

    pub(crate) fn seal(&self, approval_id: &str, field: Field, bytes: &[u8]) -> Vec<u8> {
        let owner = approvals::sealing_owner(approval_id);
        self.parts.vault.seal(&aad(&owner, field), bytes).0
    }

    fn open_field(
        &self,
        approval: &Approval,
        field: Field,
        sealed: &[u8],
    ) -> Result<Vec<u8>, Unreadable> {
        let owner = approvals::sealing_owner(&approval.approval_id);
        let opened = self.parts.vault.open_sealed(&aad(&owner, field), sealed);
        opened
            .map(|bytes| bytes.expose_secret().to_vec())
            .map_err(|error| {
                tracing::error!(approval.id = approval.approval_id, %error, "a held request cannot be opened");
                Unreadable
            })
    }

    /// Approved ones without an end.
    pub async fn ready(&self, limit: i64) -> postern_store::Result<Vec<Approval>> {
        self.parts
            .store
            .read(move |tx| approvals::ready(tx, limit))
            .await
    }

    /// To be called before one is sent; again after a crash.
    pub async fn begin(&self, approval_id: &str) -> postern_store::Result<()> {
        let (id, now) = (approval_id.to_owned(), self.now());
        let begun = self.parts.store.write(Lane::CONTROL, move |tx| {
            approvals::begin(tx, &id, now).map(drop)
        });
        begun.await
    }

    /// Ends an approved send and tells whoever asked. `false`: it had ended.
    pub async fn end(
        &self,
        approval: &Approval,
        end: approvals::End,
    ) -> postern_store::Result<bool> {
        let (approval, now) = (approval.clone(), self.now());
        let ended = self
            .parts
            .store
            .write(Lane::CONTROL, move |tx| {
                let ended = approvals::end(tx, &approval.approval_id, &end, now)?;
                if ended {
                    callback::told(tx, &approval, end.state, end.status, now)?;
                }
                Ok(ended)
            })
            .await?;
        self.ring();
        Ok(ended)
    }
}

fn aad(owner: &str, field: Field) -> Aad<'_> {
    Aad {
        tenant: TENANT,
        owner,
        field: field.as_str(),
    }
}
