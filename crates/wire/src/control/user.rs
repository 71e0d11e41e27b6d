//! `GET /user` and `GET /apps`: what a key needs to know about itself and about what it can reach.

use serde::{Deserialize, Serialize};

use super::key::Key;

/// `GET /user`
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct User {
    /// Never empty: clients use it to tell that a key works.
    pub email: String,
    /// The key that asks.
    pub key: Key,
    /// The version of the server.
    pub version: String,
}

/// One app that this server can stand in front of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct App {
    /// The first path segment: `/{name}/…`.
    pub name: String,
    pub title: String,
    pub base_url: String,
    /// `BASIC`, `API_KEY`, …
    pub method: String,
    /// What a connection has to be given.
    pub fields: Vec<Field>,
    /// Which call proves the credentials, such as `GET /v3/account`.
    pub verified_by: Option<String>,
    /// Whether the effect of each operation is known. If not, agent keys are limited to safe methods.
    pub operations_known: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct Field {
    pub name: String,
    pub label: String,
    pub secret: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[cfg_attr(feature = "schema", derive(schemars::JsonSchema))]
pub struct AppList {
    pub apps: Vec<App>,
}
