//! What the page says when credentials could not be verified: what happened, whose answer it was, what to do.

use http::StatusCode;

use super::page::Trouble;
use super::visit::Open;
use crate::connections::Failure;

impl Open {
    /// The status of the answer, the stable word for the record, and the words for the reader.
    pub(super) fn explain(&self, failure: Failure) -> (StatusCode, &'static str, Trouble) {
        let host = self.origin.host();
        let fields = self.app.injection.fields();
        let label = |name: &str| {
            fields
                .iter()
                .find(|(field, _)| field.name == name)
                .map_or(name, |(field, _)| field.label.as_str())
                .to_owned()
        };
        let last_input = fields.last().map(|(field, _)| field.name.clone());
        match failure {
            Failure::BadField { field } => {
                let message = format!(
                    "{}: enter it as {} shows it, without line breaks",
                    label(&field),
                    self.app.title
                );
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "invalid_request",
                    Trouble {
                        message,
                        input: Some(field),
                    },
                )
            }
            Failure::Rejected { status } => {
                let message = format!(
                    "{host} did not accept these credentials (it answered {status}). Check each of them and enter them again."
                );
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "credentials_rejected",
                    Trouble {
                        message,
                        input: last_input,
                    },
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
                        input: None,
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
                        input: None,
                    },
                )
            }
        }
    }
}
