//! `GET /v3/senders/default-senders`.

use axum::extract::{Query, State};
use axum::response::Response;
use postern_store::default_senders;
use postern_wire::clicksend::sender::DefaultSenders;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::newer::{CursorQuery, is_descending, size};
use crate::state::PlatformState;

const PATH: &str = "/v3/senders/default-senders";
const SIZE_DEFAULT: i64 = 10;
const SIZE_MAX: i64 = 500;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Query(query): Query<CursorQuery>,
) -> Result<Response, ApiError> {
    let size = size(
        "per_page",
        query.per_page.as_deref(),
        SIZE_DEFAULT,
        SIZE_MAX,
    )?;
    let offset = match query.offset.as_deref().map(str::trim) {
        None | Some("") => 0,
        Some(text) => text
            .parse::<i64>()
            .ok()
            .filter(|n| *n >= 0)
            .ok_or(ApiError::Invalid(
                "offset must be the offset of a next page.".into(),
            ))?,
    };
    let by_country = match query.sort_by.as_deref().map(str::trim) {
        None | Some("" | "created_timestamp") => false,
        Some("country_code") => true,
        Some(_) => {
            return Err(ApiError::Invalid(
                "sort_by must be created_timestamp or country_code.".into(),
            ));
        }
    };
    let descending = is_descending(query.sort_direction.as_deref(), true)?;
    let id = account.id;
    let mut rows = state
        .store
        .read(move |tx| {
            default_senders::list(
                tx,
                id,
                by_country,
                descending,
                offset,
                size.saturating_add(1),
            )
        })
        .await?;
    let is_more = rows.len() as i64 > size;
    rows.truncate(usize::try_from(size).unwrap_or(usize::MAX));
    let link = |offset: i64| format!("{PATH}?per_page={size}&offset={offset}");
    Ok(answer::success(
        "Default senders retrieved successfully",
        DefaultSenders {
            data: rows.into_iter().map(|row| in_wire(row, id)).collect(),
            per_page: size,
            self_page_url: link(offset),
            next_page_url: match is_more {
                true => link(offset.saturating_add(size)),
                false => String::new(),
            },
        },
    ))
}
