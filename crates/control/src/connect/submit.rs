//! `POST /connect`: verifies what was typed and makes the connection ACTIVE, or says what is wrong and spends nothing.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Form, FromRequest as _, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use http::StatusCode;
use postern_access::{RequestId, TooMany, time_ordered};
use postern_apps::Secrets;
use postern_domain::connection::Status;
use postern_domain::time::UnixMicros;
use postern_store::audit::{Entry, record};
use postern_store::connections::{self, BUILTIN, Completion};
use postern_store::{Lane, Tx};
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::page::{self, FormPage};
use super::same_site::is_same_site;
use super::visit::{Gone, Open, visit};
use crate::connections::{Failure, Origins, attempt, oldest_account};
use crate::guard;
use crate::link::{PARAMETER, is_form_token};
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Prefix of the inputs that hold credentials, so that no app's field can be mistaken for one of ours.
const FIELD_PREFIX: &str = "field.";

/// What the form says, besides the session token.
struct Typed {
    token: Option<String>,
    form_token: String,
    sandbox: bool,
    secrets: Secrets,
}

/// Who posted, for the record.
struct Visitor {
    request_id: String,
    peer: IpAddr,
}

pub(super) async fn submit_form(
    State(state): State<ControlState>,
    request: Request,
) -> Result<Response, Refusal> {
    if !is_same_site(request.headers()) {
        let message = "this form was sent from another site";
        return Err(
            Refusal::forbidden("cross_site", message).hint("open the link itself and use its form")
        );
    }
    let visitor = Visitor {
        request_id: request
            .extensions()
            .get::<RequestId>()
            .map(|id| id.0.to_string())
            .unwrap_or_default(),
        peer: guard::peer(request.extensions()),
    };
    let typed = read(request).await?;
    let open = match visit(&state, typed.token.as_deref()).await? {
        Ok(open) => open,
        Err(gone) => return page::gone(&state, &gone),
    };
    if !is_form_token(&state.vault, &open.row, &typed.form_token) {
        return Err(
            Refusal::forbidden("cross_site", "this form belongs to another link")
                .hint("open the link again"),
        );
    }
    if typed.sandbox && open.sandbox {
        return choose_sandbox(&state, &open, &visitor).await;
    }
    connect(&state, &open, &typed.secrets, &visitor).await
}

async fn read(request: Request) -> Result<Typed, Refusal> {
    let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
        .await
        .map_err(|rejection| {
            Refusal::new(
                rejection.status(),
                "invalid_form",
                "the form could not be read",
            )
            .hint("open the link again")
        })?;
    let mut typed = Typed {
        token: None,
        form_token: String::new(),
        sandbox: false,
        secrets: Secrets::new(),
    };
    for (name, value) in pairs {
        match name.as_str() {
            PARAMETER => typed.token = Some(value),
            "form_token" => typed.form_token = value,
            "choice" => typed.sandbox = value == "sandbox",
            _ => {
                if let Some(field) = name.strip_prefix(FIELD_PREFIX) {
                    // Pasting brings spaces and line ends along; no credential begins or ends with one.
                    let value = SecretString::from(value);
                    typed.secrets.insert(
                        field.to_owned(),
                        SecretString::from(value.expose_secret().trim()),
                    );
                }
            }
        }
    }
    Ok(typed)
}

async fn connect(
    state: &ControlState,
    open: &Open,
    typed: &Secrets,
    visitor: &Visitor,
) -> Result<Response, Refusal> {
    let fields = open.app.injection.fields();
    let secrets: Secrets = fields
        .iter()
        .filter_map(|(field, _)| Some((field.name.clone(), typed.get(&field.name)?.clone())))
        .collect();
    let origins = Origins {
        upstream: open.row.upstream.clone(),
        origin: Arc::clone(&open.origin),
    };
    let name = &open.row.connection_id;
    let taken = state
        .connect_attempts
        .take(visitor.peer, name, state.now())
        .map_err(too_many)?;
    let accepted = match attempt(state, &open.app, secrets, origins).await {
        Ok(accepted) => {
            state.connect_attempts.forgive(taken);
            accepted
        }
        Err(failure) => return fail(state, open, typed, failure, visitor).await,
    };
    let now = state.now();
    let _sealing = state.sealing.read().await;
    let completion = accepted.seal(state, &open.row.connection_id, now);
    finish(state, open, completion, visitor, now).await
}

/// The sandbox account of the built-in platform instead of an account elsewhere.
async fn choose_sandbox(
    state: &ControlState,
    open: &Open,
    visitor: &Visitor,
) -> Result<Response, Refusal> {
    let account = state.store.read(|tx| oldest_account(tx, true)).await?;
    let account = account
        .ok_or_else(|| Refusal::conflict("no_sandbox", "there is no sandbox account any more"))?;
    let completion = Completion {
        upstream: BUILTIN.to_owned(),
        account_id: Some(account.id.0),
        credential_sealed: None,
        metadata: json!({"username": account.username, "email": account.email}).to_string(),
        sandbox: true,
        verified_at: None,
    };
    finish(state, open, completion, visitor, state.now()).await
}

/// Spends the link. Of two who post the same link at once, one gets here first and the other sees a spent link.
async fn finish(
    state: &ControlState,
    open: &Open,
    completion: Completion,
    visitor: &Visitor,
    now: UnixMicros,
) -> Result<Response, Refusal> {
    let (id, nonce) = (
        open.row.connection_id.clone(),
        open.row.session_nonce.clone().unwrap_or_default(),
    );
    let sandbox = completion.sandbox;
    let detail = json!({"app": open.app.name, "upstream": completion.upstream, "sandbox": sandbox});
    let entry = Entry {
        detail: detail.to_string(),
        ..entry(open, visitor, now, "done")
    };
    let spent = state
        .store
        .write(Lane::CONTROL, move |tx| {
            let spent = connections::complete_by_link(tx, &id, &nonce, &completion, now)?;
            if spent {
                record(tx, &entry)?;
            }
            Ok(spent)
        })
        .await?;
    if !spent {
        return page::gone(
            state,
            &Gone::Void {
                connection_id: open.row.connection_id.clone(),
            },
        );
    }
    state.refresh().await?;
    let chosen = if sandbox { "&sandbox" } else { "" };
    Ok(Redirect::to(&format!("/connect/done?app={}{chosen}", open.app.name)).into_response())
}

/// Shows the form again with what is wrong. The link stays good; nothing secret is put back into the page.
async fn fail(
    state: &ControlState,
    open: &Open,
    secrets: &Secrets,
    failure: Failure,
    visitor: &Visitor,
) -> Result<Response, Refusal> {
    let (status, code, trouble) = open.explain(failure);
    let mut form = FormPage::new(state, open);
    for input in form.inputs.iter_mut().filter(|input| !input.secret) {
        if let Some(typed) = secrets.get(&input.name) {
            input.value = typed.expose_secret().to_owned();
        }
    }
    for input in &mut form.inputs {
        let blamed = trouble
            .blamed
            .as_ref()
            .filter(|blamed| blamed.name == input.name);
        input.error = blamed.map(|blamed| blamed.note.clone());
    }
    let now = state.now();
    let entry = Entry {
        decision: "refused".to_owned(),
        code: Some(code.to_owned()),
        ..entry(open, visitor, now, "failed")
    };
    let (id, reason) = (open.row.connection_id.clone(), trouble.message.clone());
    let waiting = open.row.status != Status::Active;
    let write = move |tx: &mut Tx<'_>| {
        // A connection that works is not marked because somebody mistyped while renewing it.
        if waiting {
            connections::note_failure(tx, &id, &reason, now)?;
        }
        record(tx, &entry)
    };
    state.store.write(Lane::CONTROL, write).await?;
    state.refresh().await?;
    form.trouble = Some(trouble);
    page::html(status, &form)
}

fn too_many(wait: TooMany) -> Refusal {
    Refusal {
        retry_after_seconds: Some(wait.after_seconds),
        ..Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "too_many_attempts",
            "too many credentials were refused",
        )
    }
}

fn entry(open: &Open, visitor: &Visitor, now: UnixMicros, outcome: &str) -> Entry {
    Entry {
        actor_kind: "link".to_owned(),
        actor_id: open.row.connection_id.clone(),
        object_kind: "connection".to_owned(),
        object_id: open.row.connection_id.clone(),
        request_id: visitor.request_id.clone(),
        peer: visitor.peer.to_string(),
        outcome: Some(outcome.to_owned()),
        closed_at: Some(now),
        ..Entry::new(time_ordered(now), now, "connection.connect")
    }
}
