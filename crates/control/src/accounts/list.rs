//! `GET /accounts` and `GET /accounts/{account_id}`

use axum::extract::{Path, Query, State};
use axum::{Extension, Json};
use postern_domain::account::AccountId;
use postern_store::accounts;
use postern_wire::control::{AccountAnswer, AccountList};

use super::{find, shown, unnarrowed};
use crate::guard::Context;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Accounts read in one unit of work.
const PAGE_ROWS: i64 = 500;

pub(crate) async fn list_accounts(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AccountList>, Refusal> {
    Parameters::new(pairs, &[])?;
    unnarrowed(&context.caller)?;
    let mut listed = Vec::new();
    let mut after = AccountId(0);
    loop {
        let page = state
            .store
            .read(move |tx| accounts::list(tx, after, PAGE_ROWS))
            .await?;
        let Some(last) = page.last() else { break };
        after = last.id;
        listed.extend(page.iter().map(shown));
    }
    Ok(Json(AccountList { accounts: listed }))
}

pub(crate) async fn read_account(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(account_id): Path<String>,
) -> Result<Json<AccountAnswer>, Refusal> {
    unnarrowed(&context.caller)?;
    Ok(Json(AccountAnswer {
        account: shown(&find(&state, &account_id).await?),
    }))
}
