//! `GET /sends`: from the newest backwards, page by page.

use axum::Json;
use axum::extract::{Query, State};
use postern_store::sends::{self, Filter};
use postern_wire::control::SendList;

use super::{Asker, shown};
use crate::instant::read;
use crate::query::Parameters;
use crate::refusal::Refusal;
use crate::state::ControlState;

const LIMIT_MAX: i64 = 200;

pub(crate) async fn list_sends(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Json<SendList>, Refusal> {
    let known = [
        "state",
        "key_id",
        "connection_id",
        "since",
        "before",
        "limit",
    ];
    let parameters = Parameters::new(pairs, &known)?;
    let text = |name| parameters.text(name).map(str::to_owned);
    let open = text("state").map(|word| sends::State::parse(&word).ok_or_else(unknown_state));
    let filter = Filter {
        key_id: match asker.own_key() {
            Some(own) if text("key_id").is_some_and(|wanted| wanted != own) => {
                return Ok(Json(SendList {
                    sends: Vec::new(),
                    next: None,
                }));
            }
            Some(own) => Some(own.to_owned()),
            None => text("key_id"),
        },
        connection_id: text("connection_id"),
        state: open.transpose()?,
        since: text("since").map(|at| read("since", &at)).transpose()?,
    };
    let (before, limit) = (text("before"), parameters.up_to("limit", LIMIT_MAX)?);
    let page = state
        .store
        .read(move |tx| sends::page(tx, &filter, before.as_deref(), limit))
        .await?;
    let next = (page.len() as i64 == limit)
        .then(|| page.last().map(|send| send.send_id.clone()))
        .flatten();
    Ok(Json(SendList {
        sends: page.into_iter().map(shown).collect(),
        next,
    }))
}

fn unknown_state() -> Refusal {
    Refusal::invalid("state", "`state` is none of the states of a send")
        .hint("started, answered, failed, unknown or accepted")
}
