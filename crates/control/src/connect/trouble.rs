//! What the page says when credentials could not be verified: what happened, whose answer it was, what to do.

use http::StatusCode;

use super::page::{Blamed, Trouble};
use super::visit::Open;
use crate::connections::Failure;

impl Open {
    /// The status of the answer, the stable word for the record, and the words for the reader.
    pub(super) fn explain(&self, failure: Failure) -> (StatusCode, &'static str, Trouble) {
        let host = self.origin.host();
        let title = &self.app.title;
        match failure {
            Failure::BadField { field } => {
                let blamed = self.blamed(
                    &field,
                    format!("Enter it as {title} shows it, without line breaks."),
                );
                let what = blamed.as_ref().map_or(field, |blamed| blamed.label.clone());
                let message = format!("{what} is empty, or holds something that cannot be sent.");
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid_request",
                    Trouble { message, blamed },
                )
            }
            Failure::Rejected { status } => {
                let message = format!(
                    "{host} did not accept these credentials (it answered {status}). Check each of them, then enter them again."
                );
                let last = self
                    .app
                    .injection
                    .fields()
                    .last()
                    .map(|(field, _)| field.name.clone());
                let blamed = last.and_then(|name| {
                    self.blamed(&name, "Not accepted together. Enter it again.".to_owned())
                });
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "credentials_rejected",
                    Trouble { message, blamed },
                )
            }
            Failure::TimedOut => {
                let message = format!(
                    "{host} did not answer in time, so your credentials could not be checked. Try again in a moment; the link still works."
                );
                (
                    StatusCode::GATEWAY_TIMEOUT,
                    "upstream_timeout",
                    Trouble {
                        message,
                        blamed: None,
                    },
                )
            }
            Failure::Unreachable { reason } => {
                let message = format!(
                    "{host} could not be asked, so your credentials could not be checked: {reason}. The link still works."
                );
                (
                    StatusCode::BAD_GATEWAY,
                    "upstream_unreachable",
                    Trouble {
                        message,
                        blamed: None,
                    },
                )
            }
        }
    }

    fn blamed(&self, name: &str, note: String) -> Option<Blamed> {
        let fields = self.app.injection.fields();
        let (field, _) = fields.into_iter().find(|(field, _)| field.name == name)?;
        Some(Blamed {
            name: field.name.clone(),
            label: field.label.clone(),
            note,
        })
    }
}
