//! What is done with one connection: asking its upstream, a new link to the connect page, and its end.

use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{ConnectionDeleted, CreatedConnection, VerifiedConnection};
use serde_json::json;

use super::{find, place, title};
use crate::confirm::ConfirmPage;
use crate::control::Control;
use crate::form::Typed;
use crate::session::Session;
use crate::shell::{Section, Shell};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) async fn verify(
    State(state): State<ConsoleState>,
    session: Session,
    Path(connection_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/connections/{connection_id}/verify");
    let answer: VerifiedConnection = control.send(Method::POST, &target, &json!({})).await?;
    let said = format!(
        "{}?verified={}",
        place(&connection_id),
        answer.verification.state
    );
    Ok(Redirect::to(&said).into_response())
}

/// The connection goes on with what it has until somebody has spent the link.
pub(crate) async fn reconnect(
    State(state): State<ConsoleState>,
    session: Session,
    Path(connection_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/connections/{connection_id}/reconnect");
    let _: CreatedConnection = control.send(Method::POST, &target, &json!({})).await?;
    Ok(Redirect::to(&place(&connection_id)).into_response())
}

pub(crate) async fn delete_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(connection_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let connection = find(&control, &connection_id).await?;
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, Section::Connections),
        title: format!("Delete {}?", title(&connection)),
        lead: vec![
            "Its credentials are erased and calls over it are refused at once. This cannot be taken back: whoever connects the account again \
             makes another connection, and keys that are bound to this one have to be changed."
                .to_owned(),
            "To stop it for a while, freeze it instead.".to_owned(),
        ],
        action: format!("{}/delete", place(&connection_id)),
        button: "Delete the connection",
        is_final: true,
        inputs: Vec::new(),
        back: place(&connection_id),
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn delete_connection(
    State(state): State<ConsoleState>,
    session: Session,
    Path(connection_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/connections/{connection_id}");
    let _: ConnectionDeleted = control.send(Method::DELETE, &target, &json!({})).await?;
    Ok(Redirect::to("/console/connections").into_response())
}
