//! From the words of a request to what a key may do; and the rule that no key widens itself.

use std::collections::BTreeSet;

use postern_access::{Caller, Cidr, Rule, Scope};
use postern_domain::time::UnixMicros;
use postern_guard::Policy;
use postern_wire::control;

use crate::instant;
use crate::refusal::Refusal;
use crate::state::ControlState;

const NAME_CHARS_MAX: usize = 100;
/// Entries of one scope list. A key that needs more is a key without that scope.
const SCOPE_ENTRIES_MAX: usize = 200;
const RATE_PER_SECOND_MAX: i64 = 1_000_000;

/// A name for people: not empty, no control characters.
pub(crate) fn name(text: &str) -> Result<String, Refusal> {
    let text = text.trim();
    let fits =
        (1..=NAME_CHARS_MAX).contains(&text.chars().count()) && !text.chars().any(char::is_control);
    let refusal = || {
        Refusal::invalid(
            "name",
            format!("`name` must have 1 to {NAME_CHARS_MAX} characters and no control characters"),
        )
    };
    fits.then(|| text.to_owned()).ok_or_else(refusal)
}

/// Limits as they are stored: a JSON object that can be enforced.
pub(crate) fn limits(written: &control::Limits) -> Result<String, Refusal> {
    Policy::parse(written)
        .map_err(|error| Refusal::invalid(error.field.clone(), error.to_string()))?;
    serde_json::to_string(written).map_err(|error| Refusal::internal(&error))
}

/// A key that is limited makes no other keys and changes no limits: several together would send more than it may.
pub(crate) fn limits_are_above(caller: &Caller) -> Result<(), Refusal> {
    match caller.policy {
        Policy::Limited(_) => Err(Refusal::forbidden(
            "wider_than_caller",
            "a key with limits of its own neither makes keys nor changes limits",
        )
        .field("limits")
        .hint("ask with a key that has no limits")),
        Policy::Unsaid | Policy::Unlimited => Ok(()),
    }
}

pub(crate) fn rate(per_second: i64) -> Result<u32, Refusal> {
    let message =
        || format!("`rate_per_second` must be a whole number from 1 to {RATE_PER_SECOND_MAX}");
    let fits = (1..=RATE_PER_SECOND_MAX).contains(&per_second);
    u32::try_from(per_second)
        .ok()
        .filter(|_| fits)
        .ok_or_else(|| Refusal::invalid("rate_per_second", message()))
}

pub(crate) fn expiry(text: &str, now: UnixMicros) -> Result<UnixMicros, Refusal> {
    let at = instant::read("expires_at", text)?;
    if at <= now {
        return Err(Refusal::invalid(
            "expires_at",
            "`expires_at` is in the past",
        ));
    }
    Ok(at)
}

/// Apps that are configured.
pub(crate) fn apps(state: &ControlState, names: Vec<String>) -> Result<BTreeSet<String>, Refusal> {
    bounded("apps", &names)?;
    for (index, name) in names.iter().enumerate() {
        if state.registry.get(name).is_none() {
            let known: Vec<_> = state.registry.iter().map(|app| app.name.as_str()).collect();
            return Err(Refusal::invalid(
                format!("apps[{index}]"),
                format!("there is no app `{name}`"),
            )
            .hint(format!("known apps: {}", known.join(", "))));
        }
    }
    Ok(names.into_iter().collect())
}

/// Connections that exist, and that a test key may use if the key is one.
pub(crate) fn connections(
    state: &ControlState,
    ids: Vec<String>,
    test: bool,
) -> Result<BTreeSet<String>, Refusal> {
    bounded("connections", &ids)?;
    for (index, id) in ids.iter().enumerate() {
        let field = format!("connections[{index}]");
        match state.directory.connection_by_id(id) {
            None => {
                return Err(Refusal::invalid(
                    field,
                    format!("Connection `{id}` not found"),
                ));
            }
            Some(connection) if test && !connection.sandbox => {
                return Err(Refusal::invalid(
                    field,
                    "test keys use sandbox connections only",
                ));
            }
            Some(_) => {}
        }
    }
    Ok(ids.into_iter().collect())
}

pub(crate) fn rules(rules: &[control::Rule]) -> Result<Vec<Rule>, Refusal> {
    bounded("rules", rules)?;
    let read = |(index, rule): (usize, &control::Rule)| {
        Rule::parse(
            rule.method.as_deref(),
            rule.path.as_deref(),
            rule.effect.as_deref(),
        )
        .map_err(|error| Refusal::invalid(format!("rules[{index}].{}", error.part), error.reason))
    };
    rules.iter().enumerate().map(read).collect()
}

pub(crate) fn blocks(blocks: &[String]) -> Result<Vec<Cidr>, Refusal> {
    bounded("cidr", blocks)?;
    let read = |(index, block): (usize, &String)| {
        block.parse().map_err(|error: postern_access::InvalidCidr| {
            Refusal::invalid(format!("cidr[{index}]"), error.to_string())
        })
    };
    blocks.iter().enumerate().map(read).collect()
}

fn bounded<T>(field: &str, entries: &[T]) -> Result<(), Refusal> {
    if entries.len() > SCOPE_ENTRIES_MAX {
        return Err(Refusal::invalid(
            field,
            format!("`{field}` takes at most {SCOPE_ENTRIES_MAX} entries"),
        ));
    }
    Ok(())
}

/// No key makes a key (or makes itself into one) that can do more than it can itself.
pub(crate) fn within(
    caller: &Caller,
    test: bool,
    scope: &Scope,
    expires_at: Option<UnixMicros>,
) -> Result<(), Refusal> {
    let wider = |field: &str| {
        Refusal::forbidden(
            "wider_than_caller",
            format!("`{field}` would reach further than the key that asks"),
        )
        .field(field)
        .hint("narrow it, or ask with a key that is not narrowed")
    };
    if caller.test && !test {
        return Err(wider("test"));
    }
    scope.within(&caller.scope).map_err(wider)?;
    match (expires_at, caller.expires_at) {
        (Some(at), Some(end)) if at <= end => Ok(()),
        (_, None) => Ok(()),
        _ => Err(wider("expires_at")),
    }
}
