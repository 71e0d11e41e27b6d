//! Everything under `/v3/sms-campaigns` and `/v3/mms-campaigns`, one file an operation for both, and the work of sending them.

mod cancel;
mod judge;
mod limited;
mod link_export;
mod link_statistics;
mod link_tracking;
mod list;
mod plan;
mod price;
mod rows;
mod send;
mod update;
mod view;
mod work;

use postern_domain::campaign::Status;

use crate::error::ApiError;

pub(crate) use link_export::{download as download_clicks, link_export};
pub(crate) use link_statistics::link_statistics;
pub(crate) use link_tracking::link_tracking;
pub(crate) use work::keep;
pub(crate) use {cancel::mms as cancel_mms, cancel::sms as cancel_sms};
pub(crate) use {list::mms as list_mms, list::sms as list_sms};
pub(crate) use {price::mms as price_mms, price::sms as price_sms};
pub(crate) use {send::mms as send_mms, send::sms as send_sms};
pub(crate) use {update::mms as update_mms, update::sms as update_sms};
pub(crate) use {view::mms as view_mms, view::sms as view_sms};

const NOT_FOUND: ApiError = ApiError::NotFound("Campaign record not found.");
/// The live service's sentence.
const NO_LIST: ApiError = ApiError::NotFound("Your list is not found.");

/// Contacts of a campaign. ClickSend says 20,000.
const RECIPIENTS_MAX: i64 = 1_000_000;

fn too_late(status: Status) -> ApiError {
    let what = match status {
        Status::Sending => "is being sent",
        Status::Cancelled => "was cancelled",
        Status::Failed => "has failed",
        _ => "was sent",
    };
    ApiError::Invalid(format!("It is too late: the campaign {what}.").into())
}
