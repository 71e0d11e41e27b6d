//! `/v3/automations/webhook-secret`, ours: what receivers check signatures with. Made when it is first needed, shown to the account, replaced
//! on request.

use axum::extract::State;
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_store::settings::TENANT;
use postern_store::{Lane, webhook_secrets};
use postern_vault::{Aad, webhook};
use postern_wire::clicksend::automation::WebhookSecret;
use secrecy::{ExposeSecret as _, SecretSlice};

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::state::PlatformState;

pub(crate) async fn view_secret(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let secret = ensure(&state, account.id).await?;
    Ok(shown(&secret))
}

pub(crate) async fn rotate_secret(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
) -> Result<Response, ApiError> {
    let secret = webhook::create_secret();
    replace(&state, account.id, &secret).await?;
    Ok(shown(&secret))
}

fn shown(secret: &SecretSlice<u8>) -> Response {
    let text = webhook::secret_text(secret);
    answer::success(
        "Here is your webhook secret.",
        WebhookSecret {
            webhook_secret: text.expose_secret().to_owned(),
        },
    )
}

/// The account's secret; from now on it has one.
pub(crate) async fn ensure(
    state: &PlatformState,
    account: AccountId,
) -> Result<SecretSlice<u8>, ApiError> {
    let kept = state
        .store
        .read(move |tx| webhook_secrets::get(tx, account))
        .await?;
    let sealed = match kept {
        Some(sealed) => sealed,
        None => {
            let sealed = seal(state, account, &webhook::create_secret());
            let now = state.now();
            state
                .store
                .write(Lane::of(account.0), move |tx| {
                    webhook_secrets::ensure(tx, account, &sealed, now)
                })
                .await?
        }
    };
    let owner = webhook_secrets::sealing_owner(account);
    state
        .vault
        .open_sealed(&aad(&owner), &sealed)
        .map_err(ApiError::Sealed)
}

/// Once more if the vault's key changed while the secret was on its way into the store: it would be lost with the old key.
async fn replace(
    state: &PlatformState,
    account: AccountId,
    secret: &SecretSlice<u8>,
) -> Result<(), ApiError> {
    let owner = webhook_secrets::sealing_owner(account);
    loop {
        let (sealed, now) = (seal(state, account, secret), state.now());
        let kept = sealed.clone();
        state
            .store
            .write(Lane::of(account.0), move |tx| {
                webhook_secrets::replace(tx, account, &kept, now)
            })
            .await?;
        if matches!(state.vault.rewrap(&aad(&owner), &sealed), Ok(None)) {
            return Ok(());
        }
    }
}

fn seal(state: &PlatformState, account: AccountId, secret: &SecretSlice<u8>) -> Vec<u8> {
    let owner = webhook_secrets::sealing_owner(account);
    state.vault.seal(&aad(&owner), secret.expose_secret()).0
}

fn aad(owner: &str) -> Aad<'_> {
    Aad {
        tenant: TENANT,
        owner,
        field: webhook_secrets::FIELD,
    }
}
