//! `POST /console/sign-out`: ends the session here and in the store.

use axum::extract::{Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::header::SET_COOKIE;

use crate::cookies::Cookie;
use crate::form::Typed;
use crate::session::{Session, visitor};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) async fn sign_out(
    State(state): State<ConsoleState>,
    session: Session,
    request: Request,
) -> Result<Response, Trouble> {
    let visitor = visitor(request.extensions());
    Typed::of_session(&state, &session, request).await?;
    state.operators.sign_out(&session.0, &visitor).await?;
    let mut response = Redirect::to("/console/sign-in").into_response();
    if let Some(cookie) = Cookie::Session.set(&state, "") {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    Ok(response)
}
