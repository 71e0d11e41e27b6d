//! What each operation of an app does, as a table: a trie over path segments, without regular expressions.

use std::sync::Arc;

use http::Method;
use postern_domain::effect::Effect;

use crate::path::{NormalPath, is_hole};

/// A call whose effect is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Judged<'a> {
    pub effect: Effect,
    /// `POST /v3/sms/send`, as written in the table; `None` for an app without a table.
    pub operation: Option<&'a Arc<str>>,
}

/// The table of one app.
#[derive(Debug)]
pub struct Operations {
    nodes: Vec<Node>,
    names: Vec<(Effect, Arc<str>)>,
}

#[derive(Debug, Default)]
struct Node {
    /// Sorted by [`order`].
    literals: Vec<(Box<str>, usize)>,
    hole: Option<usize>,
    /// Method and index into `names`.
    methods: Vec<(Method, usize)>,
}

/// A line of the table that cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum BadOperation {
    #[error("`{0}` is not an HTTP method")]
    Method(String),
    #[error("`{0}` is not a path pattern such as /v3/sms/{{message_id}}")]
    Path(String),
    #[error("{0} is there twice")]
    Twice(String),
    #[error("line {0} is not method, path and effect separated by tabs")]
    Line(usize),
}

impl Operations {
    pub(crate) fn new() -> Self {
        Self {
            nodes: vec![Node::default()],
            names: Vec::new(),
        }
    }

    /// Reads lines of `method <tab> path <tab> effect`; lines that start with `#` are comments.
    pub(crate) fn from_tsv(text: &str) -> Result<Self, BadOperation> {
        let mut operations = Self::new();
        for (index, line) in text.lines().enumerate() {
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let mut columns = line.split('\t');
            let (Some(method), Some(path), Some(effect), None) = (
                columns.next(),
                columns.next(),
                columns.next(),
                columns.next(),
            ) else {
                return Err(BadOperation::Line(index + 1));
            };
            let effect = effect.parse().map_err(|_| BadOperation::Line(index + 1))?;
            operations.add(method, path, effect)?;
        }
        Ok(operations)
    }

    pub(crate) fn add(
        &mut self,
        method: &str,
        path: &str,
        effect: Effect,
    ) -> Result<(), BadOperation> {
        let parsed = Method::from_bytes(method.as_bytes())
            .ok()
            .filter(|_| method.bytes().all(|byte| byte.is_ascii_uppercase()));
        let parsed = parsed.ok_or_else(|| BadOperation::Method(method.to_owned()))?;
        let pattern = crate::path::PathPattern::parse(path).filter(|_| !path.contains('*'));
        let pattern = pattern.ok_or_else(|| BadOperation::Path(path.to_owned()))?;
        let mut at = 0;
        for segment in pattern.as_str().split('/').skip(1) {
            at = self.child(at, segment);
        }
        let name = format!("{method} {path}");
        if self.nodes[at]
            .methods
            .iter()
            .any(|(known, _)| *known == parsed)
        {
            return Err(BadOperation::Twice(name));
        }
        self.nodes[at].methods.push((parsed, self.names.len()));
        self.names.push((effect, name.into()));
        Ok(())
    }

    fn child(&mut self, at: usize, segment: &str) -> usize {
        let fresh = self.nodes.len();
        let node = &mut self.nodes[at];
        let child = if is_hole(segment) {
            *node.hole.get_or_insert(fresh)
        } else {
            match node
                .literals
                .binary_search_by(|(known, _)| order(known, segment))
            {
                Ok(found) => node.literals[found].1,
                Err(place) => {
                    node.literals.insert(place, (segment.into(), fresh));
                    fresh
                }
            }
        };
        if child == fresh {
            self.nodes.push(Node::default());
        }
        child
    }

    /// The operation that `method` and `path` mean, or `None`. A literal segment wins over a hole and is never
    /// reconsidered, and a segment that a lenient server could read as a literal (other case, trailing dot) never
    /// fills a hole: when in doubt the operation is unknown.
    #[must_use]
    pub fn judge(&self, method: &Method, path: &NormalPath<'_>) -> Option<Judged<'_>> {
        let mut at = 0;
        for segment in path.segments() {
            let node = &self.nodes[at];
            at = match node
                .literals
                .binary_search_by(|(known, _)| order(known, segment))
            {
                Ok(found) => node.literals[found].1,
                Err(_)
                    if node
                        .literals
                        .iter()
                        .any(|(known, _)| resembles(segment, known)) =>
                {
                    return None;
                }
                Err(_) => node.hole?,
            };
        }
        let wanted = if *method == Method::HEAD {
            &Method::GET
        } else {
            method
        };
        let (_, index) = self.nodes[at]
            .methods
            .iter()
            .find(|(known, _)| known == wanted)?;
        let (effect, name) = &self.names[*index];
        Some(Judged {
            effect: *effect,
            operation: Some(name),
        })
    }

    /// Every operation with its effect, in the order of the table.
    pub fn iter(&self) -> impl Iterator<Item = (&str, Effect)> {
        self.names
            .iter()
            .map(|(effect, name)| (name.as_ref(), *effect))
    }
}

/// By length first: most comparisons end there.
fn order(one: &str, other: &str) -> std::cmp::Ordering {
    one.len().cmp(&other.len()).then_with(|| one.cmp(other))
}

fn resembles(segment: &str, literal: &str) -> bool {
    segment.trim_end_matches('.').eq_ignore_ascii_case(literal)
}

#[cfg(test)]
mod tests;
