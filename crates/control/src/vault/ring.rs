//! `POST /vault/rotate`: a new key-encryption key, and every sealed value under it.

use axum::extract::State;
use axum::{Extension, Json};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_access::{rewrap_credential, rewrap_pepper};
use postern_domain::account::AccountId;
use postern_store::audit::{self, Entry};
use postern_store::settings::TENANT;
use postern_store::{
    Lane, Tx, accounts, alerts, approvals, connections, kept_opt_outs, peppers, sends, settings,
    webhook_secrets,
};
use postern_vault::{Aad, KekId, KeyRing, OpenError, Sealed};
use postern_wire::control::{VaultRotated, VaultRotation};
use serde_json::json;

use crate::accounts::{rewrap_api_key, unnarrowed};
use crate::alerts::rewrap_secret;
use crate::audit::{SIGNING_KEY, change, rewrap_signing_key};
use crate::guard::Context;
use crate::payload::OptionalPayload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Rows re-wrapped in one unit of work.
const PAGE_ROWS: i64 = 200;
/// Each may be as large as a whole send.
const APPROVALS_ROWS: i64 = 10;

pub(crate) async fn rotate_ring(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    OptionalPayload(request): OptionalPayload<VaultRotation>,
) -> Result<Json<VaultRotated>, Refusal> {
    unnarrowed(&context.caller)?;
    let _turn = state.rotating.lock().await;
    let now = state.now();
    let candidate = state.vault.rotate();
    let newest = candidate.newest();
    // On record before it begins: a rotation that breaks off has left a new key in the ring.
    let open = Entry {
        outcome: None,
        closed_at: None,
        ..change(
            &context,
            now,
            ("vault", &newest.to_string()),
            &json!({"retire": request.retire}),
        )
    };
    let audit_id = open.audit_id.clone();
    state
        .store
        .write(Lane::CONTROL, move |tx| audit::record(tx, &open))
        .await?;

    let outcome = rotate(&state, candidate, request.retire).await;
    let word = if outcome.is_ok() { "done" } else { "failed" };
    let at = state.now();
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            audit::close(tx, &audit_id, word, None, at)
        })
        .await?;
    outcome.map(Json)
}

async fn rotate(
    state: &ControlState,
    candidate: KeyRing,
    retire: bool,
) -> Result<VaultRotated, Refusal> {
    let newest = candidate.newest();
    keep(state, &candidate).await?;
    {
        let _nothing_is_being_sealed = state.sealing.write().await;
        state.vault.install(candidate);
    }
    let moved = rewrap_all(state).await?;
    let retired = if retire {
        retire_old(state, moved.unreadable).await?
    } else {
        Vec::new()
    };
    state.refresh().await?;
    let kept = state
        .vault
        .ring()
        .ids()
        .filter(|id| *id != newest)
        .map(|id| id.to_string())
        .collect();
    Ok(VaultRotated {
        newest: newest.to_string(),
        rewrapped: moved.rewrapped,
        unreadable: moved.unreadable,
        retired,
        kept,
    })
}

/// Writes the ring where the operator keeps it, before anything depends on it.
async fn keep(state: &ControlState, ring: &KeyRing) -> Result<(), Refusal> {
    let (keep, ring) = (state.keep_ring.clone(), ring.clone());
    let kept = tokio::task::spawn_blocking(move || keep(&ring))
        .await
        .map_err(|error| Refusal::internal(&error))?;
    kept.map_err(|reason| {
        Refusal::conflict(
            "vault_key_not_written",
            format!("the new vault key could not be kept: {reason}"),
        )
        .hint("nothing was changed; make the place writable, or rotate where the key is kept")
    })
}

async fn retire_old(state: &ControlState, unreadable: u64) -> Result<Vec<String>, Refusal> {
    if unreadable > 0 {
        let message =
            format!("{unreadable} values could not be re-wrapped, so the old keys are kept");
        return Err(Refusal::conflict("values_unreadable", message).hint("the log names them"));
    }
    let old: Vec<KekId> = {
        let ring = state.vault.ring();
        ring.ids().filter(|id| *id != ring.newest()).collect()
    };
    let mut ring = KeyRing::clone(&state.vault.ring());
    for id in &old {
        ring = ring
            .without(*id)
            .map_err(|error| Refusal::internal(&error))?;
    }
    keep(state, &ring).await?;
    state.vault.install(ring);
    Ok(old.iter().map(KekId::to_string).collect())
}

#[derive(Default)]
struct Moved {
    rewrapped: u64,
    unreadable: u64,
}

impl Moved {
    /// What to write, if anything; a value that does not open is counted and named in the log.
    fn judge(
        &mut self,
        what: &str,
        rewrapped: Result<Option<Sealed>, OpenError>,
    ) -> Option<Vec<u8>> {
        match rewrapped {
            Ok(None) => None,
            Ok(Some(sealed)) => {
                self.rewrapped += 1;
                Some(sealed.0)
            }
            Err(error) => {
                tracing::error!(sealed = what, %error, "a sealed value cannot be re-wrapped");
                self.unreadable += 1;
                None
            }
        }
    }
}

/// Values that change meanwhile are sealed under the newest key anyway: the conditional writes leave them alone.
async fn rewrap_all(state: &ControlState) -> Result<Moved, Refusal> {
    let mut moved = Moved::default();
    rewrap_peppers(state, &mut moved).await?;
    rewrap_connections(state, &mut moved).await?;
    rewrap_accounts(state, &mut moved).await?;
    rewrap_webhook_secrets(state, &mut moved).await?;
    rewrap_alert_secrets(state, &mut moved).await?;
    rewrap_audit(state, &mut moved).await?;
    rewrap_approvals(state, &mut moved).await?;
    rewrap_claim_key(state, &mut moved).await?;
    rewrap_sends(state, &mut moved).await?;
    rewrap_opt_out_key(state, &mut moved).await?;
    Ok(moved)
}

/// The key that signs the audit is read at the start only, so nobody else writes it.
async fn rewrap_audit(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let kept = state
        .store
        .read(|tx| settings::get(tx, SIGNING_KEY))
        .await?;
    let rewrapped = kept.map_or(Ok(None), |kept| rewrap_signing_key(&state.vault, &kept));
    if let Some(new) = moved.judge("the key that signs the audit", rewrapped) {
        let (new, now) = (STANDARD.encode(new), state.now());
        let put = move |tx: &mut Tx<'_>| settings::put(tx, SIGNING_KEY, &new, now);
        state.store.write(Lane::CONTROL, put).await?;
    }
    Ok(())
}

/// Read at the start only, too.
async fn rewrap_claim_key(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let kept = state
        .store
        .read(|tx| settings::get(tx, sends::CLAIM_KEY))
        .await?;
    let aad = Aad {
        tenant: TENANT,
        owner: sends::SEALED_BY,
        field: sends::CLAIM_KEY_FIELD,
    };
    let rewrapped = kept.map_or(Ok(None), |kept| {
        let sealed = STANDARD.decode(kept).map_err(|_| OpenError::Malformed)?;
        state.vault.rewrap(&aad, &sealed)
    });
    if let Some(new) = moved.judge("the key that recognises repeated sends", rewrapped) {
        let (new, now) = (STANDARD.encode(new), state.now());
        let put = move |tx: &mut Tx<'_>| settings::put(tx, sends::CLAIM_KEY, &new, now);
        state.store.write(Lane::CONTROL, put).await?;
    }
    Ok(())
}

/// Answers that are kept for repeats, and what unknown sends are looked for by.
async fn rewrap_sends(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut after = String::new();
    loop {
        let place = after.clone();
        let page = state
            .store
            .read(move |tx| sends::sealed_page(tx, &place, PAGE_ROWS))
            .await?;
        let Some((last, ..)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        let mut changes = Vec::new();
        for (id, answer, sought) in page {
            let owner = sends::sealing_owner(&id);
            for (field, old) in [(sends::ANSWER_FIELD, answer), (sends::SOUGHT_FIELD, sought)] {
                let Some(old) = old else { continue };
                let aad = Aad {
                    tenant: TENANT,
                    owner: &owner,
                    field,
                };
                let rewrapped = state.vault.rewrap(&aad, &old);
                if let Some(new) = moved.judge(&format!("send {id}"), rewrapped) {
                    let id = (id.clone(), field);
                    changes.push(Change { id, old, new });
                }
            }
        }
        write(state, changes, |tx, change| {
            let (id, field) = &change.id;
            sends::reseal(tx, id, field, &change.old, &change.new)
        })
        .await?;
    }
}

/// Held requests, kept answers, and what calls about them are signed with.
async fn rewrap_approvals(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let kept = state
        .store
        .read(|tx| settings::get(tx, postern_approvals::SECRET))
        .await?;
    let rewrapped = kept.map_or(Ok(None), |kept| {
        postern_approvals::rewrap_secret(&state.vault, &kept)
    });
    if let Some(new) = moved.judge("the secret of approvals", rewrapped) {
        let (new, now) = (STANDARD.encode(new), state.now());
        let put = move |tx: &mut Tx<'_>| settings::put(tx, postern_approvals::SECRET, &new, now);
        state.store.write(Lane::CONTROL, put).await?;
    }
    for field in approvals::Field::ALL {
        let mut after = String::new();
        loop {
            let place = after.clone();
            let page = state
                .store
                .read(move |tx| approvals::sealed_page(tx, field, &place, APPROVALS_ROWS))
                .await?;
            let Some((last, _)) = page.last() else {
                break;
            };
            after.clone_from(last);
            let mut changes = Vec::new();
            for (id, old) in page {
                let owner = approvals::sealing_owner(&id);
                let aad = Aad {
                    tenant: TENANT,
                    owner: &owner,
                    field: field.as_str(),
                };
                let rewrapped = state.vault.rewrap(&aad, &old);
                let named = format!("{} of approval {id}", field.as_str());
                if let Some(new) = moved.judge(&named, rewrapped) {
                    changes.push(Change { id, old, new });
                }
            }
            write(state, changes, move |tx, change| {
                approvals::reseal(tx, field, &change.id, &change.old, &change.new)
            })
            .await?;
        }
    }
    Ok(())
}

/// One sealed value before and after.
struct Change<Id> {
    id: Id,
    old: Vec<u8>,
    new: Vec<u8>,
}

async fn write<Id: Send + 'static>(
    state: &ControlState,
    changes: Vec<Change<Id>>,
    reseal: impl Fn(&mut Tx<'_>, &Change<Id>) -> postern_store::Result<bool> + Send + 'static,
) -> Result<(), Refusal> {
    let work = move |tx: &mut Tx<'_>| {
        changes
            .iter()
            .try_for_each(|change| reseal(tx, change).map(drop))
    };
    Ok(state.store.write(Lane::CONTROL, work).await?)
}

async fn rewrap_peppers(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut changes = Vec::new();
    for row in state.store.read(peppers::all).await? {
        let rewrapped = rewrap_pepper(&state.vault, &row);
        if let Some(new) = moved.judge(&format!("pepper {}", row.version), rewrapped) {
            changes.push(Change {
                id: row.version,
                old: row.sealed,
                new,
            });
        }
    }
    write(state, changes, |tx, change| {
        peppers::reseal(tx, change.id, &change.old, &change.new)
    })
    .await
}

async fn rewrap_opt_out_key(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let Some(old) = state.store.read(kept_opt_outs::key).await? else {
        return Ok(());
    };
    let aad = Aad {
        tenant: TENANT,
        owner: kept_opt_outs::KEY_OWNER,
        field: kept_opt_outs::KEY_FIELD,
    };
    let rewrapped = state.vault.rewrap(&aad, &old);
    let new = moved.judge("the key of kept opt-outs", rewrapped);
    let changes = new.map(|new| Change { id: (), old, new });
    write(state, changes.into_iter().collect(), |tx, change| {
        kept_opt_outs::reseal_key(tx, &change.old, &change.new)
    })
    .await
}

async fn rewrap_connections(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut after = String::new();
    loop {
        let place = after.clone();
        let page = state
            .store
            .read(move |tx| connections::sealed_page(tx, &place, PAGE_ROWS))
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after.clone_from(last);
        let mut changes = Vec::new();
        for (id, old) in page {
            let rewrapped = rewrap_credential(&state.vault, &id, &old);
            if let Some(new) = moved.judge(&format!("connection {id}"), rewrapped) {
                changes.push(Change { id, old, new });
            }
        }
        write(state, changes, |tx, change| {
            connections::reseal(tx, &change.id, &change.old, &change.new)
        })
        .await?;
    }
}

async fn rewrap_accounts(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut after = AccountId(0);
    loop {
        let page = state
            .store
            .read(move |tx| accounts::list(tx, after, PAGE_ROWS))
            .await?;
        let Some(last) = page.last() else {
            return Ok(());
        };
        after = last.id;
        let mut changes = Vec::new();
        for account in page {
            let rewrapped =
                rewrap_api_key(&state.vault, &account.username, &account.api_key_sealed);
            if let Some(new) = moved.judge(&format!("account {}", account.username), rewrapped) {
                changes.push(Change {
                    id: account.id,
                    old: account.api_key_sealed,
                    new,
                });
            }
        }
        write(state, changes, |tx, change| {
            accounts::reseal(tx, change.id, &change.old, &change.new)
        })
        .await?;
    }
}

async fn rewrap_alert_secrets(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut changes = Vec::new();
    for endpoint in state.store.read(alerts::endpoints).await? {
        let what = format!("secret of alert endpoint {}", endpoint.endpoint_id);
        let rewrapped = rewrap_secret(&state.vault, &endpoint);
        if let Some(new) = moved.judge(&what, rewrapped) {
            changes.push(Change {
                id: endpoint.endpoint_id,
                old: endpoint.secret_sealed,
                new,
            });
        }
    }
    write(state, changes, |tx, change| {
        alerts::reseal(tx, &change.id, &change.old, &change.new)
    })
    .await
}

async fn rewrap_webhook_secrets(state: &ControlState, moved: &mut Moved) -> Result<(), Refusal> {
    let mut after = AccountId(0);
    loop {
        let page = state
            .store
            .read(move |tx| webhook_secrets::sealed_page(tx, after, PAGE_ROWS))
            .await?;
        let Some((last, _)) = page.last() else {
            return Ok(());
        };
        after = *last;
        let mut changes = Vec::new();
        for (id, old) in page {
            let owner = webhook_secrets::sealing_owner(id);
            let aad = Aad {
                tenant: TENANT,
                owner: &owner,
                field: webhook_secrets::FIELD,
            };
            let rewrapped = state.vault.rewrap(&aad, &old);
            if let Some(new) =
                moved.judge(&format!("webhook secret of account {}", id.0), rewrapped)
            {
                changes.push(Change { id, old, new });
            }
        }
        write(state, changes, |tx, change| {
            webhook_secrets::reseal(tx, change.id, &change.old, &change.new)
        })
        .await?;
    }
}
