//! `cargo xtask test`: everything, on a bare Debian or Ubuntu machine, with one summary.

use crate::check;
use crate::deny;
use crate::nextest::{Runner, TestRun};
use crate::peers::{self, Environment, Installer, Peer};
use crate::postgres::Cluster;
use crate::process::{cargo, succeeds};
use crate::tally::{Outcome, Tally};
use crate::workspace::{self, variable};
use anyhow::Result;

/// Names the database that store tests run on, besides SQLite.
pub const DATABASE: &str = "POSTERN_TEST_DATABASE_URL";

/// The official Python SDK in its two generations; `requests` is what the published snippets import.
const SDK_6: Environment = Environment {
    name: "python-sdk6",
    packages: &["clicksend-client==6.0.2", "requests"],
};
const SDK_5: Environment = Environment {
    name: "python-sdk5",
    packages: &["clicksend-client==5.0.91"],
};
const PYTEST: Environment = Environment {
    name: "python-pytest",
    packages: &["pytest==9.2.0"],
};
/// Calls everything that the descriptions describe.
pub const SCHEMATHESIS: Environment = Environment {
    name: "python-schemathesis",
    packages: &["schemathesis==4.32.5"],
};
/// `examples/testing/jest/package.json` asks for the same.
const JEST: &str = "jest@30.5.2";
/// Speaks both generations of the Model Context Protocol.
const MCP_CLIENT: Environment = Environment {
    name: "python-mcp",
    packages: &["mcp==2.3.0"],
};
/// The newest that runs on the Node.js of Debian and Ubuntu; later ones want 22.
const MCP_CONFORMANCE: &str = "@modelcontextprotocol/conformance@0.1.13";
const NPM_SDK: &str = "clicksend@5.1.7";
/// Checks pages for accessibility, inside Chromium. Used by tests only.
const AXE: &str = "axe-core@4.14.1";

pub fn run(install: bool) -> Result<bool> {
    let mut tally = Tally::default();
    let installer = Installer::new(install);
    println!("── peers");
    let runner = Runner::provide(&installer);
    let mut missing = missing_peers(&installer, &mut tally);
    let (database, cluster) = database(&installer, &mut tally);

    if database.is_none() {
        missing.push(Peer::POSTGRES);
    }

    check::steps(&mut tally);
    tally.step("build", || {
        // The whole workspace at once: one set of features, so nothing third-party is compiled twice.
        let built = succeeds(&mut cargo(&["build", "--workspace", "--all-targets"]))?;
        Ok(if built {
            Outcome::Passed
        } else {
            Outcome::Failed("it does not build".into())
        })
    });
    tally.step("dependencies: bans, licences, sources", || {
        deny::run(&installer)
    });
    tally.step("tests", || {
        runner.run(&TestRun {
            without: missing
                .iter()
                .map(|peer| format!("{}::", peer.module))
                .collect(),
            variables: database
                .iter()
                .map(|url| (DATABASE.to_owned(), url.clone()))
                .collect(),
            ..TestRun::default()
        })
    });
    tally.step("documentation tests", Runner::documentation);
    drop(cluster);
    Ok(tally.finish())
}

/// What tests cannot have here. Each is noted in the summary; the runner counts the tests that are left out.
fn missing_peers(installer: &Installer, tally: &mut Tally) -> Vec<Peer> {
    let mut missing = Vec::new();
    let mut need = |peer: Peer, result: Result<()>| {
        if let Err(why) = result {
            tally.skip(0, &format!("tests that need {}: {why:#}", peer.name));
            missing.push(peer);
        }
    };
    need(
        Peer::CHROMIUM,
        installer
            .provide(&Peer::CHROMIUM)
            .and_then(|()| installer.npm("axe", AXE).map(drop)),
    );
    for peer in [
        Peer::CURL,
        Peer::NGINX,
        Peer::APACHE,
        Peer::NODE,
        Peer::PYTHON,
        Peer::DPKG,
        Peer::SYSTEMD,
        Peer::TMUX,
    ] {
        need(peer, installer.provide(&peer));
    }
    need(Peer::MOUNTS, peers::mounts());
    need(Peer::SDK_6, installer.python(&SDK_6).map(drop));
    need(Peer::SDK_5, installer.python(&SDK_5).map(drop));
    need(Peer::NPM_SDK, installer.npm("npm-sdk", NPM_SDK).map(drop));
    need(Peer::MCP_CLIENT, installer.python(&MCP_CLIENT).map(drop));
    let suite = installer.npm("mcp-conformance", MCP_CONFORMANCE);
    need(Peer::MCP_CONFORMANCE, suite.map(drop));
    need(Peer::PYTEST, installer.python(&PYTEST).map(drop));
    need(
        Peer::SCHEMATHESIS,
        installer.python(&SCHEMATHESIS).map(drop),
    );
    need(Peer::JEST, installer.npm("jest", JEST).map(drop));
    let manifest = workspace::root().join("examples/testing/cargo/Cargo.toml");
    let built = installer.crate_outside("sign-in-crate", &manifest);
    need(Peer::SIGN_IN_CRATE, built.map(drop));
    missing
}

/// Where store tests find PostgreSQL, and the throw-away server behind it, if it is ours.
pub fn database(installer: &Installer, tally: &mut Tally) -> (Option<String>, Option<Cluster>) {
    if let Some(url) = variable(DATABASE) {
        println!("  the database of {DATABASE} is used");
        return (Some(url), None);
    }
    match Cluster::start(installer) {
        Ok(cluster) => (Some(cluster.url()), Some(cluster)),
        Err(why) => {
            tally.skip(1, &format!("everything on PostgreSQL: {why:#}"));
            (None, None)
        }
    }
}
