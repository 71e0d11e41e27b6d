//! The errors of the surface: status, `response_code` and the sentence that a person reads. What went wrong inside is logged here, once.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use postern_guard::{Outcome, Verdict};
use postern_wire::clicksend::Envelope;

use crate::answer;

#[derive(Debug)]
pub(crate) enum ApiError {
    /// The request cannot be understood; names the field and what to write.
    Invalid(Cow<'static, str>),
    Unauthorized,
    /// The credentials are right, the account is closed.
    Inactive,
    /// Somebody else's, or nobody's.
    Forbidden,
    /// The thing that was asked for; a sentence.
    NotFound(&'static str),
    /// What must be there once is there already; a sentence.
    AlreadyExists(&'static str),
    /// The balance does not cover what was to be bought.
    InsufficientCredit,
    UnknownEndpoint,
    TooLarge {
        bytes_max: usize,
    },
    TooMany,
    Store(postern_store::Error),
    /// The guard let nothing of it be sent, or was only asked what it would say.
    Guarded(Box<Outcome>),
    /// What is stored cannot be read with this vault key.
    Sealed(postern_vault::OpenError),
}

impl From<postern_store::Error> for ApiError {
    fn from(error: postern_store::Error) -> ApiError {
        ApiError::Store(error)
    }
}

impl ApiError {
    fn parts(&self) -> (StatusCode, &'static str, Cow<'static, str>) {
        match self {
            ApiError::Invalid(why) => (StatusCode::BAD_REQUEST, "BAD_REQUEST", why.clone()),
            ApiError::Unauthorized => (
                StatusCode::UNAUTHORIZED,
                "UNAUTHORIZED",
                "Authorization failed.".into(),
            ),
            ApiError::Inactive => (
                StatusCode::FORBIDDEN,
                "FORBIDDEN",
                "Your account is not active.".into(),
            ),
            ApiError::Forbidden => (
                StatusCode::FORBIDDEN,
                "FORBIDDEN",
                "Resource not found or you don't have the permissions to access this resource."
                    .into(),
            ),
            ApiError::AlreadyExists(what) => {
                (StatusCode::BAD_REQUEST, "ALREADY_EXISTS", (*what).into())
            }
            ApiError::InsufficientCredit => (
                StatusCode::BAD_REQUEST,
                "INSUFFICIENT_CREDIT",
                "Your balance does not cover the price.".into(),
            ),
            ApiError::NotFound(what) => (StatusCode::NOT_FOUND, "NOT_FOUND", (*what).into()),
            ApiError::UnknownEndpoint => (
                StatusCode::NOT_FOUND,
                "NOT_FOUND",
                "Invalid endpoint. Please try again.".into(),
            ),
            ApiError::TooLarge { bytes_max } => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "PAYLOAD_TOO_LARGE",
                format!("The request body is larger than {bytes_max} bytes; send the messages in several calls.").into(),
            ),
            ApiError::TooMany => (
                StatusCode::TOO_MANY_REQUESTS,
                "HTTP_TOO_MANY_REQUESTS",
                "Too many attempts.".into(),
            ),
            // Never a status that clients answer by sending again: the messages may be accepted.
            ApiError::Store(postern_store::Error::OutcomeUnknown(_)) => (
                StatusCode::CONFLICT,
                "OUTCOME_UNKNOWN",
                "It is not known whether this was done. Look into the history before trying again.".into(),
            ),
            ApiError::Store(postern_store::Error::Unavailable(_)) => (
                StatusCode::SERVICE_UNAVAILABLE,
                "SERVICE_UNAVAILABLE",
                "Nothing was done: the service cannot store anything at the moment.".into(),
            ),
            ApiError::Guarded(outcome) => match &**outcome {
                Outcome::Refused(verdicts) => (
                    StatusCode::FORBIDDEN,
                    "FORBIDDEN",
                    verdicts.first().map_or_else(String::new, sentence).into(),
                ),
                Outcome::NeedsApproval(pending) => (
                    StatusCode::FORBIDDEN,
                    "FORBIDDEN",
                    pending
                        .preview
                        .verdicts
                        .iter()
                        .find(|verdict| !verdict.passed)
                        .map_or_else(String::new, sentence)
                        .into(),
                ),
                Outcome::Previewed(_) => {
                    (StatusCode::OK, "SUCCESS", "Nothing was sent.".into())
                }
            },
            ApiError::Store(_) | ApiError::Sealed(_) => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "INTERNAL_SERVER_ERROR",
                "Something is wrong on our side. Nothing was done.".into(),
            ),
        }
    }

    fn log(&self) {
        match self {
            ApiError::Store(error) => {
                tracing::error!(%error, "a platform call failed in the store")
            }
            ApiError::Sealed(error) => {
                tracing::error!(%error, "an account's API key cannot be opened")
            }
            _ => {}
        }
    }
}

/// Nobody waits for an approval on this surface: ClickSend knows none.
fn sentence(verdict: &Verdict) -> String {
    let mut text = verdict.sentence();
    if verdict.code == "approval_required" {
        text.push_str(" This API cannot wait for an approval: send less, or through the gateway.");
    }
    text
}

impl IntoResponse for ApiError {
    fn into_response(self) -> Response {
        self.log();
        let (status, response_code, response_msg) = self.parts();
        let mut response = answer::envelope(
            status,
            &Envelope {
                http_code: status.as_u16(),
                response_code: response_code.into(),
                response_msg,
                data: (),
            },
        );
        if let ApiError::Guarded(outcome) = self {
            response.extensions_mut().insert(*outcome);
        }
        response
    }
}
