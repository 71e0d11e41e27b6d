//! `/inbox/handsets` and `/inbox/waiting/{message_id}`: what people do with their handsets.

use axum::Json;
use axum::extract::{Path, Query, State};
use postern_access::role::ControlRoute;
use postern_domain::chaos::{Handled, Handset};
use postern_domain::message_id::MessageId;
use postern_domain::phone::Recipient;
use postern_store::{Lane, audit, simulator};
use postern_wire::control::{self, HandsetAnswer, HandsetList, HandsetState, Waiting};
use serde_json::json;
use uuid::Uuid;

use super::in_force;
use crate::payload::Payload;
use crate::refusal::Refusal;
use crate::sends::Asker;
use crate::state::ControlState;
use crate::whose::Whose;

const KEYS_MAX: usize = 32;
/// Who was handled by hand so long ago is forgotten, so many with each new one.
const FORGET_AFTER_SECONDS: i64 = 24 * 3600;
const FORGET_ROWS: i64 = 100;

type Pairs = Query<Vec<(String, String)>>;

pub(crate) async fn list_handsets(
    State(state): State<ControlState>,
    asker: Asker,
    Query(pairs): Pairs,
) -> Result<Json<HandsetList>, Refusal> {
    let account = Whose::asked(&state, asker, pairs).await?.account.id;
    let found = state
        .store
        .read(move |tx| simulator::handsets(tx, account))
        .await?;
    Ok(Json(HandsetList {
        account_id: account.0,
        handsets: found
            .into_iter()
            .map(|(number, state)| in_wire(number, state))
            .collect(),
    }))
}

pub(crate) async fn put_handset(
    State(state): State<ControlState>,
    asker: Asker,
    Path(number): Path<String>,
    Query(pairs): Pairs,
    Payload(request): Payload<HandsetState>,
) -> Result<Json<HandsetAnswer>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    let number = Recipient::parse(&number, whose.account.country)
        .map_err(|error| Refusal::invalid("number", format!("`number`: {error}")))?;
    let wanted: Handset = request
        .state
        .parse()
        .map_err(|error| Refusal::invalid("state", format!("`state`: {error}")))?;
    let (account, now) = (whose.account.id, state.now());
    let entry = whose.entry(
        ControlRoute::HandsetPut,
        now,
        &json!({"state": wanted.as_str()}),
    );
    let (kept, number) = (number.as_str().to_owned(), number.as_str().to_owned());
    let put = state.store.write(Lane::CONTROL, move |tx| {
        let put = simulator::put_handset(tx, account, &number, wanted, now)?;
        if put {
            audit::record(tx, &entry)?;
        }
        Ok(put)
    });
    if !put.await? {
        let most = simulator::HANDSETS_MAX;
        return Err(Refusal::conflict(
            "too_many_handsets",
            format!("{most} handsets of this account are not simply on already"),
        )
        .field("number")
        .hint("switch some of them on again"));
    }
    in_force(&state).await?;
    Ok(Json(HandsetAnswer {
        account_id: account.0,
        handset: in_wire(kept, wanted),
    }))
}

pub(crate) async fn handle_waiting(
    State(state): State<ControlState>,
    asker: Asker,
    Path(message_id): Path<String>,
    Query(pairs): Pairs,
    Payload(request): Payload<Waiting>,
) -> Result<Json<control::Handled>, Refusal> {
    let whose = Whose::asked(&state, asker, pairs).await?;
    let handled = match (request.refuse, request.keys) {
        (true, None) => Handled::Refused,
        (true, Some(_)) => {
            return Err(Refusal::invalid(
                "keys",
                "`keys` are pressed in a call that is answered; leave it out to refuse",
            ));
        }
        (false, keys) => Handled::Taken {
            digits: keys.unwrap_or_default(),
        },
    };
    if let Handled::Taken { digits } = &handled
        && !is_keys(digits)
    {
        return Err(Refusal::invalid(
            "keys",
            format!("`keys` may hold up to {KEYS_MAX} of 0 to 9, * and #"),
        ));
    }
    let missing = || {
        Refusal::not_found(
            "not_waiting",
            format!("no message or call `{message_id}` waits at a handset of this account"),
        )
        .hint("it may have been decided already, or not have reached the handset yet")
    };
    let id = Uuid::try_parse(&message_id).map_err(|_| missing())?;
    let (account, now) = (whose.account.id, state.now());
    let refused = handled == Handled::Refused;
    let entry = whose.entry(
        ControlRoute::WaitingHandle,
        now,
        &json!({"message_id": message_id, "refused": refused}),
    );
    let done = state.store.write(Lane::CONTROL, move |tx| {
        simulator::unhandle_before(tx, now.plus_secs(-FORGET_AFTER_SECONDS), FORGET_ROWS)?;
        let done = simulator::handle(tx, account, MessageId(id.into_bytes()), &handled, now)?;
        if done {
            audit::record(tx, &entry)?;
        }
        Ok(done)
    });
    if !done.await? {
        return Err(missing());
    }
    in_force(&state).await?;
    Ok(Json(control::Handled {
        message_id,
        refused,
    }))
}

fn is_keys(text: &str) -> bool {
    let is_key = |byte: u8| byte.is_ascii_digit() || matches!(byte, b'*' | b'#');
    text.len() <= KEYS_MAX && text.bytes().all(is_key)
}

fn in_wire(number: String, state: Handset) -> control::Handset {
    control::Handset {
        number,
        state: state.as_str().to_owned(),
    }
}
