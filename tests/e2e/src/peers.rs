//! What `cargo xtask test` installed for the tests.

use crate::environment::target;
use anyhow::{Result, bail};
use std::path::{Path, PathBuf};

/// A Python with the official SDK, generation 6, and `requests`.
///
/// # Errors
/// When it is not installed.
pub fn python_sdk6() -> Result<PathBuf> {
    installed("python-sdk6/bin/python")
}

/// A Python with the official SDK, generation 5.
///
/// # Errors
/// When it is not installed.
pub fn python_sdk5() -> Result<PathBuf> {
    installed("python-sdk5/bin/python")
}

/// The folder whose `node_modules` holds the official Node.js SDK.
///
/// # Errors
/// When it is not installed.
pub fn npm_sdk() -> Result<PathBuf> {
    installed("npm-sdk")
}

/// A Python with pytest.
///
/// # Errors
/// When it is not installed.
pub fn python_pytest() -> Result<PathBuf> {
    installed("python-pytest/bin/python")
}

/// Schemathesis, the program.
///
/// # Errors
/// When it is not installed.
pub fn schemathesis() -> Result<PathBuf> {
    installed("python-schemathesis/bin/schemathesis")
}

/// The folder whose `node_modules` holds Jest.
///
/// # Errors
/// When it is not installed.
pub fn jest() -> Result<PathBuf> {
    installed("jest")
}

/// The target directory in which the Rust example of a test was built.
///
/// # Errors
/// When it was not.
pub fn sign_in_crate() -> Result<PathBuf> {
    installed("sign-in-crate")
}

/// A Python with the official client of the Model Context Protocol.
///
/// # Errors
/// When it is not installed.
pub fn python_mcp() -> Result<PathBuf> {
    installed("python-mcp/bin/python")
}

/// The folder whose `node_modules` holds the protocol's conformance suite.
///
/// # Errors
/// When it is not installed.
pub fn mcp_conformance() -> Result<PathBuf> {
    installed("mcp-conformance")
}

/// The script that finds what is inaccessible on a page.
///
/// # Errors
/// When it is not installed.
pub fn axe() -> Result<PathBuf> {
    installed("axe/node_modules/axe-core/axe.min.js")
}

fn installed(what: &str) -> Result<PathBuf> {
    let path = target()?.join("peers").join(what);
    if !path.exists() {
        bail!(
            "{} is not installed: run `cargo xtask test` once",
            path.display()
        );
    }
    Ok(path)
}

/// A system server or tool, on the path or where Debian keeps servers.
///
/// # Errors
/// When it is not installed.
pub fn program(name: &str) -> Result<PathBuf> {
    let path = crate::environment::variable("PATH").unwrap_or_default();
    let found = path
        .split(':')
        .chain(["/usr/local/sbin", "/usr/sbin", "/sbin"])
        .map(|folder| Path::new(folder).join(name))
        .find(|candidate| candidate.is_file());
    match found {
        Some(found) => Ok(found),
        None => bail!("{name} is not installed: run `cargo xtask test` once"),
    }
}
