//! Every route of the control plane is described, and nothing is described that is no route. The platform's routes say so in its own tests.

use std::collections::BTreeSet;

use postern_access::role::TABLE;
use postern_openapi::{control, described};

/// Routes that ask no key, or that the gateway answers.
const OUTSIDE: &[(&str, &str)] = &[
    ("POST", "/console/session"),
    ("DELETE", "/console/session"),
    ("GET", "/hooks/{token}"),
    ("POST", "/hooks/{token}"),
    ("POST", "/sends/preview"),
];
const ROUTER: &str = include_str!("../../../control/src/router.rs");

fn routes() -> BTreeSet<(String, String)> {
    let inside = TABLE.iter().map(|line| (line.method, line.path));
    inside
        .chain(OUTSIDE.iter().copied())
        .map(|(method, path)| (method.to_owned(), path.to_owned()))
        .collect()
}

#[test]
fn every_control_route_is_described() {
    let described: BTreeSet<_> = described(&control()).into_iter().collect();
    let missing: Vec<_> = routes().difference(&described).cloned().collect();
    assert!(
        missing.is_empty(),
        "not described: {missing:?}\n\
         For each of them add an `Operation::new(\"METHOD\", \"/path\", \"operationId\", \"Summary\")` with its `.takes::<Body>(example)`, \
         `.answers::<Answer>(200, \"…\")` and `.refuses(&[\"word\"])` to the room's file in crates/openapi/src/control/ \
         (a new file is a line of `tags()` in control.rs), new words to words.rs, new names of `{{segments}}` to control/schemas.rs; \
         then run `cargo xtask docs`."
    );
}

#[test]
fn nothing_is_described_that_is_no_route() {
    let routes = routes();
    let strange: Vec<_> = described(&control())
        .into_iter()
        .filter(|one| !routes.contains(one))
        .collect();
    assert!(
        strange.is_empty(),
        "described, but neither in crates/access/src/role.rs nor in OUTSIDE of this file: {strange:?}"
    );
}

/// What the router has beside the table of roles would be missed by the tests above.
#[test]
fn every_path_of_the_router_is_known() {
    let known: BTreeSet<_> = routes().into_iter().map(|(_, path)| path).collect();
    let paths = ROUTER
        .split('"')
        .filter(|text| text.starts_with('/') && !text.contains(' '));
    let unknown: Vec<_> = paths.filter(|path| !known.contains(*path)).collect();
    assert!(
        unknown.is_empty(),
        "paths of control's router that are neither in crates/access/src/role.rs nor in OUTSIDE of this file: {unknown:?}"
    );
}

#[test]
fn names_of_operations_are_there_once() {
    for document in [control(), postern_openapi::platform()] {
        let mut names = BTreeSet::new();
        for (method, path) in described(&document) {
            let operation = &document["paths"][&path][method.to_lowercase()];
            let name = operation["operationId"].as_str().unwrap();
            assert!(names.insert(name.to_owned()), "{name} is there twice");
            // A page of the documentation is a tag; its sections are told apart by their summaries.
            let summary = format!("{}: {}", operation["tags"][0], operation["summary"]);
            assert!(names.insert(summary.clone()), "{summary} is there twice");
        }
    }
}
