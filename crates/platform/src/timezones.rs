//! `GET /v3/timezones`: a plain list of names.

use axum::response::Response;
use postern_domain::timezone;

use crate::answer;
use crate::caller::Caller;

pub(crate) async fn timezones(_: Caller) -> Response {
    let names: Vec<_> = timezone::names().collect();
    answer::success("List of timezones.", names)
}
