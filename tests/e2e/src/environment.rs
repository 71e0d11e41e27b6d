//! The few variables that tests read, and where cargo put the things they start.

use anyhow::{Context as _, Result, bail};
use std::path::PathBuf;

/// An environment variable that is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "tests have no cli to read the environment for them"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}

/// Every variable of ours that is set: the server under test must not see the tester's.
pub fn own_variables() -> Vec<String> {
    std::env::vars_os()
        .filter_map(|(name, _)| name.into_string().ok())
        .filter(|name| name.starts_with("POSTERN_") || name == "MATON_API_KEY")
        .collect()
}

/// Cargo's target directory, from where this test program lies: `target/debug/deps/it-…`.
///
/// # Errors
/// When the test program lies elsewhere.
pub fn target() -> Result<PathBuf> {
    let program = std::env::current_exe()?;
    let folder = program
        .ancestors()
        .nth(3)
        .context("the test program has no target directory above it")?;
    Ok(folder.to_path_buf())
}

/// The binary under test: `POSTERN_TEST_PROGRAM`, or the one that cargo built beside the tests.
///
/// # Errors
/// When it has not been built.
pub fn program() -> Result<PathBuf> {
    if let Some(program) = variable("POSTERN_TEST_PROGRAM") {
        return Ok(program.into());
    }
    let folder = std::env::current_exe()?
        .ancestors()
        .nth(2)
        .map(PathBuf::from)
        .context("no profile directory")?;
    let program = folder.join("postern");
    if !program.is_file() {
        bail!(
            "{} is missing: `cargo build -p postern` first, or run `cargo xtask test`",
            program.display()
        );
    }
    Ok(program)
}
