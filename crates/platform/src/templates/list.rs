//! `GET /v3/sms/templates`.

use axum::extract::State;
use axum::response::Response;
use postern_store::templates::{self, TemplateOrder, TemplateSearch};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::page::ListQuery;

use super::in_wire;
use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch, order, pairs};
use crate::sms::search::combine;
use crate::state::PlatformState;

/// No template has this number: an id that is no number finds nothing.
const NO_TEMPLATE: i64 = 0;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let search = search(&query, stretch)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| templates::page(tx, id, &search))
        .await?;
    let rows = found.rows.into_iter().map(in_wire).collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/sms/templates",
        rows,
    );
    Ok(answer::success("Here are your templates.", page))
}

fn search(query: &ListQuery, stretch: Stretch) -> Result<TemplateSearch, ApiError> {
    let mut search = TemplateSearch {
        skip: stretch.skip(),
        limit: stretch.limit,
        ..TemplateSearch::default()
    };
    let pairs = pairs(query.q.as_deref().unwrap_or_default())?;
    // Joining nothing with OR would find nothing.
    let operator = combine(query.operator.as_deref())?;
    if !pairs.is_empty() {
        search.combine = operator;
    }
    for (field, value) in pairs {
        match field.to_ascii_lowercase().as_str() {
            "template_id" => search.template_id = Some(value.parse().unwrap_or(NO_TEMPLATE)),
            "template_name" => search.template_name = Some(value.to_owned()),
            "body" => search.body = Some(value.to_owned()),
            _ => {
                return Err(ApiError::Invalid(
                    format!(
                        "q: `{field}` cannot be searched; use template_id, template_name, body."
                    )
                    .into(),
                ));
            }
        }
    }
    if let Some(text) = query.order_by.as_deref().filter(|t| !t.trim().is_empty()) {
        let (field, descending) = order(text)?;
        search.descending = descending;
        search.order = match field.to_ascii_lowercase().as_str() {
            "template_id" => TemplateOrder::Id,
            "template_name" => TemplateOrder::Name,
            "body" => TemplateOrder::Body,
            _ => {
                return Err(ApiError::Invalid(
                    format!("order_by: `{field}` cannot be sorted by; use template_id, template_name, body.").into(),
                ));
            }
        };
    }
    Ok(search)
}
