//! `POST /accounts/{account_id}/credit`: adds to an account's balance, or takes away.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_domain::money::Micros;
use postern_store::audit::record;
use postern_store::{Lane, accounts};
use postern_wire::control::{AccountAnswer, AccountCredit};
use serde_json::json;

use super::{find, shown, unnarrowed};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn credit_account(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(account_id): Path<String>,
    Payload(request): Payload<AccountCredit>,
) -> Result<Json<AccountAnswer>, Refusal> {
    unnarrowed(&context.caller)?;
    let now = state.now();
    let amount = signed(&request.amount)?;
    let account = find(&state, &account_id).await?;
    let detail = json!({"amount": amount.to_string(), "currency": account.currency.as_str()});
    let entry = change(&context, now, ("account", &account_id), &detail);
    let id = account.id;
    let balance = state
        .store
        // The account's own lane: its balance is what sends are paid from.
        .write(Lane::of(id.0), move |tx| {
            let balance = accounts::credit(tx, id, amount, now)?;
            if balance.is_some() {
                record(tx, &entry)?;
            }
            Ok(balance)
        })
        .await?;
    let Some(balance) = balance else {
        return Err(
            Refusal::conflict("insufficient_balance", "the account has less than that")
                .field("amount"),
        );
    };
    Ok(Json(AccountAnswer {
        account: shown(&state, &accounts::Account { balance, ..account })?,
    }))
}

/// Far above any real top-up, far below what a balance can hold.
const AMOUNT_MAX: Micros = Micros(1_000_000_000_000_000);

fn signed(text: &str) -> Result<Micros, Refusal> {
    let (digits, sign) = text
        .strip_prefix('-')
        .map_or((text, 1), |digits| (digits, -1));
    let amount = Micros::parse(digits)
        .map_err(|error| Refusal::invalid("amount", format!("`amount`: {error}")))?;
    if amount == Micros::ZERO || amount > AMOUNT_MAX {
        return Err(Refusal::invalid(
            "amount",
            format!("`amount` must not be zero nor above {AMOUNT_MAX}"),
        ));
    }
    Ok(Micros(amount.0 * sign))
}
