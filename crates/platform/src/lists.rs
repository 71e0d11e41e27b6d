//! Everything under `/v3/lists` but the contacts in them, one file an operation.

mod create;
mod delete;
mod export;
mod import;
mod import_fields;
mod import_preview;
mod import_report;
mod list;
mod remove_duplicates;
mod remove_opted_out;
mod update;
mod upload;
mod view;

use postern_store::lists::List;
use postern_wire::clicksend::list as wire;

use crate::error::ApiError;

pub(crate) use create::create;
pub(crate) use delete::delete;
pub(crate) use export::{download, export};
pub(crate) use import::import;
pub(crate) use import_fields::import_fields;
pub(crate) use import_preview::import_preview;
pub(crate) use import_report::import_report;
pub(crate) use list::list;
pub(crate) use remove_duplicates::remove_duplicates;
pub(crate) use remove_opted_out::remove_opted_out;
pub(crate) use update::update;
pub(crate) use view::view;

pub(crate) const NOT_FOUND: ApiError = ApiError::NotFound("List record not found.");

/// Characters of a name. ClickSend's limit is unknown.
const NAME_CHARS_MAX: usize = 255;

pub(crate) fn in_wire(list: List) -> wire::ContactList {
    wire::ContactList {
        list_id: list.list_id,
        list_name: list.name,
        list_email_id: list.email_id,
        contacts_count: list.contacts,
        import_in_progress: i64::from(list.import_in_progress),
        optout_in_progress: i64::from(list.opt_out_in_progress),
    }
}

fn name(request: wire::ListRequest) -> Result<String, ApiError> {
    let name = request.list_name.unwrap_or_default();
    match name.trim() {
        "" => Err(ApiError::Invalid("list_name is missing or empty.".into())),
        name if name.chars().count() > NAME_CHARS_MAX => Err(ApiError::Invalid(
            format!("list_name is longer than {NAME_CHARS_MAX} characters.").into(),
        )),
        name => Ok(name.replace('\0', "")),
    }
}
