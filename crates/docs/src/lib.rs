//! The OpenAPI documents as they are committed under `docs/openapi`, and pages for people, made from them when they are asked for.
//!
//! Public: whoever may reach the address may read what it does. Nothing here knows an installation's data, only its own address.

mod curl;
mod documents;
mod fields;
mod operation;
mod pages;
mod prose;
mod raw;
mod router;

pub use router::{Settings, for_platform, router};
