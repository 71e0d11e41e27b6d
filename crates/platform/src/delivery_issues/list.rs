//! `GET /v3/delivery-issues`: oldest first.

use axum::extract::State;
use axum::response::Response;
use postern_domain::account::AccountId;
use postern_store::delivery_issues::{self, Issue};
use postern_wire::clicksend::Page;
use postern_wire::clicksend::delivery_issue as wire;

use crate::answer;
use crate::caller::Caller;
use crate::error::ApiError;
use crate::paging::{List, Stretch};
use crate::state::PlatformState;

pub(crate) async fn list(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    List(query): List,
) -> Result<Response, ApiError> {
    let stretch = Stretch::of(&query)?;
    let id = account.id;
    let found = state
        .store
        .read(move |tx| delivery_issues::page(tx, id, stretch.skip(), stretch.limit))
        .await?;
    let rows = found.rows.into_iter().map(|row| in_wire(row, id)).collect();
    let page = Page::new(
        found.total,
        stretch.limit,
        stretch.page,
        "/v3/delivery-issues",
        rows,
    );
    Ok(answer::success("Here is your result.", page))
}

fn in_wire(row: Issue, account: AccountId) -> wire::Issue {
    wire::Issue {
        issue_id: row.issue_id.to_string(),
        user_id: account.0,
        message_id: row.issue.message_id,
        kind: row.issue.kind,
        description: row.issue.description,
        client_comments: row.issue.client_comments,
        support_comments: None,
        status: None,
        date_added: row.created_at.secs(),
        resolved: 0,
        email_address: row.issue.email_address,
    }
}
