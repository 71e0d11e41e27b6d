//! `POST /vault/pepper/rotate`: a new pepper. API keys move to it when they are next used; the platform's account keys at once,
//! because their text is kept (sealed).

use axum::extract::State;
use axum::{Extension, Json};
use postern_access::seal_pepper;
use postern_domain::account::AccountId;
use postern_store::audit::{Entry, record};
use postern_store::{Lane, accounts, keys, peppers};
use postern_vault::Pepper;
use postern_wire::control::{PepperRotated, PepperRotation};
use secrecy::ExposeSecret as _;
use serde_json::json;

use crate::accounts::{open_api_key, unnarrowed};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::OptionalPayload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Accounts re-hashed in one unit of work.
const PAGE_ROWS: i64 = 200;

pub(crate) async fn rotate_pepper(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    OptionalPayload(request): OptionalPayload<PepperRotation>,
) -> Result<Json<PepperRotated>, Refusal> {
    unnarrowed(&context.caller)?;
    let _turn = state.rotating.lock().await;
    // Until the directory hashes with the new pepper nobody makes a key under the old one.
    let no_key_is_being_made = state.sealing.write().await;
    let version = add(&state, &context).await?;
    state.refresh().await?;
    drop(no_key_is_being_made);
    rehash_accounts(&state).await?;
    // What was used since the last flush is written first: it may be waiting to move.
    state
        .directory
        .flush()
        .await
        .map_err(|error| Refusal::internal(&error))?;

    let retired = if request.retire {
        retire_old(&state, &context, version).await?
    } else {
        Vec::new()
    };
    let now = state.now();
    let waiting = state
        .store
        .read(move |tx| keys::count_before_pepper(tx, version, now))
        .await?;
    Ok(Json(PepperRotated {
        version,
        waiting: u64::try_from(waiting).unwrap_or(0),
        retired,
    }))
}

async fn add(state: &ControlState, context: &Context) -> Result<i64, Refusal> {
    let version = state.store.read(peppers::last_version).await? + 1;
    let (sealed, now) = (
        seal_pepper(&state.vault, &Pepper::create(version)).0,
        state.now(),
    );
    let entry = change(context, now, ("pepper", &version.to_string()), &json!({}));
    let created = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let created = peppers::create(tx, version, &sealed, now)?;
            if created {
                record(tx, &entry)?;
            }
            Ok(created)
        })
        .await?;
    if created {
        Ok(version)
    } else {
        Err(Refusal::changed_meanwhile())
    }
}

async fn rehash_accounts(state: &ControlState) -> Result<(), Refusal> {
    let peppers = state.directory.peppers();
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
            let api_key = open_api_key(&state.vault, &account.username, &account.api_key_sealed)
                .map_err(|error| {
                    Refusal::internal(&format_args!(
                        "the key of account {}: {error}",
                        account.id.0
                    ))
                })?;
            let hash = peppers.hash_current(api_key.expose_secret().as_bytes());
            changes.push((account.id, account.api_key_hash, hash));
        }
        let work = move |tx: &mut postern_store::Tx<'_>| {
            changes.iter().try_for_each(|(id, old, new)| {
                accounts::rehash(tx, *id, old, &new.hash, new.version).map(drop)
            })
        };
        state.store.write(Lane::CONTROL, work).await?;
    }
}

/// Drops what is older than the pepper just replaced. That one stays for another round: keys, the one that asks included,
/// have had no chance yet to move away from it.
async fn retire_old(
    state: &ControlState,
    context: &Context,
    newest: i64,
) -> Result<Vec<i64>, Refusal> {
    let now = state.now();
    let in_force = state.store.read(peppers::all).await?;
    let old: Vec<i64> = in_force
        .into_iter()
        .skip(2)
        .map(|row| row.version)
        .collect();
    if old.is_empty() {
        return Ok(old);
    }
    let entry = Entry {
        action: "pepper.retire".to_owned(),
        ..change(
            context,
            now,
            ("pepper", &newest.to_string()),
            &json!({"retired": old}),
        )
    };
    let versions = old.clone();
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            for version in &versions {
                peppers::retire(tx, *version, now)?;
            }
            record(tx, &entry)
        })
        .await?;
    state.refresh().await?;
    Ok(old)
}
