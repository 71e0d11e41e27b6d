//! What the APIs are, in words and schemas: routes with their parameters, bodies, answers and callers. The server does not depend on it; it
//! serves the documents that are made here by `cargo xtask docs` and committed under `docs/openapi`.
//!
//! A new control route needs one [`Operation`] in `control/…`, a new platform route one in `platform/…`. Bodies and answers are named by their
//! types of `postern-wire`; their doc comments are the descriptions.

mod control;
mod document;
mod operation;
mod parameter;
mod platform;
mod schemas;
mod words;

pub use control::document as control;
pub use operation::Operation;
pub use platform::document as platform;

/// Method and path of everything that a document describes.
pub fn described(document: &serde_json::Value) -> Vec<(String, String)> {
    let paths = document["paths"].as_object().into_iter().flatten();
    paths
        .flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, _)| (method.to_uppercase(), path.clone()))
        })
        .collect()
}
