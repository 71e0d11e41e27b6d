//! Asking once more before something is done: a page of its own, so that it works without a script.

use askama::Template;
use axum::response::Response;
use http::StatusCode;

use crate::input::Input;
use crate::shell::{Shell, html};

#[derive(Template)]
#[template(path = "console/confirm.html")]
pub(crate) struct ConfirmPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    /// What happens, in sentences.
    pub(crate) lead: Vec<String>,
    /// Where the form goes.
    pub(crate) action: String,
    pub(crate) button: &'static str,
    /// It cannot be taken back.
    pub(crate) is_final: bool,
    pub(crate) inputs: Vec<Input>,
    /// Where one goes who thinks better of it.
    pub(crate) back: String,
    pub(crate) problem: String,
}

impl ConfirmPage {
    pub(crate) fn shown(self) -> Response {
        let status = match self.problem.is_empty() {
            true => StatusCode::OK,
            false => StatusCode::UNPROCESSABLE_ENTITY,
        };
        html(status, &self)
    }
}
