//! `GET /v3/sms-campaigns`, `GET /v3/mms-campaigns`. The page of the latter stands at the top level, where SDK 6 looks for it.

use axum::extract::State;
use axum::response::Response;
use http::StatusCode;
use postern_domain::campaign::Status;
use postern_domain::channel::Channel;
use postern_domain::time::UnixMicros;
use postern_store::campaigns::{self, Found, Order, Search};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::campaign::Beside;
use postern_wire::clicksend::page::ListQuery;

use super::rows;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch, date, order, pairs};
use crate::state::PlatformState;

/// The last microsecond of a second: windows include it.
const SECOND_END: i64 = 999_999;

pub(crate) async fn sms(
    State(state): State<PlatformState>,
    caller: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let (found, stretch) = find(&state, caller, Channel::Sms, &query).await?;
    let rows = found.rows.iter().map(rows::sms).collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/sms-campaigns",
        rows,
    );
    Ok(answer::success("Here are your SMS campaigns.", page))
}

pub(crate) async fn mms(
    State(state): State<PlatformState>,
    caller: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let (found, stretch) = find(&state, caller, Channel::Mms, &query).await?;
    let rows = found.rows.iter().map(|row| rows::mms(&state, row));
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/mms-campaigns",
        rows.collect(),
    );
    let body = Beside {
        http_code: StatusCode::OK.as_u16(),
        response_code: "SUCCESS".into(),
        response_msg: "Here are your MMS campaigns.".into(),
        page,
    };
    let body = serde_json::to_vec(&body).expect("plain fields");
    Ok(answer::json(StatusCode::OK, body))
}

async fn find(
    state: &PlatformState,
    Caller { account }: Caller,
    channel: Channel,
    query: &ListQuery,
) -> Result<(Found, Stretch), ApiError> {
    let stretch = Stretch::of(query)?;
    let search = Search {
        channel,
        skip: stretch.skip(),
        limit: stretch.limit,
        ..search(query)?
    };
    let id = account.id;
    let found = state
        .store
        .read(move |tx| campaigns::search(tx, id, &search))
        .await?;
    Ok((found, stretch))
}

fn search(query: &ListQuery) -> Result<Search, ApiError> {
    let mut search = Search {
        from: date("date_from", query.date_from.as_deref())?,
        to: date("date_to", query.date_to.as_deref())?.map(|at| UnixMicros(at.0 + SECOND_END)),
        ..Search::default()
    };
    for (field, value) in pairs(query.q.as_deref().unwrap_or_default())? {
        let invalid = |why: &str| ApiError::Invalid(format!("q: {why}.").into());
        let number = || {
            let number = value.parse::<i64>();
            number.map_err(|_| invalid(&format!("`{value}` is no number")))
        };
        match field.to_ascii_lowercase().as_str() {
            "sms_campaign_id" | "mms_campaign_id" | "campaign_id" => {
                search.campaign_id = Some(number()?);
            }
            "list_id" => search.list_id = Some(number()?),
            "name" => search.name = Some(value.to_owned()),
            "status" => {
                let status = Status::ALL
                    .iter()
                    .find(|status| status.as_str().eq_ignore_ascii_case(value));
                search.status = Some(*status.ok_or_else(|| {
                    invalid(&format!("`{value}` is no status of a campaign here"))
                })?);
            }
            _ => {
                return Err(invalid(&format!(
                    "`{field}` cannot be searched; use name, status, list_id, sms_campaign_id, mms_campaign_id"
                )));
            }
        }
    }
    if let Some(text) = query.order_by.as_deref().filter(|t| !t.trim().is_empty()) {
        let (field, descending) = order(text)?;
        search.descending = descending;
        search.order = match field.to_ascii_lowercase().as_str() {
            "sms_campaign_id" | "mms_campaign_id" | "campaign_id" | "date_added" => Order::Id,
            "name" => Order::Name,
            "schedule" => Order::Schedule,
            _ => {
                return Err(ApiError::Invalid(
                    format!(
                        "order_by: `{field}` cannot be sorted by; use date_added, name, schedule."
                    )
                    .into(),
                ));
            }
        };
    }
    Ok(search)
}
