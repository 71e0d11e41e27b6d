//! `PUT /v3/sms/templates/{template_id}`: what is not given stays as it is.

use axum::extract::{Path, State};
use axum::response::Response;
use postern_store::{Lane, templates};
use postern_wire::clicksend::template::TemplateRequest;

use super::{NOT_FOUND, given, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn update(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(template_id): Path<String>,
    Payload(request): Payload<TemplateRequest>,
) -> Result<Response, ApiError> {
    let template_id = template_id.parse::<i64>().map_err(|_| NOT_FOUND)?;
    let name = given("template_name", request.template_name)?;
    let body = given("body", request.body)?;
    if name.is_none() && body.is_none() {
        return Err(ApiError::Invalid(
            "Nothing to change: give template_name, body or both.".into(),
        ));
    }
    let (id, now) = (account.id, state.now());
    let template = state
        .store
        .write(Lane::of(id.0), move |tx| {
            templates::update(tx, id, template_id, name.as_deref(), body.as_deref(), now)
        })
        .await?
        .ok_or(NOT_FOUND)?;
    Ok(answer::success(
        "Your template has been updated.",
        in_wire(template),
    ))
}
