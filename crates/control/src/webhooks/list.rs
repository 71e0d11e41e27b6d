//! `GET /webhooks`: an account's webhooks, and how they are. No account has more than a few hundred.

use axum::Json;
use axum::extract::{Query, State};
use postern_store::pushes::{self, Health};
use postern_wire::control::{Recently, Webhook, WebhookList};

use crate::instant::written;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

pub(crate) async fn list_webhooks(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<WebhookList>, Refusal> {
    let account = Whose::asked(&state, asker, pairs).await?.account.id;
    let found = state
        .store
        .read(move |tx| pushes::webhooks(tx, account))
        .await?;
    Ok(Json(WebhookList {
        account_id: account.0,
        webhooks: found.into_iter().map(shown).collect(),
    }))
}

fn shown(webhook: pushes::Webhook) -> Webhook {
    Webhook {
        webhook: webhook.rule.to_string(),
        name: webhook.name,
        url: webhook.url,
        enabled: webhook.enabled,
        webhook_type: webhook.encoding.map(|how| how.as_str().to_owned()),
        recently: webhook.health.map(recently),
    }
}

fn recently(health: Health) -> Recently {
    Recently {
        arrived: health.arrived,
        waiting: health.waiting,
        given_up: health.given_up,
        state: health.last.as_str().to_owned(),
        at: written(health.last_at),
    }
}
