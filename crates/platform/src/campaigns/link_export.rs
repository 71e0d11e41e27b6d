//! `GET /v3/sms-campaigns/{campaign_id}/link-export` answers a link that needs no credentials and lives for twenty minutes; behind it are
//! the openings of the campaign's links as CSV, written while they are read.

use axum::body::Body;
use axum::extract::{Path, Query, State};
use axum::response::Response;
use futures_util::stream::try_unfold;
use postern_domain::account::AccountId;
use postern_domain::channel::Channel;
use postern_store::links::{self, Click};
use postern_store::{Tx, campaigns};
use postern_wire::clicksend::list::ExportLink;
use serde::Deserialize;

use super::NOT_FOUND;
use crate::answer;
use crate::caller::Caller;
use crate::csv::harmless;
use crate::error::ApiError;
use crate::signed_link::{self, EXPIRED};
use crate::state::PlatformState;

const LABEL: &str = "link export";
/// Openings read and written at once.
const STEP_MAX: i64 = 1_000;
const HEADINGS: &str = "date,phone_number,first_name,last_name,contact_id,device,os,browser\r\n";

#[derive(Deserialize)]
pub(crate) struct ExportQuery {
    #[serde(default)]
    filename: String,
}

pub(crate) async fn link_export(
    State(state): State<PlatformState>,
    Caller { account }: Caller,
    Path(id): Path<String>,
    Query(query): Query<ExportQuery>,
) -> Result<Response, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| NOT_FOUND)?;
    let id = account.id;
    let campaign = state
        .store
        .read(move |tx| campaigns::get(tx, id, Channel::Sms, campaign_id))
        .await?
        .ok_or(NOT_FOUND)?;
    let proof = signed_link::sign(&state, LABEL, id, campaign_id);
    let base = state.config.public_url.trim_end_matches('/');
    let name = signed_link::file_name(match query.filename.trim() {
        "" => &campaign.plan.name,
        given => given,
    });
    let url = format!("{base}/v3/sms-campaigns/{campaign_id}/link-export/{proof}/{name}");
    Ok(answer::success(
        "Download your file here.",
        ExportLink { url },
    ))
}

pub(crate) async fn download(
    State(state): State<PlatformState>,
    Path((id, link, name)): Path<(String, String, String)>,
) -> Result<Response, ApiError> {
    let campaign_id: i64 = id.parse().map_err(|_| EXPIRED)?;
    let account = signed_link::proven(&state, LABEL, campaign_id, &link).ok_or(EXPIRED)?;
    let url = state
        .store
        .read(move |tx: &mut Tx<'_>| links::by_campaign(tx, account, campaign_id))
        .await?
        .into_iter()
        .next();
    let content = content(state, account, url.map(|url| url.long_url_id));
    Ok(signed_link::csv(&name, content))
}

/// Headings, then a thousand openings at a time.
fn content(state: PlatformState, account: AccountId, long_url_id: Option<i64>) -> Body {
    let stream = try_unfold(None, move |after: Option<i64>| {
        let state = state.clone();
        async move {
            let Some(after) = after else {
                return Ok(Some((HEADINGS.to_owned(), Some(0))));
            };
            let Some(url) = long_url_id else {
                return Ok(None);
            };
            let found = state
                .store
                .read(move |tx| links::clicks(tx, url, after, STEP_MAX))
                .await
                .inspect_err(
                    |error| tracing::error!(%error, account.id = account.0, "an export was cut off"),
                )?;
            let last = found.last().map(|click| click.click_no);
            let text: String = found.iter().map(row).collect();
            Ok::<_, postern_store::Error>(last.map(|last| (text, Some(last))))
        }
    });
    Body::from_stream(stream)
}

fn row(click: &Click) -> String {
    let link = &click.link;
    let contact = link.contact_id.map(|id| id.to_string()).unwrap_or_default();
    let quoted = |text: &str| format!("\"{}\"", harmless(text).replace('"', "\"\""));
    format!(
        "{},{},{},{},{contact},{},{},{}\r\n",
        click.at.secs(),
        link.recipient,
        quoted(&link.first_name),
        quoted(&link.last_name),
        click.by.device,
        click.by.system,
        click.by.browser
    )
}
