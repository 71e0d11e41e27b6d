//! Everything under `/v3/sms/templates`, one file an operation.

mod create;
mod delete;
mod list;
mod update;
mod view;

use postern_store::templates::Template;
use postern_wire::clicksend::template as wire;

use crate::error::ApiError;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use update::update;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Template record not found.");

/// Characters of a name or a body. ClickSend's limits are unknown; this one only keeps a mistake from filling the disk.
const CHARS_MAX: usize = 10_000;

fn in_wire(template: Template) -> wire::Template {
    wire::Template {
        template_id: template.template_id,
        body: template.body,
        template_name: template.template_name,
    }
}

/// `None`: the caller wrote nothing, or only blanks.
fn given(field: &'static str, text: Option<String>) -> Result<Option<String>, ApiError> {
    let text = text.filter(|text| !text.trim().is_empty());
    match &text {
        Some(text) if text.chars().count() > CHARS_MAX => Err(ApiError::Invalid(
            format!("{field} is longer than {CHARS_MAX} characters.").into(),
        )),
        _ => Ok(text),
    }
}
