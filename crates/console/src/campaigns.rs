//! `/console/campaigns`: one text to everybody in a list.

mod new;
mod one;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use postern_domain::time::UnixMicros;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::campaign::SmsCampaign;
use serde::Deserialize;

use crate::accounts::{Choice, choose, named};
use crate::inside::Inside;
use crate::instant::shown;
use crate::pages::{Pages, asked};
use crate::shell::{Section, Shell, live};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

pub(crate) use new::{make_campaign, new_campaign};
pub(crate) use one::{cancel_campaign, show_campaign};

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    page: Option<String>,
}

#[derive(Template)]
#[template(path = "console/campaigns.html")]
struct CampaignsPage {
    shell: Shell,
    accounts: Vec<Choice>,
    account: i64,
    rows: Vec<Row>,
    pages: Pages,
}

struct Row {
    id: i64,
    name: String,
    list: String,
    at: String,
    status: String,
    tone: &'static str,
    total: i64,
}

pub(crate) async fn list_campaigns(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let (accounts, chosen) = state.store.read(move |tx| choose(tx, named)).await?;
    let account = chosen.map_or(0, |account| account.id.0);
    let page = asked(query.page.as_deref());
    let found: Page<SmsCampaign> = inside
        .page(
            &state,
            account,
            page,
            "/v3/sms-campaigns?order_by=date_added:desc",
        )
        .await?;
    let pairs = [("account", account.to_string())];
    let list = CampaignsPage {
        shell: Shell::of(&state, &inside.session, Section::Campaigns),
        accounts,
        account,
        pages: Pages::around(page, found.total, "/console/campaigns", &pairs),
        rows: found.data.into_iter().map(row).collect(),
    };
    Ok(live(&list))
}

fn row(campaign: SmsCampaign) -> Row {
    Row {
        id: campaign.sms_campaign_id,
        at: shown(UnixMicros::from_secs(campaign.schedule)),
        tone: tone(&campaign.status),
        status: campaign.status.into_owned(),
        name: campaign.name,
        list: campaign.list_name,
        total: campaign.total_count,
    }
}

/// The class of a status's tag.
fn tone(status: &str) -> &'static str {
    match status {
        "Sent" => "good",
        "Failed" => "bad",
        "Sending" | "Queued" => "warn",
        _ => "plain",
    }
}
