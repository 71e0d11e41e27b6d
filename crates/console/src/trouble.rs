//! Why there is no page, as a page: what happened and the one thing to do about it.

use askama::Template;
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use postern_wire::control::Problem;

use crate::shell::{Shell, html};

#[derive(Debug)]
pub(crate) enum Trouble {
    /// Nobody is signed in; `next` is where they wanted to go.
    SignedOut {
        next: Option<String>,
    },
    CrossSite,
    BadForm,
    /// There is no such thing, or no longer.
    NotFound,
    NoApproval,
    /// A file that is larger than the page takes.
    TooLarge,
    /// The platform refuses what was asked, in its words, and no form can be corrected.
    NotDone(String),
    /// A held request that does not open.
    Unreadable,
    Store(postern_store::Error),
    /// The control plane refuses what was asked, and no form can be corrected.
    Refused(Box<Problem>),
    /// The control plane answers what nobody understands.
    Control,
}

#[derive(Template)]
#[template(path = "console/trouble.html")]
struct TroublePage<'a> {
    shell: Shell,
    title: &'static str,
    reason: &'a str,
    step: &'a str,
}

impl From<postern_store::Error> for Trouble {
    fn from(error: postern_store::Error) -> Trouble {
        Trouble::Store(error)
    }
}

impl IntoResponse for Trouble {
    fn into_response(self) -> Response {
        let (refused, words);
        let (status, title, reason, step) = match self {
            Trouble::SignedOut { next } => {
                let next = next.map_or_else(String::new, |next| format!("?next={next}"));
                return Redirect::to(&format!("/console/sign-in{next}")).into_response();
            }
            Trouble::CrossSite => (
                StatusCode::FORBIDDEN,
                "This form was not accepted",
                "It did not come from this console, or the session that it belonged to has ended.",
                "Open the console again and use its own forms.",
            ),
            Trouble::BadForm => (
                StatusCode::BAD_REQUEST,
                "This form could not be read",
                "It was cut off, or holds something that our forms do not.",
                "Go back, load the page again, and repeat.",
            ),
            Trouble::NotFound => (
                StatusCode::NOT_FOUND,
                "There is nothing here",
                "The address names nothing that this console knows.",
                "Go back to the list and choose from there.",
            ),
            Trouble::NoApproval => (
                StatusCode::NOT_FOUND,
                "There is no such approval",
                "It may have been over for more than thirty days.",
                "Look at those that are there.",
            ),
            Trouble::Unreadable => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "This request cannot be read",
                "What is stored is not what was held, or the vault key is not the one that sealed it. Nothing of it is sent.",
                "Tell whoever runs this server; the log says more.",
            ),
            Trouble::TooLarge => (
                StatusCode::PAYLOAD_TOO_LARGE,
                "The file is too large",
                "A file that is uploaded here may have up to 30 MB.",
                "Divide it, or import it over the API, which takes files piece by piece.",
            ),
            Trouble::NotDone(why) => {
                words = why;
                (
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "This was not done",
                    words.as_str(),
                    "Go back, change what is asked for, and try again.",
                )
            }
            Trouble::Refused(problem) => {
                refused = problem;
                (
                    StatusCode::from_u16(refused.code).unwrap_or(StatusCode::CONFLICT),
                    "This was not done",
                    refused.message.as_str(),
                    refused
                        .hint
                        .as_deref()
                        .unwrap_or("Go back, look, and decide what to do instead."),
                )
            }
            Trouble::Control => (
                StatusCode::INTERNAL_SERVER_ERROR,
                "Something went wrong on this server",
                "Whether what you asked for was done is not certain.",
                "Look before you repeat it; the log says more.",
            ),
            Trouble::Store(error) => {
                tracing::error!(%error, "the console cannot use the store");
                (
                    StatusCode::SERVICE_UNAVAILABLE,
                    "The store cannot be used at the moment",
                    "Whether what you asked for was done is not certain.",
                    "Load the page again in a moment and look before you repeat it.",
                )
            }
        };
        let page = TroublePage {
            shell: Shell::bare(),
            title,
            reason,
            step,
        };
        html(status, &page)
    }
}
