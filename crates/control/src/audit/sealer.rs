//! Brings records into the chain, within a second of their commit, and signs its head.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_audit::{BadKey, Hash, Head, Part, PublicKey, Signed, SigningKey, salt};
use postern_domain::time::{Clock, UnixMicros};
use postern_store::audit_chain::{self, CheckpointRow, LinkRow, Unsealed};
use postern_store::{Lane, Store, Tx, settings};
use postern_vault::{Aad, OpenError, Sealed, Vault};
use tokio::sync::Mutex;
use tokio_util::sync::CancellationToken;

use super::fact::fact;

/// The setting that holds the sealed signing key, in base64.
pub(crate) const SIGNING_KEY: &str = "audit.signing_key";
const CHAIN: &str = "audit.chain";

/// Records sealed in one unit of work: three rows each.
const TURN_RECORDS: i64 = 300;
const SECONDS_PER_DAY: i64 = 86_400;
const EVERY: Duration = Duration::from_millis(500);
/// A head is signed when so much time has gone since the last one, and at the end.
const CHECKPOINT_MICROS: i64 = 10_000_000;

#[derive(Debug, thiserror::Error)]
pub enum SealerError {
    #[error(transparent)]
    Store(#[from] postern_store::Error),
    #[error("the key that signs the audit cannot be opened: {0}")]
    Open(#[from] OpenError),
    #[error("the key that signs the audit is damaged")]
    Key(#[from] BadKey),
}

/// One for a process; there is one process for a store.
pub struct Sealer {
    store: Store,
    clock: Clock,
    key: SigningKey,
    /// Names this installation's chain.
    chain: String,
    /// Records older than so many days are erased.
    retention_days: Option<i64>,
    /// When a head was last signed, and which: one turn at a time.
    signed: Mutex<(UnixMicros, i64)>,
}

impl Sealer {
    /// Opens the chain, or begins one.
    ///
    /// # Errors
    /// The store fails, or the vault's key is another than the one that sealed the signing key.
    pub async fn open(
        store: Store,
        vault: &Vault,
        clock: Clock,
        retention_days: Option<i64>,
    ) -> Result<Sealer, SealerError> {
        let fresh = STANDARD.encode(seal(vault, &SigningKey::generate()?)?.0);
        let name = uuid::Uuid::new_v4().to_string();
        let now = clock();
        let (kept, chain) = store
            .write(Lane::CONTROL, move |tx| {
                Ok((
                    kept(tx, SIGNING_KEY, &fresh, now)?,
                    kept(tx, CHAIN, &name, now)?,
                ))
            })
            .await?;
        let sealed = STANDARD.decode(kept).map_err(|_| BadKey)?;
        let key = SigningKey::from_secret(&vault.open_sealed(&aad(), &sealed)?)?;
        Ok(Sealer {
            store,
            clock,
            key,
            chain,
            retention_days,
            signed: Mutex::new((UnixMicros(0), 0)),
        })
    }

    pub fn public_key(&self) -> PublicKey {
        self.key.public()
    }

    pub fn chain(&self) -> &str {
        &self.chain
    }

    /// Seals until told to stop, and once more then.
    pub async fn keep_sealing(&self, until: CancellationToken) {
        loop {
            let stopping = until
                .run_until_cancelled(tokio::time::sleep(EVERY))
                .await
                .is_none();
            if let Err(error) = self.seal(stopping).await {
                // Nothing is lost: records wait in the store.
                tracing::error!(%error, "audit records could not be sealed");
            } else if let Err(error) = self.erase().await {
                tracing::error!(%error, "audit records past their time could not be erased");
            }
            if stopping {
                return;
            }
        }
    }

    /// Brings everything that is committed into the chain, and gives its head. `sign`: whatever the time.
    ///
    /// # Errors
    /// The store fails.
    pub async fn seal(&self, sign: bool) -> postern_store::Result<Head> {
        let mut signed = self.signed.lock().await;
        let head = loop {
            // Looked at first: on PostgreSQL a unit that writes nothing is a commit all the same, twice a second for ever.
            let (head, is_waiting) = self
                .store
                .read(|tx| Ok((head(tx)?, !audit_chain::unsealed(tx, 1)?.is_empty())))
                .await?;
            if !is_waiting {
                break head;
            }
            let seed: [u8; 32] = postern_vault::random();
            let (head, count) = self
                .store
                .write(Lane::CONTROL, move |tx| turn(tx, &seed))
                .await?;
            if count < TURN_RECORDS {
                break head;
            }
        };
        let now = (self.clock)();
        let due = sign || now.micros_since(signed.0) >= CHECKPOINT_MICROS;
        if due && head.seq > signed.1 {
            let row = CheckpointRow {
                seq: head.seq,
                hash: head.hash.0.to_vec(),
                at: now,
                signature: self.sign(Signed::Checkpoint, head, now),
            };
            self.store
                .write(Lane::CONTROL, move |tx| audit_chain::checkpoint(tx, &row))
                .await?;
            *signed = (now, head.seq);
        }
        Ok(head)
    }

    /// Erases some of the records whose time is over; gives how many. Called often enough to keep up with any rate of sealing.
    ///
    /// # Errors
    /// The store fails.
    pub async fn erase(&self) -> postern_store::Result<usize> {
        let Some(days) = self.retention_days else {
            return Ok(0);
        };
        let before = (self.clock)().plus_secs(-days * SECONDS_PER_DAY);
        let has_expired = move |tx: &mut Tx<'_>| audit_chain::has_expired(tx, before);
        if !self.store.read(has_expired).await? {
            return Ok(0);
        }
        self.store
            .write(Lane::CONTROL, move |tx| {
                audit_chain::erase(tx, before, TURN_RECORDS)
            })
            .await
    }

    pub(super) fn sign(&self, what: Signed, head: Head, at: UnixMicros) -> String {
        self.key.sign(what, &self.chain, head, at.0)
    }
}

/// The end of the chain so far.
fn head(tx: &mut Tx<'_>) -> postern_store::Result<Head> {
    Ok(match audit_chain::head(tx)? {
        None => Head::START,
        Some((seq, hash)) => Head {
            seq,
            hash: hash_of(&hash, seq)?,
        },
    })
}

/// One unit of work: links for what is not in the chain yet.
fn turn(tx: &mut Tx<'_>, seed: &[u8; 32]) -> postern_store::Result<(Head, i64)> {
    let mut head = head(tx)?;
    let found = audit_chain::unsealed(tx, TURN_RECORDS)?;
    let links: Vec<_> = found
        .iter()
        .map(|unsealed| {
            let (link, row) = link(head, unsealed, seed);
            head = link;
            row
        })
        .collect();
    audit_chain::append(tx, &links)?;
    Ok((head, found.len() as i64))
}

fn link(head: Head, unsealed: &Unsealed, seed: &[u8; 32]) -> (Head, LinkRow) {
    let entry = &unsealed.entry;
    let part = match (unsealed.opened, entry.closed_at) {
        (true, _) => Part::Closed,
        (false, None) => Part::Opened,
        (false, Some(_)) => Part::Whole,
    };
    let salt = salt(seed, &entry.audit_id, part);
    let link = head.link(&entry.audit_id, part, fact(entry, part).hash(&salt));
    let row = LinkRow {
        seq: link.seq,
        audit_id: link.audit_id.clone(),
        part: part.as_str().to_owned(),
        salt: Some(salt.to_vec()),
        fact_hash: link.fact_hash.0.to_vec(),
        hash: link.hash.0.to_vec(),
    };
    (link.head(), row)
}

/// What the database holds where a hash should be.
pub(super) fn hash_of(bytes: &[u8], seq: i64) -> postern_store::Result<Hash> {
    bytes
        .try_into()
        .map(Hash)
        .map_err(|_| postern_store::Error::Inconsistent {
            table: "audit_links",
            id: seq.to_string(),
        })
}

/// The sealed signing key, as it is kept, under the vault's newest key; `None`: it is there already.
pub(crate) fn rewrap_signing_key(vault: &Vault, kept: &str) -> Result<Option<Sealed>, OpenError> {
    let sealed = STANDARD.decode(kept).map_err(|_| OpenError::Malformed)?;
    vault.rewrap(&aad(), &sealed)
}

fn seal(vault: &Vault, key: &SigningKey) -> Result<Sealed, BadKey> {
    use secrecy::ExposeSecret as _;
    Ok(vault.seal(&aad(), key.to_secret()?.expose_secret()))
}

fn aad() -> Aad<'static> {
    Aad {
        tenant: settings::TENANT,
        owner: "audit",
        field: "signing_key",
    }
}

/// What is kept under `name`, which is `fresh` if nothing was.
fn kept(
    tx: &mut Tx<'_>,
    name: &str,
    fresh: &str,
    now: UnixMicros,
) -> postern_store::Result<String> {
    if let Some(kept) = settings::get(tx, name)? {
        return Ok(kept);
    }
    settings::put(tx, name, fresh, now)?;
    Ok(fresh.to_owned())
}
