//! `POST /operators/{name}/link`: a link that signs in once. Opening it spends nothing; its form does.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_access::LINK_SECONDS;
use postern_wire::control::OperatorLink;
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{find, may_manage, missing};
use crate::audit::change;
use crate::guard::Context;
use crate::instant::written;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn make_link(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(name): Path<String>,
) -> Result<Json<OperatorLink>, Refusal> {
    may_manage(&context.caller)?;
    let operator = find(&state, &name).await?;
    if operator.disabled_at.is_some() {
        return Err(Refusal::conflict(
            "operator_disabled",
            "this operator is disabled",
        ));
    }
    let (now, id) = (state.now(), operator.operator_id);
    let detail = json!({"name": operator.name});
    let entry = change(&context, now, ("operator", &id), &detail);
    let token = state
        .operators
        .link(&id, entry)
        .await?
        .ok_or_else(missing)?;
    Ok(Json(OperatorLink {
        url: format!(
            "{}/link?token={}",
            state.settings.console_url,
            token.expose_secret()
        ),
        expires_at: written(now.plus_secs(LINK_SECONDS)),
    }))
}
