//! What a key is narrowed to, and how that is written in its row.

use std::collections::BTreeSet;
use std::str::FromStr as _;

use http::Method;
use postern_apps::PathPattern;
use postern_domain::effect::Effect;
use postern_store::keys::KeyRow;
use serde::{Deserialize, Serialize};

use crate::cidr::Cidr;

/// `None` is the role's default; an empty set is nothing at all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Scope {
    /// Apps that may be called.
    pub apps: Option<BTreeSet<String>>,
    /// Connections that may be used; also the ones to choose from when the caller names none.
    pub connections: Option<BTreeSet<String>>,
    pub rules: Option<Vec<Rule>>,
    /// Addresses that may present the key.
    pub cidr: Option<Vec<Cidr>>,
}

/// One thing that is allowed. An absent part matches anything, within the limits that [`crate::Key::judge`] explains.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rule {
    pub method: Option<Method>,
    pub path: Option<PathPattern>,
    pub effect: Option<Effect>,
}

/// A rule that cannot be used; `part` is `method`, `path` or `effect`.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct InvalidRule {
    pub part: &'static str,
    pub reason: String,
}

impl Rule {
    /// From the three words of the control API or of a row.
    pub fn parse(
        method: Option<&str>,
        path: Option<&str>,
        effect: Option<&str>,
    ) -> Result<Self, InvalidRule> {
        Ok(Self {
            method: method.map(parse_method).transpose()?,
            path: path.map(parse_path).transpose()?,
            effect: effect.map(parse_effect).transpose()?,
        })
    }
}

/// The methods a gateway forwards; a rule about another one could never match.
const METHODS: [Method; 7] = [
    Method::GET,
    Method::HEAD,
    Method::POST,
    Method::PUT,
    Method::PATCH,
    Method::DELETE,
    Method::OPTIONS,
];

fn parse_method(word: &str) -> Result<Method, InvalidRule> {
    METHODS
        .into_iter()
        .find(|method| method.as_str() == word)
        .ok_or_else(|| InvalidRule {
            part: "method",
            reason: format!("`{word}` is not one of GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),
        })
}

fn parse_path(text: &str) -> Result<PathPattern, InvalidRule> {
    PathPattern::parse(text).ok_or_else(|| InvalidRule {
        part: "path",
        reason: format!(
            "`{text}` is not a path such as /v3/sms/{{message_id}}/cancel or /v3/lists/** \
             ({{…}} stands for one segment, a final ** for the rest)"
        ),
    })
}

fn parse_effect(word: &str) -> Result<Effect, InvalidRule> {
    Effect::from_str(word).map_err(|error| InvalidRule {
        part: "effect",
        reason: error.to_string(),
    })
}

/// The columns of a row that hold a scope.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ScopeColumns {
    pub apps: Option<String>,
    pub connections: Option<String>,
    pub rules: String,
    pub cidr: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct StoredRule {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    method: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    effect: Option<String>,
}

impl Scope {
    /// `None`: the row means nothing to this version. Its key must not work then.
    pub fn from_row(row: &KeyRow) -> Option<Self> {
        let rules: Option<Vec<StoredRule>> = serde_json::from_str(&row.rules).ok()?;
        let rules = match rules {
            None => None,
            Some(rules) => Some(
                rules
                    .iter()
                    .map(|rule| {
                        Rule::parse(
                            rule.method.as_deref(),
                            rule.path.as_deref(),
                            rule.effect.as_deref(),
                        )
                    })
                    .collect::<Result<_, _>>()
                    .ok()?,
            ),
        };
        let cidr = match words(row.cidr.as_deref())? {
            None => None,
            Some(blocks) => Some(
                blocks
                    .iter()
                    .map(|block| block.parse())
                    .collect::<Result<_, _>>()
                    .ok()?,
            ),
        };
        Some(Self {
            apps: words(row.apps.as_deref())?.map(BTreeSet::from_iter),
            connections: words(row.connections.as_deref())?.map(BTreeSet::from_iter),
            rules,
            cidr,
        })
    }

    pub(crate) fn covers_app(&self, app: &str) -> bool {
        self.apps.as_ref().is_none_or(|apps| apps.contains(app))
    }

    pub fn columns(&self) -> ScopeColumns {
        let rules = self
            .rules
            .as_ref()
            .map(|rules| rules.iter().map(stored).collect::<Vec<_>>());
        let blocks = self
            .cidr
            .as_ref()
            .map(|blocks| blocks.iter().map(Cidr::to_string).collect::<Vec<_>>());
        ScopeColumns {
            apps: self.apps.as_ref().map(json),
            connections: self.connections.as_ref().map(json),
            rules: json(&rules),
            cidr: blocks.as_ref().map(json),
        }
    }

    /// Whether a key of this scope reaches nothing that a key of `outer` does not reach.
    pub fn within(&self, outer: &Scope) -> Result<(), &'static str> {
        let set_within = |inner: &Option<BTreeSet<String>>, outer: &Option<BTreeSet<String>>| match (
            inner, outer,
        ) {
            (_, None) => true,
            (None, Some(_)) => false,
            (Some(inner), Some(outer)) => inner.is_subset(outer),
        };
        if !set_within(&self.apps, &outer.apps) {
            return Err("apps");
        }
        if !set_within(&self.connections, &outer.connections) {
            return Err("connections");
        }
        match (&self.rules, &outer.rules) {
            (_, None) => {}
            (Some(inner), Some(outer)) if inner.iter().all(|rule| outer.contains(rule)) => {}
            _ => return Err("rules"),
        }
        let covered = |block: &Cidr, outer: &[Cidr]| outer.iter().any(|wide| wide.covers(block));
        match (&self.cidr, &outer.cidr) {
            (_, None) => Ok(()),
            (Some(inner), Some(outer)) if inner.iter().all(|block| covered(block, outer)) => Ok(()),
            _ => Err("cidr"),
        }
    }
}

fn stored(rule: &Rule) -> StoredRule {
    StoredRule {
        method: rule
            .method
            .as_ref()
            .map(|method| method.as_str().to_owned()),
        path: rule.path.as_ref().map(|path| path.as_str().to_owned()),
        effect: rule.effect.map(|effect| effect.as_str().to_owned()),
    }
}

fn words(column: Option<&str>) -> Option<Option<Vec<String>>> {
    match column {
        None => Some(None),
        Some(text) => serde_json::from_str(text).ok().map(Some),
    }
}

fn json(value: &impl Serialize) -> String {
    serde_json::to_string(value).expect("sets and lists of text are always JSON")
}

#[cfg(test)]
mod tests;
