//! `/v3/delivery-issues`: what an account complains about. Nobody at the other end solves it here; it is kept for whoever runs the service.

mod create;
mod list;

pub(crate) use create::create;
pub(crate) use list::list;
