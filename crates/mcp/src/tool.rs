//! What a tool is: how it shows itself, who may use it, and what it does.

use std::pin::Pin;
use std::sync::Arc;

use http::Method;
use postern_access::Caller;
use postern_access::role::{ControlRoute, allowed};
use postern_apps::{Registry, normal_path};
use rmcp::model::{self, JsonObject, ToolAnnotations};
use schemars::JsonSchema;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::advice::Trouble;
use crate::schema;
use crate::visit::{ACCOUNT, Visit};

pub(crate) type Running = Pin<Box<dyn Future<Output = Result<Value, Trouble>> + Send>>;

/// What a tool does to the world, for the hints that clients show and ask by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Changes nothing.
    Reads,
    /// Adds something that can be taken away again.
    Adds,
    /// Takes something away; twice is as once.
    Removes,
    /// People get something, and it costs money. Twice is as once: an idempotency key is in every call.
    Sends,
    /// Nobody knows before it is called.
    Anything,
}

/// What a key needs so that it is shown the tool.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Needs {
    Nothing,
    /// Something to call: neither its apps, nor its connections, nor its rules are an empty list.
    Something,
    /// A route of the control plane, and something to call.
    Route(ControlRoute),
    /// One of these operations of the account: method and native path.
    Account(&'static [(&'static str, &'static str)]),
}

pub(crate) struct Tool {
    pub(crate) shown: model::Tool,
    needs: Needs,
    run: fn(Visit, JsonObject) -> Running,
}

impl Tool {
    pub(crate) fn new<T: JsonSchema>(
        name: &'static str,
        title: &'static str,
        about: &'static str,
        kind: Kind,
        needs: Needs,
        output: JsonObject,
        run: fn(Visit, JsonObject) -> Running,
    ) -> Self {
        let hints = ToolAnnotations::from_raw(
            Some(title.to_owned()),
            Some(kind == Kind::Reads),
            Some(matches!(kind, Kind::Removes | Kind::Sends | Kind::Anything)),
            Some(matches!(kind, Kind::Reads | Kind::Removes | Kind::Sends)),
            Some(matches!(kind, Kind::Sends | Kind::Anything)),
        );
        let shown = model::Tool::new(name, about, Arc::new(schema::input::<T>()))
            .with_title(title)
            .with_raw_output_schema(Arc::new(output))
            .with_annotations(hints);
        Self { shown, needs, run }
    }

    pub(crate) fn name(&self) -> &str {
        &self.shown.name
    }

    /// Whether a call by this key could ever pass.
    pub(crate) fn is_for(&self, caller: &Caller, registry: &Registry) -> bool {
        let reaches = || {
            let scope = &caller.scope;
            scope.apps.as_ref().is_none_or(|apps| !apps.is_empty())
                && scope.connections.as_ref().is_none_or(|ids| !ids.is_empty())
                && scope.rules.as_ref().is_none_or(|rules| !rules.is_empty())
        };
        match self.needs {
            Needs::Nothing => true,
            Needs::Something => reaches(),
            Needs::Route(route) => reaches() && allowed(route, caller.role),
            Needs::Account(operations) => {
                reaches()
                    && operations
                        .iter()
                        .any(|(method, path)| may(caller, registry, method, path))
            }
        }
    }

    pub(crate) fn run(&self, visit: Visit, arguments: JsonObject) -> Running {
        (self.run)(visit, arguments)
    }
}

/// Whether the key may make this call to the account; holes in the path stand for anything.
pub(crate) fn may(caller: &Caller, registry: &Registry, method: &str, path: &str) -> bool {
    may_call(caller, registry, ACCOUNT, method, path)
}

pub(crate) fn may_call(
    caller: &Caller,
    registry: &Registry,
    app: &str,
    method: &str,
    path: &str,
) -> bool {
    let in_scope = caller
        .scope
        .apps
        .as_ref()
        .is_none_or(|apps| apps.contains(app));
    let (Some(app), Ok(method)) = (registry.get(app), method.parse::<Method>()) else {
        return false;
    };
    let filled: Vec<&str> = path
        .split('/')
        .map(|segment| {
            if segment.starts_with('{') {
                "0"
            } else {
                segment
            }
        })
        .collect();
    let filled = filled.join("/");
    let Ok(path) = normal_path(&filled) else {
        return false;
    };
    in_scope
        && caller
            .judge(&method, &path, app.effect(&method, &path).as_ref())
            .is_ok()
}

/// The arguments in their own type; what is wrong with them is named.
pub(crate) fn read<T: DeserializeOwned>(arguments: JsonObject) -> Result<T, Trouble> {
    serde_json::from_value(Value::Object(arguments))
        .map_err(|error| Trouble::arguments(format!("The arguments cannot be used: {error}.")))
}

/// A tool that takes nothing but a connection.
#[derive(serde::Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct Nothing {}
