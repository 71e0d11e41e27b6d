//! What README and docs show is run, or stands here with where else it is. Texts that people copy must work.

mod answers;
mod commands;
mod signature;

use crate::fences::{self, Fence};
use anyhow::{Context as _, Result, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Blocks that are run, by document and how they begin.
const RUN: [(&str, &str); 18] = [
    ("README.md", "curl -s http"),
    ("README.md", "postern connection create"),
    ("README.md", "import clicksend"),
    ("docs/alerts.md", "POST /postern"),
    ("docs/limits.md", "{\"message\": \"Nothing was sent."),
    ("docs/logging.md", "{\"level\""),
    ("docs/mcp.md", "{\"mcpServers\": {\"postern\": {\"command\""),
    ("docs/mcp.md", "{\"mcpServers\": {\"postern\": {\"type\""),
    ("docs/mcp.md", "{\"error\""),
    ("docs/operations.md", "{\"event\":\"ready\""),
    ("docs/operations.md", "postern config check"),
    ("docs/operations.md", "[apps.acme]"),
    ("docs/operations.md", "postern backup"),
    ("docs/operations.md", "postern vault rotate"),
    ("docs/upgrading.md", "postern backup"),
    ("docs/upgrading.md", "postern migrate"),
    ("docs/upgrading.md", "postern restore"),
    ("docs/webhooks.md", "import base64"),
];

/// Blocks that are not run by these tests, and what stands for them.
const ELSEWHERE: [(&str, &str, &str); 9] = [
    ("docs/mcp.md", "postern key create", "mcp"),
    ("docs/approvals.md", "postern key create", "approvals"),
    ("README.md", "cargo run", "every test starts a server"),
    ("README.md", "cargo xtask test", "it is what runs the tests"),
    (
        "docs/benchmarks.md",
        "cargo xtask bench",
        "takes the machine",
    ),
    ("docs/operations.md", "postern serve", "first_message"),
    ("examples/README.md", "cargo run", "examples"),
    (
        "examples/README.md",
        "cd examples/testing",
        "examples::testing",
    ),
    ("docs/operations.md", "[Service]", "wants systemd"),
];

/// The block that begins so.
pub(crate) fn block(document: &str, beginning: &str) -> Result<Fence> {
    ensure!(
        RUN.contains(&(document, beginning)),
        "{document}, {beginning} is not among those that are run"
    );
    let text = std::fs::read_to_string(root().join(document))?;
    fences::fences(&text)?
        .into_iter()
        .find(|fence| fence.text.starts_with(beginning))
        .with_context(|| format!("{document} shows no {beginning}"))
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

#[test]
fn every_block_is_run_or_named() -> Result<()> {
    let mut known: BTreeSet<(&str, &str)> = RUN.into_iter().collect();
    known.extend(ELSEWHERE.map(|(document, beginning, _)| (document, beginning)));
    let mut documents = vec!["README.md".to_owned(), "examples/README.md".to_owned()];
    for entry in std::fs::read_dir(root().join("docs"))? {
        let name = entry?.file_name().to_string_lossy().into_owned();
        documents.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    let mut seen = BTreeSet::new();
    for document in &documents {
        let text = std::fs::read_to_string(root().join(document))?;
        for fence in fences::fences(&text)? {
            // Drawings and tables of addresses have no language.
            if fence.language.is_empty() {
                continue;
            }
            let entry = known
                .iter()
                .find(|(place, beginning)| place == document && fence.text.starts_with(beginning));
            let line = fence.line;
            seen.insert(entry.with_context(|| format!("{document}:{line} is run by nobody: put it into RUN and run it, or into ELSEWHERE"))?);
        }
    }
    let stale: Vec<_> = known.iter().filter(|entry| !seen.contains(entry)).collect();
    ensure!(stale.is_empty(), "shown no more: {stale:#?}");
    Ok(())
}
