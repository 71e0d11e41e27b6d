//! `GET /v3/country-list`.

use axum::response::Response;

use super::listed;
use crate::answer;
use crate::caller::Caller;

pub(crate) async fn list(_: Caller) -> Response {
    answer::success("List of Countries.", listed().collect::<Vec<_>>())
}
