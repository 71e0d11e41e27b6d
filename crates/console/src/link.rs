//! `/console/link?token=…`: signing in once with a link. Looking at it spends nothing, because mail scanners look, too; its button does.

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::Response;
use http::header::SET_COOKIE;
use http::{HeaderMap, StatusCode};
use postern_access::SignInError;

use crate::form::Typed;
use crate::session::visitor;
use crate::shell::{Shell, html};
use crate::sign_in::{check_visit, visit, welcome};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/link.html")]
struct LinkPage {
    shell: Shell,
    form_token: String,
    token: String,
    /// The link was tried and does not work.
    void: bool,
}

pub(crate) async fn show_link(
    State(state): State<ConsoleState>,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let token = pairs.into_iter().find(|(name, _)| name == "token");
    let (form_token, cookie) = visit(&state, &headers);
    let token = token.map(|(_, value)| value).unwrap_or_default();
    let page = LinkPage {
        shell: Shell::bare(),
        form_token,
        void: token.is_empty(),
        token,
    };
    let mut response = html(StatusCode::OK, &page);
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

pub(crate) async fn spend_link(
    State(state): State<ConsoleState>,
    request: Request,
) -> Result<Response, Trouble> {
    let (visitor, headers) = (visitor(request.extensions()), request.headers().clone());
    let typed = Typed::read(request).await?;
    check_visit(&state, &headers, &typed)?;
    let token = typed.text("token");
    match state.operators.sign_in_by_link(token, &visitor).await {
        Ok(signed_in) => Ok(welcome(&state, &signed_in, "/console")),
        Err(SignInError::Store(error)) => Err(error.into()),
        Err(_) => {
            let page = LinkPage {
                shell: Shell::bare(),
                form_token: String::new(),
                token: String::new(),
                void: true,
            };
            Ok(html(StatusCode::GONE, &page))
        }
    }
}
