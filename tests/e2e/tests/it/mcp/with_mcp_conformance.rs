//! The protocol's own conformance suite.

use anyhow::{Result, ensure};
use postern_e2e::{Home, peers, script};

use super::{folder, quick};

/// The suite knows no keys: a few lines in between present one.
#[test]
fn the_suite_finds_what_it_expects() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let suite = peers::mcp_conformance()?
        .join("node_modules/@modelcontextprotocol/conformance/dist/index.js");
    let suite = suite.display().to_string();
    let expected = folder().join("expected-failures.yml").display().to_string();
    let url = server.gateway_url();
    let variables = [
        ("SUITE", suite.as_str()),
        ("EXPECTED", expected.as_str()),
        ("TARGET", url.as_str()),
        ("KEY", server.first.api_key.as_str()),
    ];
    let printed = script::run_at(
        &peers::program("node")?,
        &folder().join("conformance.mjs"),
        &variables,
        home.path(),
    )?;
    for scenario in [
        "server-initialize",
        "ping",
        "tools-list",
        "resources-list",
        "dns-rebinding-protection",
    ] {
        let passed = format!("✓ {scenario}: ");
        ensure!(
            printed.contains(&passed),
            "{scenario} did not pass:\n{printed}"
        );
    }
    server.stop()
}
