//! `/console/campaigns/new`: what is to be said to whom, what that costs, and sending it.

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::{Method, StatusCode};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use postern_domain::account::AccountId;
use postern_store::lists;
use postern_wire::clicksend::Page;
use postern_wire::clicksend::campaign::{CampaignPrice, SmsCampaign};
use postern_wire::clicksend::list::ContactList;
use postern_wire::clicksend::template::Template as Saved;
use serde::Deserialize;
use serde_json::{Value, json};

use crate::accounts::{choose, named};
use crate::form::Typed;
use crate::inside::{Change, Inside};
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::templates::{Preview, lines, preview};
use crate::trouble::Trouble;

/// Lists and templates to choose from; more are found on their own pages, which lead here.
const CHOICES_MAX: i64 = 100;

#[derive(Debug, Default, Deserialize)]
pub(crate) struct Asked {
    account: Option<String>,
    list: Option<String>,
    template: Option<String>,
}

#[derive(Default)]
struct Draft {
    list: i64,
    name: String,
    from: String,
    body: String,
    /// As the browser writes it, in UTC; `""`: at once.
    at: String,
}

#[derive(Template)]
#[template(path = "console/campaign_new.html")]
struct NewPage {
    shell: Shell,
    account: i64,
    lists: Vec<ContactList>,
    templates: Vec<Saved>,
    draft: Draft,
    preview: Preview,
    price: Option<Price>,
    problem: Option<String>,
}

struct Price {
    messages: i64,
    total: String,
}

pub(crate) async fn new_campaign(
    State(state): State<ConsoleState>,
    inside: Inside,
    Query(query): Query<Asked>,
) -> Result<Response, Trouble> {
    let named = named(query.account.as_deref());
    let (_, chosen) = state.store.read(move |tx| choose(tx, named)).await?;
    let account = chosen.ok_or(Trouble::NotFound)?.id.0;
    let mut draft = Draft {
        list: query.list.and_then(|text| text.parse().ok()).unwrap_or(0),
        ..Draft::default()
    };
    if let Some(id) = query.template.and_then(|text| text.parse::<i64>().ok()) {
        let path = format!("/v3/sms/templates/{id}");
        let saved: Saved = inside.read(&state, account, &path).await?;
        (draft.name, draft.body) = (saved.template_name, saved.body);
    }
    page(&state, &inside, account, draft, None, None).await
}

/// One form has two buttons: one asks for the price, one sends.
pub(crate) async fn make_campaign(
    State(state): State<ConsoleState>,
    inside: Inside,
    request: Request,
) -> Result<Response, Trouble> {
    let typed = Typed::of_session(&state, &inside.session, request).await?;
    let account = typed.number("account")?;
    let draft = Draft {
        list: typed.text("list").parse().unwrap_or(0),
        name: typed.text("name").trim().to_owned(),
        from: typed.text("from").trim().to_owned(),
        body: lines(typed.text("body")),
        at: typed.text("at").trim().to_owned(),
    };
    let body = match draft.in_wire() {
        Ok(body) => body,
        Err(problem) => return page(&state, &inside, account, draft, None, Some(problem)).await,
    };
    if !typed.has("send") {
        let path = "/v3/sms-campaigns/price";
        let asked = inside.ask::<CampaignPrice<i64>>(&state, account, path, &body);
        let (price, problem) = match asked.await {
            Ok(price) => {
                let total = format!(
                    "{} {}",
                    price.total_price, price.currency.currency_name_short
                );
                let messages = price.total_count;
                (Some(Price { messages, total }), None)
            }
            Err(refused) => (None, Some(refused.message)),
        };
        return page(&state, &inside, account, draft, price, problem).await;
    }
    let change = Change {
        method: Method::POST,
        path: "/v3/sms-campaigns/send",
        body,
        action: "campaign.create",
    };
    match inside.change::<SmsCampaign>(&state, account, change).await {
        Ok(made) => {
            let leads = format!("/console/campaigns/{account}/{}", made.sms_campaign_id);
            Ok(Redirect::to(&leads).into_response())
        }
        Err(refused) => page(&state, &inside, account, draft, None, Some(refused.message)).await,
    }
}

impl Draft {
    fn in_wire(&self) -> Result<Value, String> {
        let schedule = match self.at.as_str() {
            "" => 0,
            at => {
                let at: DateTime = at.parse().map_err(|_| wrong_time())?;
                let at = at.to_zoned(TimeZone::UTC).map_err(|_| wrong_time())?;
                at.timestamp().as_second()
            }
        };
        Ok(json!({
            "list_id": self.list, "name": self.name, "from": self.from, "body": self.body, "schedule": schedule,
            "source": "console",
        }))
    }
}

fn wrong_time() -> String {
    "Write the time as 2027-01-31T09:00, in UTC, or leave it empty to send at once.".to_owned()
}

async fn page(
    state: &ConsoleState,
    inside: &Inside,
    account: i64,
    draft: Draft,
    price: Option<Price>,
    problem: Option<String>,
) -> Result<Response, Trouble> {
    let path = format!("/v3/lists?limit={CHOICES_MAX}&order_by=list_name:asc");
    let mut found: Page<ContactList> = inside.read(state, account, &path).await?;
    let opt_out = state
        .store
        .read(move |tx| lists::opt_out(tx, AccountId(account)))
        .await?;
    found.data.retain(|list| {
        opt_out
            .as_ref()
            .is_none_or(|out| out.list_id != list.list_id)
    });
    if draft.list != 0 && found.data.iter().all(|list| list.list_id != draft.list) {
        let path = format!("/v3/lists/{}", draft.list);
        found
            .data
            .extend(inside.read(state, account, &path).await.ok());
    }
    let path = format!("/v3/sms/templates?limit={CHOICES_MAX}&order_by=template_name:asc");
    let templates: Page<Saved> = inside.read(state, account, &path).await?;
    let status = match problem {
        Some(_) => StatusCode::UNPROCESSABLE_ENTITY,
        None => StatusCode::OK,
    };
    let shown = NewPage {
        shell: Shell::of(state, &inside.session, Section::Campaigns),
        account,
        lists: found.data,
        templates: templates.data,
        preview: preview(&draft.body),
        draft,
        price,
        problem,
    };
    Ok(html(status, &shown))
}
