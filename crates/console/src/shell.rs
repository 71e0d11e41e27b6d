//! What every page has around it: the layout in `templates/console/base.html`, the headers, and whoever is signed in.

use askama::Template;
use axum::response::{IntoResponse, Response};
use http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
    X_FRAME_OPTIONS,
};
use http::{HeaderName, HeaderValue, StatusCode};

pub(crate) use crate::navigation::Section;
use crate::session::Session;
use crate::state::ConsoleState;

const POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; \
                      frame-ancestors 'none'";
/// Of pages that look again at their live part.
const LIVE_POLICY: &str = "default-src 'none'; style-src 'self'; img-src 'self'; script-src 'self'; connect-src 'self'; \
                           form-action 'self'; base-uri 'none'; frame-ancestors 'none'";
const OPENER_POLICY: HeaderName = HeaderName::from_static("cross-origin-opener-policy");

/// A page's first field, `shell`.
pub(crate) struct Shell {
    /// So that browsers keep assets as long as they are good.
    pub(crate) version: &'static str,
    pub(crate) operator: Option<String>,
    pub(crate) form_token: String,
    /// Which entry of the navigation is this page's.
    pub(crate) section: Section,
}

impl Shell {
    /// Of a page that anybody may see.
    pub(crate) fn bare() -> Shell {
        Shell {
            version: env!("CARGO_PKG_VERSION"),
            operator: None,
            form_token: String::new(),
            section: Section::None,
        }
    }
}

/// Referrers stay in the house, so that browsers say in `Origin` where a form comes from.
pub(crate) fn html(status: StatusCode, page: &impl Template) -> Response {
    written(status, page, POLICY)
}

/// A page with the script that looks again at its `data-live` part.
pub(crate) fn live(page: &impl Template) -> Response {
    live_with(StatusCode::OK, page)
}

pub(crate) fn live_with(status: StatusCode, page: &impl Template) -> Response {
    written(status, page, LIVE_POLICY)
}

fn written(status: StatusCode, page: &impl Template, policy: &'static str) -> Response {
    let text = match page.render() {
        Ok(text) => text,
        Err(error) => {
            tracing::error!(%error, "a page could not be written");
            return StatusCode::INTERNAL_SERVER_ERROR.into_response();
        }
    };
    let fixed = HeaderValue::from_static;
    let headers = [
        (CONTENT_TYPE, fixed("text/html; charset=utf-8")),
        (CACHE_CONTROL, fixed("no-store")),
        (CONTENT_SECURITY_POLICY, fixed(policy)),
        (REFERRER_POLICY, fixed("same-origin")),
        (X_FRAME_OPTIONS, fixed("DENY")),
        (X_CONTENT_TYPE_OPTIONS, fixed("nosniff")),
        (OPENER_POLICY, fixed("same-origin")),
    ];
    (status, headers, text).into_response()
}

impl Shell {
    /// Of a page for whoever is signed in.
    pub(crate) fn of(state: &ConsoleState, Session(acting): &Session, section: Section) -> Shell {
        Shell {
            operator: Some(acting.name.clone()),
            form_token: state.operators.form_token(acting),
            section,
            ..Shell::bare()
        }
    }
}
