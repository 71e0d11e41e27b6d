//! What comes with a call from the gateway: a record that rides in the unit of work, and a ticket with whoever limits the call. A route that
//! sends asks the ticket; a call with a ticket to any other route is refused, so that no route sends past the guard by being new.

use std::convert::Infallible;

use axum::extract::{FromRequestParts, MatchedPath, Request};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::Extensions;
use http::request::Parts;
use postern_domain::account::{AccountId, ActingAccount};
use postern_domain::time::UnixMicros;
use postern_guard::{Item, Outcome, ScopeKind, Sending, Ticket, Verdict};
use postern_store::accounts::Account;
use postern_store::{Rider, Through};

use crate::error::ApiError;
use crate::sms::judge::Judged;
use crate::state::PlatformState;

/// Routes that ask the ticket: [`crate::acceptance::accept`] does, and whoever makes a campaign.
const ASKING: [&str; 5] = [
    "/v3/sms/send",
    "/v3/mms/send",
    "/v3/voice/send",
    "/v3/sms-campaigns/send",
    "/v3/mms-campaigns/send",
];

#[derive(Clone, Default)]
pub(crate) struct Escort {
    pub(crate) rider: Option<Rider>,
    pub(crate) ticket: Option<Ticket>,
    /// Which key asks for it, over which connection.
    pub(crate) through: Through,
    /// A key asks, not the account itself.
    pub(crate) by_key: bool,
}

impl Escort {
    /// Of what the account itself has set up to be sent: no key asks for it.
    pub(crate) fn of(rider: Rider) -> Escort {
        Escort {
            rider: Some(rider),
            ticket: None,
            through: Through::default(),
            by_key: false,
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Escort {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Escort, Infallible> {
        Ok(Escort {
            rider: parts.extensions.get().cloned(),
            ticket: parts.extensions.get().cloned(),
            through: parts.extensions.get().cloned().unwrap_or_default(),
            by_key: parts.extensions.get::<ActingAccount>().is_some(),
        })
    }
}

/// Lets calls with a ticket through to routes that ask it.
pub(crate) async fn only_where_asked(request: Request, next: Next) -> Response {
    if request.extensions().get::<Ticket>().is_none() || asks(request.extensions()) {
        return next.run(request).await;
    }
    refused(Verdict::not_counted(ScopeKind::Key)).into_response()
}

/// A call that an account makes itself, held against the brake and against the limits of the account and of everybody. A ticket is left
/// for the route.
pub(crate) fn hold(
    state: &PlatformState,
    id: AccountId,
    parts: &mut Parts,
) -> Result<(), ApiError> {
    let plan = (state.native_plan)(id, &parts.method, parts.uri.path());
    if let Some(scope) = plan.frozen {
        return Err(refused(Verdict::frozen(scope)));
    }
    if let Some(ticket) = plan.ticket {
        if !asks(&parts.extensions) {
            return Err(refused(Verdict::not_counted(ScopeKind::Account)));
        }
        parts.extensions.insert(ticket);
    }
    Ok(())
}

fn refused(verdict: Verdict) -> ApiError {
    ApiError::Guarded(Box::new(Outcome::Refused(vec![verdict])))
}

fn asks(extensions: &Extensions) -> bool {
    let path = extensions.get::<MatchedPath>();
    path.is_some_and(|path| ASKING.contains(&path.as_str().trim_end_matches('/')))
}

/// What the guard judges of a call whose messages are judged.
pub(crate) fn sending(judged: &[Judged], account: &Account, now: UnixMicros) -> Sending {
    let items: Vec<_> = judged
        .iter()
        .filter(|message| message.is_success())
        .map(|message| Item {
            to: message.to.clone(),
            country: message.country,
            segments: message.segments,
            price: Some(message.price),
            leaves_at: message.due.unwrap_or(now),
        })
        .collect();
    Sending {
        channel: judged
            .first()
            .map_or_else(Default::default, |message| message.content.channel()),
        currency: Some(account.currency),
        refused_by_platform: judged.len() - items.len(),
        items,
    }
}
