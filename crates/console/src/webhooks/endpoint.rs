//! `/console/webhooks/endpoints/{endpoint_id}`: an endpoint of alerts: looked at, tested, told again, removed.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Extensions, Method};
use postern_wire::control::{
    AlertEndpoint, AlertEndpointDeleted, AlertEndpointList, AlertTest, AlertTries,
};
use serde_json::json;

use super::Try;
use crate::confirm::ConfirmPage;
use crate::control::Control;
use crate::form::Typed;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// The newest calls; older ones are the command's to list.
const SHOWN_MAX: i64 = 50;

#[derive(Template)]
#[template(path = "console/endpoint.html")]
struct EndpointPage {
    shell: Shell,
    place: String,
    tried: Option<Moment>,
    created: Moment,
    next: Option<Moment>,
    waiting: i64,
    tries: Vec<Try>,
    more: bool,
    endpoint: AlertEndpoint,
}

fn place(endpoint_id: &str) -> String {
    format!("/console/webhooks/endpoints/{endpoint_id}")
}

async fn find(control: &Control, endpoint_id: &str) -> Result<AlertEndpoint, Trouble> {
    let all: AlertEndpointList = control.get("/alerts/endpoints").await?;
    let mut all = all.endpoints.into_iter();
    all.find(|one| one.endpoint_id == endpoint_id)
        .ok_or(Trouble::NotFound)
}

pub(crate) async fn view_endpoint(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(endpoint_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let endpoint = find(&control, &endpoint_id).await?;
    let target = format!("/alerts/endpoints/{endpoint_id}/tries?limit={SHOWN_MAX}");
    let found: AlertTries = control.get(&target).await?;
    let now = (state.clock)();
    let at = |text: &Option<String>| text.as_deref().map(|text| Moment::read(text, now));
    let tries = found.tries.into_iter();
    let page = EndpointPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        place: place(&endpoint_id),
        tried: at(&endpoint.tried_at),
        created: Moment::read(&endpoint.created_at, now),
        next: found
            .next_try_at
            .as_deref()
            .map(|at| Moment::coming(at, now)),
        waiting: found.waiting,
        more: found.next.is_some(),
        tries: tries
            .map(|one| Try::of(one.call, one.alert_id, now))
            .collect(),
        endpoint,
    };
    Ok(live(&page))
}

pub(crate) async fn test_endpoint(
    State(state): State<ConsoleState>,
    session: Session,
    Path(endpoint_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/alerts/endpoints/{endpoint_id}/test");
    let _: AlertTest = control.send(Method::POST, &target, &json!({})).await?;
    Ok(Redirect::to(&place(&endpoint_id)).into_response())
}

pub(crate) async fn replay_alert(
    State(state): State<ConsoleState>,
    session: Session,
    Path(endpoint_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    let typed = Typed::of_session(&state, &session, request).await?;
    let target = format!("/alerts/endpoints/{endpoint_id}/replay");
    let wish = json!({"alert_id": typed.text("alert_id")});
    let _: AlertTest = control.send(Method::POST, &target, &wish).await?;
    Ok(Redirect::to(&place(&endpoint_id)).into_response())
}

pub(crate) async fn delete_endpoint_form(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(endpoint_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let endpoint = find(&control, &endpoint_id).await?;
    let page = ConfirmPage {
        shell: Shell::of(&state, &session, Section::Webhooks),
        title: "Remove this address?".to_owned(),
        lead: vec![format!(
            "{} is told of no alert any more, and its tries are forgotten.",
            endpoint.url
        )],
        action: format!("{}/delete", place(&endpoint_id)),
        button: "Remove the address",
        is_final: true,
        inputs: Vec::new(),
        back: place(&endpoint_id),
        problem: String::new(),
    };
    Ok(page.shown())
}

pub(crate) async fn delete_endpoint(
    State(state): State<ConsoleState>,
    session: Session,
    Path(endpoint_id): Path<String>,
    request: Request,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, request.extensions());
    Typed::of_session(&state, &session, request).await?;
    let target = format!("/alerts/endpoints/{endpoint_id}");
    let _: AlertEndpointDeleted = control.send(Method::DELETE, &target, &json!({})).await?;
    Ok(Redirect::to("/console/webhooks").into_response())
}
