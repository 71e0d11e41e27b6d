//! `POST /v3/sms/templates`.

use axum::extract::State;
use axum::response::Response;
use postern_store::{Lane, templates};
use postern_wire::clicksend::template::TemplateRequest;

use super::{given, in_wire};
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<TemplateRequest>,
) -> Result<Response, ApiError> {
    let name = required("template_name", request.template_name)?;
    let body = required("body", request.body)?;
    let (id, now) = (account.id, state.now());
    let template = state
        .store
        .write(Lane::of(id.0), move |tx| {
            templates::create(tx, id, &name, &body, now)
        })
        .await?;
    Ok(answer::success(
        "New template has been saved.",
        in_wire(template),
    ))
}

fn required(field: &'static str, text: Option<String>) -> Result<String, ApiError> {
    given(field, text)?
        .ok_or_else(|| ApiError::Invalid(format!("{field} is missing or empty.").into()))
}
