//! `GET /console/keys/{key_id}`: one key, its limits, and what is left of them.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::Response;
use http::{Extensions, StatusCode};
use postern_wire::control::{Allowance, Key, Rule};

use super::list::reach;
use super::{find, place, tone};
use crate::control::Control;
use crate::frozen;
use crate::limits_form::in_words;
use crate::meter::Meter;
use crate::moment::Moment;
use crate::session::Session;
use crate::shell::{Section, Shell, html};
use crate::state::ConsoleState;
use crate::trouble::Trouble;

#[derive(Template)]
#[template(path = "console/key.html")]
struct KeyPage {
    shell: Shell,
    key: Key,
    tone: &'static str,
    place: String,
    reach: String,
    is_live: bool,
    /// What a freeze holds, if there is one.
    holds: Option<String>,
    meters: Vec<Meter>,
    limits: Vec<(String, String)>,
    is_default: bool,
    unlimited: bool,
    created: Moment,
    last_used: Option<Moment>,
    expires: Option<Moment>,
    revoked: Option<Moment>,
    overlap: Option<Moment>,
    rules: Vec<String>,
    cidr: Vec<String>,
}

pub(crate) async fn view_key(
    State(state): State<ConsoleState>,
    session: Session,
    extensions: Extensions,
    Path(key_id): Path<String>,
) -> Result<Response, Trouble> {
    let control = Control::of(&state, &session, &extensions);
    let key = find(&control, &key_id).await?;
    let target = format!("/keys/{key_id}/allowance");
    let allowance: Allowance = control.get(&target).await?;
    let frozen = frozen::of(&control, "key", &key_id).await?;
    let now = (state.clock)();
    let currency = allowance.limits.currency.clone().unwrap_or_default();
    let at = |text: &Option<String>| text.as_deref().map(|text| Moment::read(text, now));
    let page = KeyPage {
        shell: Shell::of(&state, &session, Section::Keys),
        tone: tone(&key.status),
        place: place(&key.key_id),
        reach: reach(&state, &key),
        is_live: key.status == "active",
        holds: frozen.map(|answer| frozen::in_words(&answer.holds)),
        meters: allowance
            .allowances
            .iter()
            .map(|one| Meter::of(one, &currency, now))
            .collect(),
        limits: in_words(&allowance.limits),
        is_default: allowance.default_limits,
        unlimited: allowance.limits.unlimited || allowance.limits.is_empty(),
        created: Moment::read(&key.created_at, now),
        last_used: at(&key.last_used_at),
        expires: at(&key.expires_at),
        revoked: at(&key.revoked_at),
        overlap: at(&key.overlap_ends_at),
        rules: key.rules.iter().flatten().map(rule).collect(),
        cidr: key.cidr.clone().unwrap_or_default(),
        key,
    };
    Ok(html(StatusCode::OK, &page))
}

/// `spend POST /v3/recharge/**`
pub(super) fn rule(rule: &Rule) -> String {
    let parts = [&rule.effect, &rule.method, &rule.path];
    let parts: Vec<_> = parts.into_iter().flatten().map(String::as_str).collect();
    match parts.is_empty() {
        true => "*".to_owned(),
        false => parts.join(" "),
    }
}
