//! Who is looking at a page.

use axum::extract::FromRequestParts;
use http::Extensions;
use http::request::Parts;
use postern_access::{Acting, Peer, RequestId, Visitor};

use crate::cookies::Cookie;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// Proof that somebody is signed in. A handler that takes it is for operators only.
pub(crate) struct Session(pub(crate) Acting);

impl FromRequestParts<ConsoleState> for Session {
    type Rejection = Trouble;

    async fn from_request_parts(
        parts: &mut Parts,
        state: &ConsoleState,
    ) -> Result<Session, Trouble> {
        let signed_out = |parts: &Parts| Trouble::SignedOut {
            next: (parts.method == http::Method::GET).then(|| parts.uri.path().to_owned()),
        };
        let token = Cookie::Session
            .read(state, &parts.headers)
            .ok_or_else(|| signed_out(parts))?;
        let found = state.operators.session(&token).await?;
        found.map(Session).ok_or_else(|| signed_out(parts))
    }
}

/// Who came, for the record.
pub(crate) fn visitor(extensions: &Extensions) -> Visitor {
    Visitor {
        peer: extensions
            .get::<Peer>()
            .map_or(std::net::Ipv4Addr::UNSPECIFIED.into(), |peer| peer.0),
        request_id: extensions
            .get::<RequestId>()
            .map(|id| id.0.to_string())
            .unwrap_or_default(),
    }
}
