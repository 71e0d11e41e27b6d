//! Where things are: the repository, the target directory, and the few environment variables that are read.

use std::path::{Path, PathBuf};

/// The root of the repository. xtask is always one folder below it.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask lies inside the repository")
        .to_path_buf()
}

/// Cargo's target directory; relative paths count from the repository, as cargo counts them when run there.
pub fn target() -> PathBuf {
    root().join(variable("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// What is installed for the tests and belongs to nobody else: Python environments, npm packages, tools.
pub fn peers() -> PathBuf {
    target().join("peers")
}

/// An environment variable that is set and not empty.
#[expect(
    clippy::disallowed_methods,
    reason = "xtask is a command line of its own; this is its one place that reads the environment"
)]
pub fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
