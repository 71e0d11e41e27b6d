//! Everything under `/v3/sms/inbound` and `/v3/sms/inbound-read`, one file an operation.

mod list;
mod read;
mod read_one;
mod reply;
mod test;

use postern_store::inbound::Inbound;
use postern_wire::clicksend::inbound as wire;

use crate::error::ApiError;

pub(crate) use list::list;
pub(crate) use read::read;
pub(crate) use read_one::read_one;
pub(crate) use reply::reply;
pub(crate) use test::test;

const NOT_FOUND: ApiError = ApiError::NotFound("Inbound record not found.");

fn in_wire(inbound: Inbound) -> wire::Inbound {
    let at = inbound.at.secs();
    let keyword = inbound.body.split_whitespace().next().unwrap_or_default();
    let (original_message_id, original_body, custom_string) = match inbound.original {
        Some(original) => (
            original.message_id.to_string(),
            original.body,
            original.custom_string,
        ),
        None => Default::default(),
    };
    wire::Inbound {
        timestamp: at,
        timestamp_send: at,
        from: inbound.sender,
        keyword: keyword.to_lowercase(),
        body: inbound.body,
        original_body,
        original_message_id,
        to: inbound.recipient,
        custom_string,
        message_id: inbound.message_id.to_string(),
    }
}
