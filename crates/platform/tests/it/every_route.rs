//! What holds on every route there is, whatever it does: the routes are asked for, not listed here.

mod failing;
mod lenient;
mod naming;
mod operations;
mod paged;

pub(crate) use operations::{Operation, operations};

/// Paths that ask nobody who they are.
const PUBLIC: &[&str] = &[
    "/s/{code}",
    "/v3/countries",
    "/v3/files/{file_id}",
    "/v3/lists/{list_id}/export/{link}/{name}",
    "/v3/sms-campaigns/{sms_campaign_id}/link-export/{link}/{name}",
    "/v3/uploads/{name}",
];
