//! `docs/compatibility.md`, made from the routes there are and the operations that ClickSend has.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::PathBuf;

use axum::body::Body;
use http::Request;

use crate::every_route::{Operation, operations};
use crate::world::{World, as_john};

/// Method, path and effect of every operation of ClickSend's.
const CLICKSEND: &str = include_str!("../../../apps/data/clicksend.tsv");
/// Method, path and what is missing, of operations that are done in part.
const PARTLY: &str = include_str!("compatibility/partly.tsv");
const UNKNOWN: &str = "Invalid endpoint. Please try again.";

const HEAD: &str = "\
# What of ClickSend's API v3 the built-in platform answers

Made from the code by `cargo xtask docs`; a test fails while it differs. Behaviour where sources disagree: `api-quirks.md`.
";

/// An operation as both sides write it: names of holes and a slash at the end do not matter.
type Key = (String, String);

#[tokio::test]
#[expect(
    clippy::disallowed_methods,
    reason = "how `cargo xtask docs` tells a test to write"
)]
async fn the_committed_document_is_the_one_of_this_code() {
    let made = document(&World::new().await).await;
    // `cargo xtask docs` says so.
    if std::env::var_os("POSTERN_WRITE_DOCS").is_some() {
        std::fs::write(file(), &made).unwrap();
    }
    let committed = std::fs::read_to_string(file()).unwrap_or_default();
    assert!(
        committed == made,
        "docs/compatibility.md is stale; run `cargo xtask docs`"
    );
}

/// A route that is there but leads nowhere would be called done.
#[tokio::test]
async fn every_operation_that_is_done_answers() {
    let world = World::new().await;
    for operation in operations(&world).await {
        let request = Request::builder()
            .method(operation.method())
            .uri(operation.at("1"));
        let answer = world
            .raw(as_john(request).body(Body::empty()).unwrap())
            .await;
        assert_ne!(answer.body["response_msg"], UNKNOWN, "{operation:?}");
    }
}

async fn document(world: &World) -> String {
    let routes = operations(world).await;
    let mut ours: BTreeSet<Key> = routes.iter().map(|o| key(&o.method, o.path)).collect();
    let partly: BTreeMap<Key, &str> = rows(PARTLY)
        .map(|(method, path, missing)| (key(method, path), missing))
        .collect();
    let total = rows(CLICKSEND).count();
    let done = rows(CLICKSEND)
        .filter(|(method, path, _)| ours.contains(&key(method, path)))
        .count();
    let in_part = partly.len();
    let mut text = format!(
        "{HEAD}\n{} of {total} operations are done, {in_part} partly, {} not yet.\n\n| operation | here |\n|---|---|\n",
        done - in_part,
        total - done
    );
    for (method, path, _) in rows(CLICKSEND) {
        let key = key(method, path);
        let there = ours.remove(&key);
        let here = match partly.get(&key) {
            Some(missing) if there => format!("partly: {missing}"),
            Some(_) => panic!("{method} {path} is noted as done in part, but is no route"),
            None if there => "done".to_owned(),
            None => "not yet".to_owned(),
        };
        writeln!(text, "| `{method} {path}` | {here} |").unwrap();
    }
    let ours: Vec<_> = routes
        .iter()
        .filter(|o| ours.contains(&key(&o.method, o.path)))
        .collect();
    own(&mut text, &ours);
    text
}

/// Routes that ClickSend has not, or not here.
fn own(text: &mut String, routes: &[&Operation]) {
    text.push_str("\n## Ours\n\n| operation |\n|---|\n");
    for route in routes {
        writeln!(text, "| `{} {}` |", route.method, route.path).unwrap();
    }
}

fn rows(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let lines = table
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| {
        let mut columns = line.splitn(3, '\t');
        let mut column = || {
            columns
                .next()
                .unwrap_or_else(|| panic!("three columns: {line}"))
        };
        (column(), column(), column())
    })
}

fn key(method: &str, path: &str) -> Key {
    let parts = path.trim_end_matches('/').split('/');
    let parts = parts.map(|part| if part.starts_with('{') { "{}" } else { part });
    (method.to_owned(), parts.collect::<Vec<_>>().join("/"))
}

fn file() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/compatibility.md")
}
