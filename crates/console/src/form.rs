//! A posted form: from our own page, in one piece, each field once.

use std::collections::BTreeMap;

use axum::extract::{Form, FromRequest as _, Request};
use http::HeaderMap;
use http::header::{HOST, ORIGIN};

use crate::session::Session;
use crate::state::ConsoleState;
use crate::trouble::Trouble;

/// What was typed. Has no `Debug`: there are passwords among it.
pub(crate) struct Typed(BTreeMap<String, String>);

impl Typed {
    /// Refuses what another site sent. The token of the form is for the handler to check: it knows whose it must be.
    pub(crate) async fn read(request: Request) -> Result<Typed, Trouble> {
        if !is_own_site(request.headers()) {
            return Err(Trouble::CrossSite);
        }
        let Form(pairs) = Form::<Vec<(String, String)>>::from_request(request, &())
            .await
            .map_err(|_| Trouble::BadForm)?;
        let mut typed = BTreeMap::new();
        for (name, value) in pairs {
            if typed.insert(name, value).is_some() {
                return Err(Trouble::BadForm);
            }
        }
        Ok(Typed(typed))
    }

    /// A form of a page that was made for this session, which its token proves.
    pub(crate) async fn of_session(
        state: &ConsoleState,
        Session(acting): &Session,
        request: Request,
    ) -> Result<Typed, Trouble> {
        let typed = Typed::read(request).await?;
        match state
            .operators
            .is_form_token(acting, typed.text("form_token"))
        {
            true => Ok(typed),
            false => Err(Trouble::CrossSite),
        }
    }

    /// A hidden field of ours.
    pub(crate) fn number(&self, name: &str) -> Result<i64, Trouble> {
        self.text(name).parse().map_err(|_| Trouble::BadForm)
    }

    pub(crate) fn text(&self, name: &str) -> &str {
        self.0.get(name).map_or("", String::as_str)
    }

    /// A box that is ticked, a button that was pressed.
    pub(crate) fn has(&self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// What follows `prefix` in the names of ticked boxes.
    pub(crate) fn ticked<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = &'a str> {
        self.0
            .keys()
            .filter_map(move |name| name.strip_prefix(prefix))
    }
}

/// Browsers say where a form comes from: in `Sec-Fetch-Site` where the connection can be trusted, else in `Origin`. What says neither is no
/// browser, and forms are for browsers.
pub(crate) fn is_own_site(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    if let Some(site) = text("sec-fetch-site") {
        return site == "same-origin";
    }
    match (text(ORIGIN.as_str()), text(HOST.as_str())) {
        (Some(origin), Some(host)) => origin
            .split_once("://")
            .is_some_and(|(_, authority)| authority.eq_ignore_ascii_case(host)),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_our_own_pages_may_post() {
        for (site, origin, expected) in [
            (Some("same-origin"), None, true),
            (Some("same-site"), Some("http://a:1"), false),
            (Some("cross-site"), Some("http://a:1"), false),
            (Some("none"), None, false),
            (None, Some("http://A:1"), true),
            (None, Some("https://a:1"), true),
            (None, Some("http://a:2"), false),
            (None, Some("null"), false),
            (None, None, false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(HOST, "a:1".parse().unwrap());
            if let Some(site) = site {
                headers.insert("sec-fetch-site", site.parse().unwrap());
            }
            if let Some(origin) = origin {
                headers.insert(ORIGIN, origin.parse().unwrap());
            }
            assert_eq!(is_own_site(&headers), expected, "{site:?} {origin:?}");
        }
    }
}
