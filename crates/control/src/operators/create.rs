//! `POST /operators`: one more person who may sign in.

use axum::extract::State;
use axum::{Extension, Json};
use http::StatusCode;
use postern_store::operators::{self, Operator};
use postern_store::{Lane, audit};
use postern_vault::new_password;
use postern_wire::control::{NewOperator, OperatorAnswer};
use secrecy::ExposeSecret as _;
use serde_json::json;

use super::list::OPERATORS_MAX;
use super::{may_manage, name, password, shown};
use crate::audit::change;
use crate::guard::Context;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// How the unit ends.
enum Made {
    Done,
    Taken,
    Full,
}

pub(crate) async fn create_operator(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Payload(request): Payload<NewOperator>,
) -> Result<(StatusCode, Json<OperatorAnswer>), Refusal> {
    may_manage(&context.caller)?;
    let (name, given) = (name(&request.name)?, password(request.password)?);
    let made = given.is_none().then(new_password);
    let chosen = given.or_else(|| made.clone()).unwrap_or_default();
    let now = state.now();
    let operator = Operator {
        operator_id: state.operators.new_id(),
        name,
        password_hash: state.operators.hash(chosen).await?,
        disabled_at: None,
        signed_in_at: None,
        created_at: now,
        updated_at: now,
    };
    let detail = json!({"name": operator.name});
    let entry = change(&context, now, ("operator", &operator.operator_id), &detail);
    let row = operator.clone();
    let ended = state.store.write(Lane::CONTROL, move |tx| {
        if operators::count(tx)? >= OPERATORS_MAX {
            return Ok(Made::Full);
        }
        if !operators::create(tx, &row)? {
            return Ok(Made::Taken);
        }
        audit::record(tx, &entry)?;
        Ok(Made::Done)
    });
    match ended.await? {
        Made::Done => {}
        Made::Taken => {
            return Err(
                Refusal::conflict("name_taken", "there is an operator of this name").field("name"),
            );
        }
        Made::Full => {
            return Err(Refusal::conflict(
                "too_many_operators",
                format!("there are {OPERATORS_MAX} operators already"),
            ));
        }
    }
    let answer = OperatorAnswer {
        operator: shown(&operator),
        password: made.map(|password| password.expose_secret().to_owned()),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}
