//! Why a request is not done. Handlers return it; [`crate::finish`] makes the one JSON body of it.

use std::fmt::Display;

use axum::response::{IntoResponse, Response};
use http::StatusCode;

/// An answer that is not a success. The message is for whoever asked; what only the operator may know is logged instead.
#[derive(Clone, Debug)]
pub(crate) struct Refusal {
    pub(crate) status: StatusCode,
    /// The stable word.
    pub(crate) error: &'static str,
    pub(crate) message: String,
    pub(crate) hint: Option<String>,
    pub(crate) field: Option<String>,
    pub(crate) retry_after_seconds: Option<i64>,
}

impl Refusal {
    pub(crate) fn new(status: StatusCode, error: &'static str, message: impl Into<String>) -> Self {
        Self {
            status,
            error,
            message: message.into(),
            hint: None,
            field: None,
            retry_after_seconds: None,
        }
    }

    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    pub(crate) fn field(mut self, field: impl Into<String>) -> Self {
        self.field = Some(field.into());
        self
    }

    /// 422: one part of the request means nothing.
    pub(crate) fn invalid(field: impl Into<String>, message: impl Into<String>) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "invalid_request", message).field(field)
    }

    pub(crate) fn forbidden(error: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, error, message)
    }

    pub(crate) fn not_found(error: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, message)
    }

    pub(crate) fn conflict(error: &'static str, message: impl Into<String>) -> Self {
        Self::new(StatusCode::CONFLICT, error, message)
    }

    /// The row was changed between reading and writing it.
    pub(crate) fn changed_meanwhile() -> Self {
        Self::conflict(
            "changed_meanwhile",
            "somebody else changed this at the same time; nothing was changed by this request",
        )
        .hint("read it again and repeat the change")
    }

    /// A committed change that this process could not take up.
    pub(crate) fn not_in_force(error: &impl Display) -> Self {
        tracing::error!(%error, "a change was stored, but the directory could not be renewed");
        Self::new(
            StatusCode::SERVICE_UNAVAILABLE,
            "not_in_force",
            "the change is stored but not in force yet, because the store could not be read afterwards",
        )
        .hint("do not repeat it; it comes into force with the next change or restart")
    }

    /// Something that must not happen did. The cause goes to the log.
    pub(crate) fn internal(error: &impl Display) -> Self {
        tracing::error!(%error, "a control request failed");
        Self::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "internal",
            "this server failed; its log says why, under the request id",
        )
    }
}

impl From<postern_store::Error> for Refusal {
    fn from(error: postern_store::Error) -> Self {
        match error {
            postern_store::Error::Unavailable(_) => {
                tracing::error!(%error, "the store is unavailable");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "store_unavailable",
                    "the store cannot be used at the moment; nothing was changed",
                )
                .hint("try again; if it stays so, the operator finds the reason in the log")
            }
            postern_store::Error::OutcomeUnknown(_) => {
                tracing::error!(%error, "the outcome of a control change is unknown");
                Self::new(
                    StatusCode::SERVICE_UNAVAILABLE,
                    "outcome_unknown",
                    "the store broke off: the change may have happened or not",
                )
                .hint("look before you repeat it")
            }
            other => Self::internal(&other),
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = self.status.into_response();
        response.extensions_mut().insert(self);
        response
    }
}
