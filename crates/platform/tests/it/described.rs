//! `docs/openapi/platform.json` describes every route there is, and nothing else.

use std::collections::BTreeSet;

use serde_json::Value;

use crate::every_route::operations;
use crate::world::World;

const DOCUMENT: &str = include_str!("../../../../docs/openapi/platform.json");

#[tokio::test]
async fn the_description_has_every_route_and_no_other() {
    let document: Value = serde_json::from_str(DOCUMENT).unwrap();
    let mut described = BTreeSet::new();
    for (path, methods) in document["paths"].as_object().unwrap() {
        for method in methods.as_object().unwrap().keys() {
            described.insert(format!("{} {path}", method.to_uppercase()));
        }
    }
    let routes: BTreeSet<_> = operations(&World::new().await)
        .await
        .iter()
        .map(|operation| format!("{} {}", operation.method, operation.path))
        .collect();
    let missing: Vec<_> = routes.difference(&described).collect();
    let strange: Vec<_> = described.difference(&routes).collect();
    assert!(
        missing.is_empty() && strange.is_empty(),
        "not described: {missing:?}\ndescribed, but no route: {strange:?}\n\
         Each is an `Operation` of a file in crates/openapi/src/platform/; names of `{{segments}}` are in platform/parts.rs. \
         Then run `cargo xtask docs`."
    );
}
