//! `GET /accounts`, page by page, and `GET /accounts/{account_id}`

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

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_accounts(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<AccountList>, Refusal> {
    let parameters = Parameters::new(pairs, &["after", "limit"])?;
    unnarrowed(&context.caller)?;
    let limit = parameters.up_to("limit", LIMIT_MAX)?;
    let after = match parameters.text("after") {
        None => AccountId(0),
        Some(text) => AccountId(text.parse().map_err(|_| {
            Refusal::invalid("after", "`after` is what `next` of the page before said")
        })?),
    };
    let page = state
        .store
        .read(move |tx| accounts::list(tx, after, limit))
        .await?;
    let last = page.last().filter(|_| page.len() as i64 == limit);
    let next = last.map(|account| account.id.0.to_string());
    let shown = page.iter().map(|account| shown(&state, account));
    Ok(Json(AccountList {
        accounts: shown.collect::<Result<_, _>>()?,
        next,
    }))
}

pub(crate) async fn read_account(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(account_id): Path<String>,
) -> Result<Json<AccountAnswer>, Refusal> {
    unnarrowed(&context.caller)?;
    Ok(Json(AccountAnswer {
        account: shown(&state, &find(&state, &account_id).await?)?,
    }))
}
