//! `/console/session`: sign-in for programs. The token goes into `Authorization`, so no other site can use it from a browser.

use axum::extract::{Request, State};
use axum::routing::post;
use axum::{Json, Router};
use http::StatusCode;
use postern_wire::control::{SignIn, SignedIn};
use secrecy::{ExposeSecret as _, SecretString};

use crate::guard::{ended, session_token, visitor};
use crate::instant::written;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::state::ControlState;

pub(crate) fn session_routes() -> Router<ControlState> {
    Router::new().route("/console/session", post(sign_in).delete(sign_out))
}

async fn sign_in(
    State(state): State<ControlState>,
    extensions: http::Extensions,
    Payload(request): Payload<SignIn>,
) -> Result<(StatusCode, Json<SignedIn>), Refusal> {
    let visitor = visitor(&extensions);
    let password = SecretString::from(request.password);
    let signed_in = state
        .operators
        .sign_in(&request.operator, password, &visitor)
        .await?;
    Ok((
        StatusCode::CREATED,
        Json(SignedIn {
            token: signed_in.token.expose_secret().to_owned(),
            operator: signed_in.name,
            expires_at: written(signed_in.expires_at),
        }),
    ))
}

async fn sign_out(
    State(state): State<ControlState>,
    request: Request,
) -> Result<StatusCode, Refusal> {
    let token = session_token(request.headers()).ok_or_else(ended)?;
    let acting = state.operators.session(&token).await?.ok_or_else(ended)?;
    state
        .operators
        .sign_out(&acting, &visitor(request.extensions()))
        .await?;
    Ok(StatusCode::NO_CONTENT)
}
