//! `POST /v3/delivery-issues`.

use axum::extract::State;
use axum::response::Response;
use postern_store::Lane;
use postern_store::delivery_issues::{self, NewIssue};
use postern_wire::clicksend::delivery_issue::{CreatedIssue, IssueRequest};

use crate::answer;
use crate::caller::Caller;
use crate::email_addresses::normal;
use crate::error::ApiError;
use crate::payload::Payload;
use crate::state::PlatformState;

const CHARS_MAX: usize = 10_000;
const WORD_CHARS_MAX: usize = 64;

pub(crate) async fn create(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Payload(request): Payload<IssueRequest>,
) -> Result<Response, ApiError> {
    let email_address = normal(request.email_address.as_deref().unwrap_or_default()).ok_or(
        ApiError::Invalid("email_address is missing or no e-mail address.".into()),
    )?;
    let issue = NewIssue {
        message_id: short(
            "message_id",
            request.message_id.unwrap_or_default(),
            WORD_CHARS_MAX,
        )?,
        kind: required("type", request.kind, WORD_CHARS_MAX)?,
        description: required("description", request.description, CHARS_MAX)?,
        client_comments: request
            .client_comments
            .map(|text| short("client_comments", text, CHARS_MAX))
            .transpose()?,
        email_address,
    };
    let (id, now, new) = (account.id, state.now(), issue.clone());
    let issue_id = state
        .store
        .write(Lane::of(id.0), move |tx| {
            delivery_issues::create(tx, id, &new, now)
        })
        .await?;
    Ok(answer::success(
        "New delivery issue has been created.",
        CreatedIssue {
            issue_id,
            user_id: id.0,
            message_id: issue.message_id,
            kind: issue.kind,
            description: issue.description,
            date_added: now.secs(),
            email_address: issue.email_address,
        },
    ))
}

fn required(field: &'static str, text: Option<String>, most: usize) -> Result<String, ApiError> {
    match text.filter(|text| !text.trim().is_empty()) {
        Some(text) => short(field, text, most),
        None => Err(ApiError::Invalid(format!("{field} is missing.").into())),
    }
}

fn short(field: &'static str, text: String, most: usize) -> Result<String, ApiError> {
    match text.chars().count() > most {
        true => Err(ApiError::Invalid(
            format!("{field} is longer than {most} characters.").into(),
        )),
        false => Ok(text.trim().to_owned()),
    }
}
