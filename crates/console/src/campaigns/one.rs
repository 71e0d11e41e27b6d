//! `/console/campaigns/{account}/{campaign}`: how far it is, and its withdrawal.

use askama::Template;
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::campaign::{Progress, SmsCampaign};
use serde_json::Value;

use super::tone;
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::instant::shown;
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/campaign.html")]
struct CampaignPage {
    shell: Shell,
    account: i64,
    campaign: SmsCampaign,
    progress: Progress,
    at: String,
    from: String,
    tone: &'static str,
    /// Of a hundred contacts.
    percent: i64,
    cancellable: bool,
}

pub(crate) async fn show_campaign(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, id)): Path<(i64, i64)>,
) -> Result<Response, Trouble> {
    let path = format!("/v3/sms-campaigns/{id}");
    let campaign: SmsCampaign = inside.read(&state, account, &path).await?;
    let progress = campaign.progress.clone().unwrap_or_default();
    let looked_at = progress.accepted + progress.refused + progress.unpaid;
    let page = CampaignPage {
        shell: Shell::of(&state, &inside.session, Section::Campaigns),
        account,
        at: shown(UnixMicros::from_secs(campaign.schedule)),
        from: match campaign.from.as_str() {
            "" => "the shared number".to_owned(),
            from => from.to_owned(),
        },
        tone: tone(&campaign.status),
        percent: match (campaign.total_count, campaign.status.as_ref()) {
            (_, "Sent") => 100,
            (0, _) => 0,
            (total, _) => (looked_at * 100 / total).clamp(0, 100),
        },
        cancellable: matches!(campaign.status.as_ref(), "Scheduled" | "Queued" | "Sending"),
        progress,
        campaign,
    };
    Ok(live(&page))
}

pub(crate) async fn cancel_campaign(
    State(state): State<ConsoleState>,
    inside: Inside,
    Path((account, id)): Path<(i64, i64)>,
    request: Request,
) -> Result<Response, Trouble> {
    Typed::of_session(&state, &inside.session, request).await?;
    let change = Change {
        method: Method::PUT,
        path: &format!("/v3/sms-campaigns/{id}/cancel"),
        body: Value::Null,
        action: "campaign.cancel",
    };
    match inside.change::<Value>(&state, account, change).await {
        // Too late: the page says what it is now.
        Ok(_)
        | Err(crate::inside::Refused {
            status: StatusCode::BAD_REQUEST,
            ..
        }) => {
            let leads = format!("/console/campaigns/{account}/{id}");
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) => Err(refused.into()),
    }
}
