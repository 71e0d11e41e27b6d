//! `POST /operators/{name}/password`: a new password; whoever is signed in with the old one is signed out.

use axum::extract::{Path, State};
use axum::{Extension, Json};
use postern_store::{Lane, audit, operators};
use postern_vault::new_password;
use postern_wire::control::{OperatorAnswer, OperatorPassword};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::{find, may_manage, password, shown};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::OptionalPayload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) async fn set_password(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Path(name): Path<String>,
    OptionalPayload(request): OptionalPayload<OperatorPassword>,
) -> Result<Json<OperatorAnswer>, Refusal> {
    may_manage(&context.caller)?;
    let given = password(request.password)?;
    let operator = find(&state, &name).await?;
    let made = given.is_none().then(new_password);
    let chosen = given.or_else(|| made.clone()).unwrap_or_default();
    let hash = state.operators.hash(chosen).await?;
    let (now, id) = (state.now(), operator.operator_id.clone());
    let entry = change(
        &context,
        now,
        ("operator", &id),
        &json!({"name": operator.name}),
    );
    state
        .store
        .write(Lane::CONTROL, move |tx| {
            operators::set_password(tx, &id, &hash, now)?;
            audit::record(tx, &entry)
        })
        .await?;
    Ok(Json(OperatorAnswer {
        operator: shown(&operator),
        password: made.map(|password| password.expose_secret().to_owned()),
    }))
}
