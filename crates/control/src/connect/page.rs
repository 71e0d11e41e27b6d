//! The pages as templates, and the headers that every one of them carries.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, RETRY_AFTER,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};
use postern_access::RequestId;

use super::visit::{Gone, Open};
use crate::link::form_token;
use crate::refusal::Refusal;
use crate::state::ControlState;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// One input of the form.
pub(super) struct Input {
    pub(super) name: String,
    pub(super) label: String,
    pub(super) secret: bool,
    /// What was typed before; always empty for secrets.
    pub(super) value: String,
    pub(super) error: Option<String>,
}

/// What went wrong with the last attempt.
pub(super) struct Trouble {
    pub(super) message: String,
    /// The input to correct; `None` when nothing that was typed is to blame.
    pub(super) blamed: Option<Blamed>,
}

/// An input that has to be filled in again.
pub(super) struct Blamed {
    pub(super) name: String,
    pub(super) label: String,
    /// What stands beside the input.
    pub(super) note: String,
}

#[derive(Template)]
#[template(path = "connect/form.html")]
pub(super) struct FormPage {
    pub(super) version: String,
    pub(super) app: String,
    pub(super) connection_name: String,
    pub(super) host: String,
    pub(super) encrypted: bool,
    pub(super) inputs: Vec<Input>,
    pub(super) trouble: Option<Trouble>,
    pub(super) token: String,
    pub(super) form_token: String,
    pub(super) sandbox: bool,
    /// `10:34 UTC`
    pub(super) until: String,
}

#[derive(Template)]
#[template(path = "connect/gone.html")]
struct GonePage<'a> {
    version: &'a str,
    title: &'a str,
    reason: &'a str,
    step: &'a str,
    command: Option<String>,
}

#[derive(Template)]
#[template(path = "connect/done.html")]
struct DonePage<'a> {
    version: &'a str,
    app: &'a str,
    sandbox: bool,
}

impl FormPage {
    pub(super) fn new(state: &ControlState, open: &Open) -> Self {
        let origin = &open.origin;
        let host = origin
            .authority()
            .to_str()
            .unwrap_or(origin.host())
            .to_owned();
        let input = |(field, secret): (&postern_apps::Field, bool)| Input {
            name: field.name.clone(),
            label: field.label.clone(),
            secret,
            value: String::new(),
            error: None,
        };
        let until = open
            .row
            .session_expires_at
            .and_then(|at| jiff::Timestamp::from_microsecond(at.0).ok());
        Self {
            version: state.settings.version.clone(),
            app: open.app.title.clone(),
            connection_name: open.row.name.clone(),
            host,
            encrypted: origin.scheme() == postern_apps::Scheme::Https,
            inputs: open.app.injection.fields().into_iter().map(input).collect(),
            trouble: None,
            token: open.token.clone(),
            form_token: form_token(&state.vault, &open.row),
            sandbox: open.sandbox,
            until: until
                .map(|at| at.strftime("%H:%M UTC").to_string())
                .unwrap_or_default(),
        }
    }
}

/// Why there is no form, and the one thing to do about it.
pub(super) fn gone(state: &ControlState, gone: &Gone) -> Result<Response, Refusal> {
    let command = |id: &str| Some(format!("postern connection reconnect {id}"));
    let ask = "Ask whoever sent you this link for a new one. They get it with:";
    let (status, page) = match gone {
        Gone::Incomplete => (
            StatusCode::BAD_REQUEST,
            (
                "This link is not complete",
                "Part of the address is missing, as happens when a link is cut in two lines.",
                "Open the whole link again, from where it was sent to you.",
                None,
            ),
        ),
        Gone::Expired { connection_id } => (
            StatusCode::GONE,
            (
                "This link has expired",
                "Links work for 30 minutes, so that an old message cannot be misused.",
                ask,
                command(connection_id),
            ),
        ),
        Gone::Void { connection_id } => (
            StatusCode::GONE,
            (
                "This link does not work any more",
                "It was used already, or a newer link has taken its place. Each link works once.",
                ask,
                command(connection_id),
            ),
        ),
        Gone::AppMissing { .. } => (
            StatusCode::GONE,
            (
                "This app is not available any more",
                "The operator of this server has removed it.",
                "Ask whoever sent you this link whether another app is meant.",
                None,
            ),
        ),
    };
    let (title, reason, step, command) = page;
    html(
        status,
        &GonePage {
            version: &state.settings.version,
            title,
            reason,
            step,
            command,
        },
    )
}

/// The step around the page's routes: a refusal is a page here, not JSON.
pub(super) async fn refused(
    State(state): State<ControlState>,
    request: Request,
    next: Next,
) -> Response {
    let id = request
        .extensions()
        .get::<RequestId>()
        .map_or_else(|| Arc::from(""), |id| Arc::clone(&id.0));
    let mut response = next.run(request).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else {
        return response;
    };
    let again = "Open the link again, from where it was sent to you.".to_owned();
    let (title, reason, step) = match refusal.status {
        StatusCode::FORBIDDEN => (
            "This form was not accepted",
            "It did not come from this page, or it belongs to another link.",
            again,
        ),
        StatusCode::TOO_MANY_REQUESTS => (
            "Too many attempts",
            "Credentials were refused too often.",
            format!(
                "Look them up at the provider, and open the link again in {} minutes or ask for a new one.",
                refusal
                    .retry_after_seconds
                    .unwrap_or_default()
                    .max(0)
                    .unsigned_abs()
                    .div_ceil(60)
            ),
        ),
        status if status.is_server_error() => (
            "Something went wrong on this server",
            "Your credentials may not have been stored.",
            format!(
                "Try again in a moment. If it stays so, tell the operator the request id: {id}"
            ),
        ),
        _ => (
            "This form could not be read",
            "It was cut off, or is larger than any credential.",
            again,
        ),
    };
    let page = GonePage {
        version: &state.settings.version,
        title,
        reason,
        step: &step,
        command: None,
    };
    let mut response = html(refusal.status, &page).unwrap_or_else(IntoResponse::into_response);
    if let Some(seconds) = refusal.retry_after_seconds {
        response
            .headers_mut()
            .insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}

/// `GET /connect/done`: where a successful POST leads, so that reloading does not post again.
pub(super) async fn done(
    State(state): State<ControlState>,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Result<Response, Refusal> {
    let said = |name: &str| {
        pairs
            .iter()
            .find(|(known, _)| known == name)
            .map(|(_, value)| value.as_str())
    };
    // The name comes from the registry, not from the address: the address could say anything.
    let app = said("app")
        .and_then(|name| state.registry.get(name))
        .map_or("Your account", |app| app.title.as_str());
    let page = DonePage {
        version: &state.settings.version,
        app,
        sandbox: said("sandbox").is_some(),
    };
    html(StatusCode::OK, &page)
}

pub(super) fn html(status: StatusCode, page: &impl Template) -> Result<Response, Refusal> {
    let text = page.render().map_err(|error| Refusal::internal(&error))?;
    let fixed = HeaderValue::from_static;
    let headers = [
        (CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (CACHE_CONTROL, fixed("no-store")),
        (CONTENT_SECURITY_POLICY, fixed(POLICY)),
        (REFERRER_POLICY, fixed("no-referrer")),
        (X_FRAME_OPTIONS, fixed("DENY")),
        (OPENER_POLICY, fixed("same-origin")),
    ];
    Ok((status, headers, text).into_response())
}
