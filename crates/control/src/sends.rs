//! `/sends`: the ledger of sends, and the word of somebody who knows what became of one.

mod list;
mod resolve;

pub(crate) use list::list_sends;
pub(crate) use resolve::resolve_send;

use axum::Json;
use axum::extract::{FromRequestParts, Path, State};
use http::request::Parts;
use postern_access::{Acting, Visitor};
use postern_domain::key::Role;
use postern_store::sends;
use postern_wire::control::{Send, SendAnswer};

use crate::accounts::unnarrowed;
use crate::guard::Context;
use crate::instant::written;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// A key, or a person who is signed in.
pub(crate) enum Asker {
    Key(Context),
    Operator(Acting, Visitor),
}

impl<S: Sync> FromRequestParts<S> for Asker {
    type Rejection = Refusal;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Asker, Refusal> {
        let extensions = &parts.extensions;
        if let Some(context) = extensions.get::<Context>() {
            return Ok(Asker::Key(context.clone()));
        }
        let operator = extensions.get::<Acting>().zip(extensions.get::<Visitor>());
        operator
            .map(|(acting, visitor)| Asker::Operator(acting.clone(), visitor.clone()))
            .ok_or_else(|| Refusal::internal(&"a request came past the guard"))
    }
}

impl Asker {
    /// The one key whose sends it may see; `None`: everybody's.
    fn own_key(&self) -> Option<&str> {
        match self {
            Asker::Key(context) => {
                let narrow =
                    context.caller.role == Role::Agent || unnarrowed(&context.caller).is_err();
                narrow.then_some(&context.caller.id)
            }
            Asker::Operator(..) => None,
        }
    }
}

pub(crate) async fn read_send(
    State(state): State<ControlState>,
    asker: Asker,
    Path(send_id): Path<String>,
) -> Result<Json<SendAnswer>, Refusal> {
    let send = find(&state, &asker, &send_id).await?;
    Ok(Json(SendAnswer { send: shown(send) }))
}

async fn find(state: &ControlState, asker: &Asker, send_id: &str) -> Result<sends::Send, Refusal> {
    let id = send_id.to_owned();
    let found = state.store.read(move |tx| sends::get(tx, &id)).await?;
    let own = asker.own_key();
    found
        .filter(|send| own.is_none_or(|key_id| send.key_id == key_id))
        .ok_or_else(|| {
            let message = format!("there is no send `{send_id}`");
            Refusal::not_found("send_not_found", message)
        })
}

fn shown(send: sends::Send) -> Send {
    Send {
        send_id: send.send_id,
        key_id: send.key_id,
        connection_id: send.connection_id,
        request_id: send.request_id,
        app: send.app,
        method: send.method,
        path: send.path,
        state: send.state.as_str().to_owned(),
        status: send.status,
        created_at: written(send.created_at),
        settled_at: send.settled_at.map(written),
        resolved_by: send.resolved_by,
        finding: send.finding,
    }
}
