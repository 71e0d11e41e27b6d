//! `/console/sign-in`: name and password.

use askama::Template;
use axum::extract::{Query, Request, State};
use axum::response::{IntoResponse, Redirect, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use http::header::{RETRY_AFTER, SET_COOKIE};
use http::{HeaderMap, HeaderValue, StatusCode};
use postern_access::{SignInError, SignedIn};
use secrecy::{ExposeSecret as _, SecretString};

use crate::cookies::Cookie;
use crate::form::Typed;
use crate::session::visitor;
use crate::shell::{Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

const START: &str = "/console";

#[derive(Template)]
#[template(path = "console/sign_in.html")]
struct SignInPage {
    shell: Shell,
    form_token: String,
    next: String,
    /// What was typed before; never the password.
    name: String,
    problem: Option<&'static str>,
    /// The reader followed a link from elsewhere: browsers keep the session back on such a visit.
    followed: bool,
}

pub(crate) async fn show_form(
    State(state): State<ConsoleState>,
    headers: HeaderMap,
    Query(pairs): Query<Vec<(String, String)>>,
) -> Response {
    let next = pairs.iter().find(|(name, _)| name == "next");
    let next = inside(next.map_or("", |(_, value)| value));
    let from = headers.get("sec-fetch-site");
    let followed = next != START && from.is_some_and(|site| site != "same-origin");
    form(&state, &headers, |form_token| SignInPage {
        shell: Shell::bare(),
        form_token,
        next,
        name: String::new(),
        problem: None,
        followed,
    })
}

pub(crate) async fn submit_form(
    State(state): State<ConsoleState>,
    request: Request,
) -> Result<Response, Trouble> {
    let (visitor, headers) = (visitor(request.extensions()), request.headers().clone());
    let typed = Typed::read(request).await?;
    check_visit(&state, &headers, &typed)?;
    let (name, next) = (typed.text("operator"), inside(typed.text("next")));
    let password = SecretString::from(typed.text("password"));
    let error = match state.operators.sign_in(name, password, &visitor).await {
        Ok(signed_in) => return Ok(welcome(&state, &signed_in, &next)),
        Err(SignInError::Store(error)) => return Err(error.into()),
        Err(error) => error,
    };
    let (status, problem) = match error {
        SignInError::TooMany(_) => (
            StatusCode::TOO_MANY_REQUESTS,
            "There were too many failed attempts. Wait a quarter of an hour, or sign in with a link: postern operator link.",
        ),
        _ => (
            StatusCode::UNAUTHORIZED,
            "The name or the password is wrong.",
        ),
    };
    let mut response = form(&state, &headers, |form_token| SignInPage {
        shell: Shell::bare(),
        form_token,
        next,
        name: name.chars().take(64).collect(),
        problem: Some(problem),
        followed: false,
    });
    *response.status_mut() = status;
    if let SignInError::TooMany(wait) = error {
        let wait = HeaderValue::from(wait.after_seconds);
        response.headers_mut().insert(RETRY_AFTER, wait);
    }
    Ok(response)
}

/// A form before anybody is signed in is bound to a random value in a cookie; it stays as long as the browser has it, so that two windows
/// do not end each other's form.
fn form(
    state: &ConsoleState,
    headers: &HeaderMap,
    page: impl FnOnce(String) -> SignInPage,
) -> Response {
    let (form_token, cookie) = visit(state, headers);
    let mut response = html(StatusCode::OK, &page(form_token));
    if let Some(cookie) = cookie {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// The token for a form, and the cookie it is bound to.
pub(crate) fn visit(state: &ConsoleState, headers: &HeaderMap) -> (String, Option<HeaderValue>) {
    let kept = Cookie::Visit.read(state, headers);
    let nonce = kept
        .filter(|nonce| URL_SAFE_NO_PAD.decode(nonce).is_ok_and(|n| n.len() == 32))
        .unwrap_or_else(|| postern_vault::token().expose_secret().to_owned());
    let token = state.operators.form_token_for(nonce.as_bytes());
    (token, Cookie::Visit.set(state, &nonce))
}

pub(crate) fn check_visit(
    state: &ConsoleState,
    headers: &HeaderMap,
    typed: &Typed,
) -> Result<(), Trouble> {
    let nonce = Cookie::Visit
        .read(state, headers)
        .ok_or(Trouble::CrossSite)?;
    let presented = typed.text("form_token");
    match state
        .operators
        .is_form_token_for(nonce.as_bytes(), presented)
    {
        true => Ok(()),
        false => Err(Trouble::CrossSite),
    }
}

/// Hands the session over and leads on.
pub(crate) fn welcome(state: &ConsoleState, signed_in: &SignedIn, next: &str) -> Response {
    let mut response = Redirect::to(next).into_response();
    let session = Cookie::Session.set(state, signed_in.token.expose_secret());
    for cookie in [session, Cookie::Visit.set(state, "")]
        .into_iter()
        .flatten()
    {
        response.headers_mut().append(SET_COOKIE, cookie);
    }
    response
}

/// Only where a page of this console is: nobody is led elsewhere after signing in.
fn inside(next: &str) -> String {
    let plain = next
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'-' | b'_'));
    let ours = next.starts_with("/console/") && !next.contains("//");
    match plain && ours && next.len() <= 200 {
        true => next.to_owned(),
        false => START.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::inside;

    #[test]
    fn nobody_is_led_elsewhere() {
        assert_eq!(inside("/console/approvals/1-2"), "/console/approvals/1-2");
        for next in [
            "",
            "/",
            "//evil.test",
            "/console//evil.test",
            "https://evil.test",
            "/console/../keys",
            "/console/\\evil",
            "/console/a?b",
            "/keys",
        ] {
            assert_eq!(inside(next), "/console", "{next}");
        }
    }
}
