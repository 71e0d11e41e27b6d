//! The step before every handler: which key, how fast, which role. Refused changes are put on record.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::{Extensions, HeaderMap, Method, StatusCode};
use postern_access::role::{ControlRoute, TABLE, allowed, allowed_to_operators};
use postern_access::{
    Acting, Caller, Denied, InConsole, Peer, RequestId, SESSION_PREFIX, Visitor, presented_key,
};
use postern_store::{Lane, audit};

use crate::audit::refused;
use crate::refusal::Refusal;
use crate::state::ControlState;

/// Who asks for what, proven. Handlers take it as an extension.
#[derive(Clone, Debug)]
pub(crate) struct Context {
    pub(crate) caller: Caller,
    /// The caller is a person in the console, and no key.
    pub(crate) is_operator: bool,
    pub(crate) route: ControlRoute,
    pub(crate) request_id: Arc<str>,
    pub(crate) peer: IpAddr,
}

pub(crate) async fn guard(
    State(state): State<ControlState>,
    mut request: Request,
    next: Next,
) -> Response {
    if let Some(token) = session_token(request.headers()) {
        return match operator(&state, &mut request, &token).await {
            Ok(()) => next.run(request).await,
            Err(refusal) => refusal.into_response(),
        };
    }
    let context = match request.extensions().get::<InConsole>() {
        Some(InConsole(acting)) => in_console(&state, &request, acting),
        None => authenticate(&state, &request),
    };
    let context = match context {
        Ok(context) => context,
        Err(refusal) => return refusal.into_response(),
    };
    let changes = !matches!(*request.method(), Method::GET | Method::HEAD);
    let response = if allowed(context.route, context.caller.role) {
        request.extensions_mut().insert(context.clone());
        next.run(request).await
    } else {
        let refusal = match allowed_to_operators(context.route) {
            true => Refusal::forbidden(
                "forbidden",
                "no key may do this, whatever its role: it takes an operator who is signed in",
            )
            .hint("sign in at /console, or with `postern approval`"),
            false => Refusal::forbidden(
                "forbidden",
                "agent keys may not use this part of the control API",
            )
            .hint("use a full key; an agent key reads /user, /apps and its own connections"),
        };
        refusal.into_response()
    };
    match response.extensions().get::<Refusal>() {
        Some(refusal) if changes && refusal.status == StatusCode::FORBIDDEN => {
            let entry = refused(&context, state.now(), refusal.error);
            match state
                .store
                .write(Lane::CONTROL, move |tx| audit::record(tx, &entry))
                .await
            {
                Ok(()) => response,
                Err(error) => Refusal::from(error).into_response(),
            }
        }
        _ => response,
    }
}

/// A session of an operator in the place of a key.
pub(crate) fn session_token(headers: &HeaderMap) -> Option<String> {
    let presented = presented_key(headers)?;
    presented
        .starts_with(SESSION_PREFIX)
        .then(|| presented.to_owned())
}

/// Lets an operator through to routes for operators; handlers take who it is as an extension.
async fn operator(state: &ControlState, request: &mut Request, token: &str) -> Result<(), Refusal> {
    let route = route(request)?;
    let acting = state.operators.session(token).await?.ok_or_else(ended)?;
    if !allowed_to_operators(route) {
        return Err(Refusal::forbidden(
            "forbidden",
            "this part of the control API is for keys, not for operators",
        )
        .hint("use a full key"));
    }
    let visitor = visitor(request.extensions());
    request.extensions_mut().insert(acting);
    request.extensions_mut().insert(visitor);
    Ok(())
}

pub(crate) fn ended() -> Refusal {
    let message = "nobody is signed in with this session, or it has ended";
    Refusal::new(StatusCode::UNAUTHORIZED, "invalid_session", message).hint("sign in again")
}

/// Who came, for the record.
pub(crate) fn visitor(extensions: &Extensions) -> Visitor {
    Visitor {
        peer: peer(extensions),
        request_id: extensions
            .get::<RequestId>()
            .map(|id| id.0.to_string())
            .unwrap_or_default(),
    }
}

fn in_console(
    state: &ControlState,
    request: &Request,
    acting: &Acting,
) -> Result<Context, Refusal> {
    Ok(Context {
        caller: Caller::operator(acting, &state.directory.limits(), state.now()),
        is_operator: true,
        route: route(request)?,
        request_id: request_id(request.extensions()),
        peer: peer(request.extensions()),
    })
}

fn authenticate(state: &ControlState, request: &Request) -> Result<Context, Refusal> {
    let route = route(request)?;
    let peer = peer(request.extensions());
    let caller = caller(state, request.headers(), peer)?;
    caller.admit().map_err(|throttled| Refusal {
        retry_after_seconds: Some(throttled.retry_after_seconds),
        ..Refusal::new(
            StatusCode::TOO_MANY_REQUESTS,
            "rate_limited",
            format!(
                "this key may make {} requests a second",
                caller.rate.per_second
            ),
        )
        .hint("wait as long as Retry-After says")
    })?;
    Ok(Context {
        caller,
        is_operator: false,
        route,
        request_id: request_id(request.extensions()),
        peer,
    })
}

fn request_id(extensions: &Extensions) -> Arc<str> {
    extensions
        .get::<RequestId>()
        .map_or_else(|| Arc::from(""), |id| Arc::clone(&id.0))
}

/// The line of the table that this request is about. A handler that is not in the table is not reached.
fn route(request: &Request) -> Result<ControlRoute, Refusal> {
    let path = request
        .extensions()
        .get::<MatchedPath>()
        .ok_or_else(not_here)?
        .as_str();
    let method = match *request.method() {
        Method::HEAD => "GET",
        ref method => method.as_str(),
    };
    let line = TABLE
        .iter()
        .find(|line| line.path == path && line.method == method);
    line.map(|line| line.route).ok_or_else(wrong_method)
}

fn caller(state: &ControlState, headers: &HeaderMap, peer: IpAddr) -> Result<Caller, Refusal> {
    let unauthorized =
        |error, message: String| Refusal::new(StatusCode::UNAUTHORIZED, error, message);
    let presented = presented_key(headers).ok_or_else(|| {
        unauthorized(
            "missing_key",
            "Invalid API key: none was presented".to_owned(),
        )
        .hint("send one header `Authorization: Bearer pst_live_…`")
    })?;
    state
        .directory
        .authenticate(&presented, peer)
        .map_err(|denied| {
            let error = match denied {
                Denied::Malformed(_) | Denied::Unknown => "invalid_key",
                Denied::Expired => "expired_key",
                Denied::Revoked => "revoked_key",
                Denied::Address => "address_not_allowed",
            };
            unauthorized(error, format!("Invalid API key: {denied}"))
        })
}

/// Without a listener that says where a request came from it came from nowhere: no address block contains it.
pub(crate) fn peer(extensions: &Extensions) -> IpAddr {
    extensions
        .get::<Peer>()
        .map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0)
}

/// 404 for what is not a route of ours.
pub(crate) fn not_here() -> Refusal {
    Refusal::not_found("not_found", "there is nothing here")
        .hint("apps are called as /{app}/{path}; the control API has /keys, /connections, /apps, /user and /accounts")
}

/// 405. The header `Allow` is the router's.
pub(crate) fn wrong_method() -> Refusal {
    let message = "this path does not take this method; the header Allow names those it takes";
    Refusal::new(
        StatusCode::METHOD_NOT_ALLOWED,
        "method_not_allowed",
        message,
    )
}
