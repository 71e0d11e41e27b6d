//! `/approvals`: sends that wait for a person. Keys read their own; only an operator who is signed in decides.

mod decide;
mod list;
mod read;
mod secret;

pub(crate) use decide::{approve, deny};
pub(crate) use list::list_approvals;
pub(crate) use read::read_approval;
pub(crate) use secret::read_secret;

use axum::Extension;
use postern_domain::key::Role;

use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::refusal::Refusal;

/// Whose approvals somebody sees; `None`: everybody's.
fn only_of(context: Option<&Extension<Context>>) -> Option<String> {
    let Extension(context) = context?;
    let all = context.caller.role == Role::Full && unnarrowed(&context.caller).is_ok();
    (!all).then(|| context.caller.id.clone())
}

fn missing() -> Refusal {
    Refusal::not_found("approval_not_found", "there is no such approval")
}
