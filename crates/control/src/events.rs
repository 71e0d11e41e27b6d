//! `GET /events`: what webhooks of the account would tell, for whoever listens without an address of their own. With `wait` not before
//! something is there.

use std::time::Duration;

use axum::extract::{Query, State};
use axum::{Extension, Json};
use postern_delivery::{Content, told};
use postern_domain::account::AccountId;
use postern_domain::automation::Encoding;
use postern_store::events::{self, Place};
use postern_store::pushes::Story;
use postern_wire::control::{Event, EventList};

use crate::guard::Context;
use crate::inbox::{account, seconds};
use crate::instant::written;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Between two looks: carriers may report hundreds of times a second.
const LOOK_PAUSE: Duration = Duration::from_millis(20);
/// The longest without a look: made-up texts and receipts are not reported by a carrier.
const BLIND_MAX: Duration = Duration::from_millis(500);

pub(crate) async fn read_events(
    State(state): State<ControlState>,
    Extension(context): Extension<Context>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<EventList>, Refusal> {
    let known = ["after", "wait", "webhook_type", "connection"];
    let parameters = Parameters::new(pairs, &known)?;
    let account = account(&state, &context.caller, parameters.text("connection"))?;
    let encoding = match parameters.text("webhook_type") {
        None | Some("post") => Encoding::Post,
        Some("json") => Encoding::Json,
        Some(_) => {
            let message = "`webhook_type` is `post` or `json`";
            return Err(Refusal::invalid("webhook_type", message.to_owned()));
        }
    };
    let wait = parameters
        .text("wait")
        .map_or(Ok(Duration::ZERO), seconds)?;
    let Some(text) = parameters.text("after") else {
        let place = state.store.read(move |tx| events::newest(tx, account));
        return Ok(Json(EventList {
            events: Vec::new(),
            cursor: place.await?.to_text(),
        }));
    };
    let place = Place::parse(text).ok_or_else(|| {
        Refusal::invalid(
            "after",
            "`after` is the `cursor` of an earlier answer".to_owned(),
        )
    })?;
    let mut reported = state.phones.reported.clone();
    let found = async {
        loop {
            reported.borrow_and_update();
            let found = look(&state, account, &place).await?;
            if !found.0.is_empty() {
                return Ok::<_, Refusal>(found);
            }
            // A closed channel means that delivery ends, and this server with it: the wait runs out.
            let _changed = tokio::time::timeout(BLIND_MAX, reported.changed()).await;
            tokio::time::sleep(LOOK_PAUSE).await;
        }
    };
    let (events, next) = match wait.is_zero() {
        true => look(&state, account, &place).await?,
        false => match tokio::time::timeout(wait, found).await {
            Ok(found) => found?,
            Err(_) => (Vec::new(), place.clone()),
        },
    };
    let events = events
        .into_iter()
        .map(|event| shown(account, event, encoding));
    Ok(Json(EventList {
        events: events.collect(),
        cursor: next.to_text(),
    }))
}

async fn look(
    state: &ControlState,
    account: AccountId,
    place: &Place,
) -> Result<(Vec<events::Event>, Place), Refusal> {
    let place = place.clone();
    let found = state
        .store
        .read(move |tx| events::after(tx, account, &place));
    Ok(found.await?)
}

fn shown(account: AccountId, event: events::Event, encoding: Encoding) -> Event {
    let at = written(event.at());
    let (event_id, r#type, story, encoding) = match event {
        events::Event::Inbound(number, text) => (
            format!("evt_{}_i{number}", account.0),
            "inbound".to_owned(),
            Story::Inbound(text),
            encoding,
        ),
        // Receipts are told in one way only.
        events::Event::Receipt(number, channel, receipt) => (
            format!("evt_{}_r{number}", account.0),
            format!("{channel}_receipt"),
            Story::Receipt(channel, receipt),
            Encoding::Post,
        ),
    };
    let Content {
        payload,
        content_type,
    } = told(account, &story, encoding);
    Event {
        event_id,
        r#type,
        at,
        content_type: content_type.unwrap_or_default().to_owned(),
        payload,
    }
}
