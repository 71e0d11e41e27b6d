//! The form of a key, new or changed.

use postern_wire::control::{AppList, ConnectionList, Key, Problem, Rule};
use serde_json::{Value, json};

use super::view::rule;
use crate::control::Control;
use crate::form::Typed;
use crate::input::{Input, Kind, is_about, sentence, told};
use crate::limits_form::{LimitsForm, entries};
use crate::trouble::Trouble;

/// Connections to tick; a scope of others is the API's to set.
const CONNECTIONS_MAX: usize = 100;

/// Something to tick.
pub(super) struct Box {
    pub(super) value: String,
    pub(super) title: String,
    pub(super) hint: String,
    pub(super) ticked: bool,
}

pub(super) struct KeyForm {
    pub(super) name: Input,
    pub(super) expires: String,
    pub(super) expires_error: String,
    pub(super) apps: Vec<Box>,
    pub(super) connections: Vec<Box>,
    pub(super) finer: Vec<Input>,
    pub(super) unfolded: bool,
    pub(super) limits: LimitsForm,
    /// What is wrong, wherever it is.
    pub(super) problem: String,
}

/// What a form starts from: a key as it is, or what was typed and is wrong.
pub(super) enum From<'a> {
    Key(&'a Key),
    Typed(&'a Typed, &'a Problem),
}

impl KeyForm {
    pub(super) fn any_scope(&self) -> bool {
        self.apps
            .iter()
            .chain(&self.connections)
            .any(|one| one.ticked)
    }

    pub(super) async fn of(control: &Control, from: From<'_>) -> Result<KeyForm, Trouble> {
        let apps: AppList = control.get("/apps").await?;
        let connections: ConnectionList = control
            .get(&format!("/connections?limit={CONNECTIONS_MAX}"))
            .await?;
        let ticked = |name: &str, kind: &str| match &from {
            From::Key(key) => {
                let scope = if kind == "app" {
                    &key.apps
                } else {
                    &key.connections
                };
                scope.iter().flatten().any(|one| one == name)
            }
            From::Typed(typed, _) => typed.has(&format!("{kind}.{name}")),
        };
        let value = |name: &str| match &from {
            From::Key(key) => written(key, name),
            From::Typed(typed, _) => typed.text(name).to_owned(),
        };
        let problem = match &from {
            From::Key(_) => None,
            From::Typed(_, problem) => Some(*problem),
        };
        let finer = vec![
            Input::new("rules", "Rules")
                .kind(Kind::Lines)
                .value(value("rules"))
                .hint("What the key may do, one a line: an effect (read, write, send, spend, credential), a method, a path. Without rules, what its role may.")
                .placeholder("read GET /v3/**")
                .blamed(problem),
            Input::new("cidr", "Addresses")
                .kind(Kind::Lines)
                .value(value("cidr"))
                .hint("From which it may call, as blocks, one a line. Without any, from everywhere.")
                .placeholder("203.0.113.0/24")
                .blamed(problem),
            Input::new("rate_per_second", "Requests a second")
                .kind(Kind::Number)
                .value(value("rate_per_second"))
                .blamed(problem),
        ];
        let form = KeyForm {
            name: Input::new("name", "Name")
                .value(value("name"))
                .hint("What it is for, so that whoever finds it knows.")
                .required()
                .blamed(problem),
            expires: value("expires_at"),
            expires_error: problem
                .filter(|problem| is_about(problem, "expires_at"))
                .map(sentence)
                .unwrap_or_default(),
            apps: apps
                .apps
                .into_iter()
                .map(|app| Box {
                    ticked: ticked(&app.name, "app"),
                    hint: format!("/{}/…", app.name),
                    value: app.name,
                    title: app.title,
                })
                .collect(),
            connections: connections
                .connections
                .into_iter()
                .map(|one| Box {
                    ticked: ticked(&one.connection_id, "connection"),
                    title: one.name.unwrap_or_else(|| one.app.clone()),
                    hint: format!("{}, {}", one.app, one.upstream),
                    value: one.connection_id,
                })
                .collect(),
            unfolded: finer.iter().any(Input::is_blamed)
                || finer.iter().any(|input| !value(&input.name).is_empty()),
            finer,
            limits: match &from {
                From::Key(key) => LimitsForm::of(&key.limits),
                From::Typed(typed, problem) => LimitsForm::again(typed, problem),
            },
            problem: problem.map(told).unwrap_or_default(),
        };
        Ok(form)
    }
}

/// As it stands in a field.
pub(super) fn written(key: &Key, name: &str) -> String {
    match name {
        "name" => key.name.clone(),
        "expires_at" => key
            .expires_at
            .as_deref()
            .unwrap_or_default()
            .chars()
            .take(10)
            .collect(),
        "cidr" => key.cidr.clone().unwrap_or_default().join("\n"),
        "rate_per_second" if key.rate_per_second > 0 => key.rate_per_second.to_string(),
        "rules" => {
            let rules: Vec<_> = key.rules.iter().flatten().map(rule).collect();
            rules.join("\n")
        }
        _ => String::new(),
    }
}

/// A line of rules, in any order of its words.
pub(super) fn rules(text: &str) -> Value {
    let read = |line: &str| {
        let mut rule = Rule::default();
        for word in line.split_whitespace().filter(|word| *word != "*") {
            let place = match word {
                path if path.starts_with('/') => &mut rule.path,
                method if method.chars().all(|c| c.is_ascii_uppercase()) => &mut rule.method,
                _ => &mut rule.effect,
            };
            *place = Some(word.to_owned());
        }
        rule
    };
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty());
    none_if_empty(lines.map(read).collect())
}

pub(super) fn list(text: &str) -> Value {
    none_if_empty(entries(text))
}

pub(super) fn boxes(typed: &Typed, prefix: &str) -> Value {
    none_if_empty(typed.ticked(prefix).collect())
}

/// Nothing said is what the role has by default; an empty list would be nothing at all.
fn none_if_empty<T: serde::Serialize>(entries: Vec<T>) -> Value {
    match entries.is_empty() {
        true => Value::Null,
        false => json!(entries),
    }
}

/// The first moment of a day, as it was chosen.
pub(super) fn day(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        date if date.len() == 10 => json!(format!("{date}T00:00:00Z")),
        other => json!(other),
    }
}

pub(super) fn number(text: &str) -> Value {
    match text.trim() {
        "" => Value::Null,
        text => text
            .parse::<i64>()
            .map_or_else(|_| json!(text), |n| json!(n)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_as_people_write_them() {
        assert_eq!(
            rules("POST spend /v3/recharge/**\n\n read \n*"),
            json!([{"method": "POST", "path": "/v3/recharge/**", "effect": "spend"}, {"effect": "read"}, {}])
        );
        assert_eq!(rules(" \n"), Value::Null);
        assert_eq!(day("2027-01-31"), json!("2027-01-31T00:00:00Z"));
    }
}
