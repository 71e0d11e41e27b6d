//! Everything under `/v3/alpha-tags`, one file an operation. No envelope around what succeeds. Whoever decides about tags is simulated: it
//! takes two seconds, and refuses tags with `reject` in them.

mod delete;
mod list;
mod request;
mod view;

use postern_domain::account::AccountId;
use postern_domain::time::UnixMicros;
use postern_store::alpha_tags::AlphaTag;
use postern_wire::clicksend::sender as wire;

use crate::error::ApiError;
use crate::newer::{account_uuid, iso};

pub(crate) use delete::delete;
pub(crate) use list::list;
pub(crate) use request::request;
pub(crate) use view::view;

const NOT_FOUND: ApiError = ApiError::NotFound("Alpha tag record not found.");
const DECIDED_AFTER_SECONDS: i64 = 2;

#[derive(Copy, Clone, Debug, PartialEq, Eq)]
pub(crate) enum TagStatus {
    Pending,
    Approved,
    Rejected,
}

pub(crate) fn status(tag: &AlphaTag, now: UnixMicros) -> TagStatus {
    if now < tag.decided_at {
        TagStatus::Pending
    } else if tag.alpha_tag.to_ascii_lowercase().contains("reject") {
        TagStatus::Rejected
    } else {
        TagStatus::Approved
    }
}

fn in_wire(tag: AlphaTag, account: AccountId, now: UnixMicros) -> wire::AlphaTag {
    let status = status(&tag, now);
    let account = account_uuid(account);
    let updated_at = match status {
        TagStatus::Pending => tag.created_at,
        TagStatus::Approved | TagStatus::Rejected => tag.decided_at,
    };
    wire::AlphaTag {
        id: tag.alpha_tag_id,
        account_id: account.clone(),
        workspace_id: account.clone(),
        user_id: account,
        alpha_tag: tag.alpha_tag,
        status: match status {
            TagStatus::Pending => "PENDING".into(),
            TagStatus::Approved => "APPROVED".into(),
            TagStatus::Rejected => "REJECTED".into(),
        },
        reason: tag.reason,
        countries: match tag.countries.as_str() {
            "" => None,
            codes => Some(codes.split(',').map(str::to_owned).collect()),
        },
        created_timestamp: iso(tag.created_at),
        updated_timestamp: iso(updated_at),
    }
}
