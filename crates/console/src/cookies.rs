//! The two cookies: whoever is signed in, and before that, whoever looks at the form. Neither is readable by scripts or sent by other sites.

use http::header::COOKIE;
use http::{HeaderMap, HeaderValue};
use postern_access::SESSION_SECONDS;

use crate::state::ConsoleState;

/// How long a form that signs somebody in may lie open.
const VISIT_SECONDS: i64 = 60 * 60;

#[derive(Clone, Copy)]
pub(crate) enum Cookie {
    Session,
    Visit,
}

impl Cookie {
    /// Browsers accept a name with this prefix only over TLS and for this host alone.
    fn name(self, secure: bool) -> &'static str {
        match (self, secure) {
            (Cookie::Session, true) => "__Host-postern_session",
            (Cookie::Session, false) => "postern_session",
            (Cookie::Visit, true) => "__Host-postern_visit",
            (Cookie::Visit, false) => "postern_visit",
        }
    }

    /// `None`: it is not there, or there twice.
    pub(crate) fn read(self, state: &ConsoleState, headers: &HeaderMap) -> Option<String> {
        let name = self.name(state.secure);
        let mut found = headers
            .get_all(COOKIE)
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'))
            .filter_map(|pair| pair.trim().split_once('='))
            .filter(|(known, _)| *known == name);
        match (found.next(), found.next()) {
            (Some((_, value)), None) => Some(value.to_owned()),
            _ => None,
        }
    }

    /// The value of `Set-Cookie`; an empty `value` takes the cookie away.
    pub(crate) fn set(self, state: &ConsoleState, value: &str) -> Option<HeaderValue> {
        let seconds = match (self, value) {
            (_, "") => 0,
            (Cookie::Session, _) => SESSION_SECONDS,
            (Cookie::Visit, _) => VISIT_SECONDS,
        };
        let secure = if state.secure { "; Secure" } else { "" };
        let text = format!(
            "{}={value}; Path=/; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}",
            self.name(state.secure)
        );
        let mut value = HeaderValue::try_from(text).ok()?;
        value.set_sensitive(true);
        Some(value)
    }
}
