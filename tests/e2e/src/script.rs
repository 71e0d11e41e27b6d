//! Programs in other languages that were written for the real service.

use crate::environment::own_variables;
use crate::server::finish;
use anyhow::{Context as _, Result, bail};
use serde_json::Value;
use std::path::Path;
use std::process::Command;

/// Runs a program text with an interpreter; what it printed, if it ended well.
///
/// # Errors
/// When it does not, with everything it said.
pub fn run(
    interpreter: &Path,
    text: &str,
    variables: &[(&str, &str)],
    folder: &Path,
    file: &str,
) -> Result<String> {
    let path = folder.join(file);
    std::fs::write(&path, text)?;
    run_at(interpreter, &path, variables, folder)
}

/// Runs a program where it lies; what it printed, if it ended well.
///
/// # Errors
/// When it does not, with everything it said.
pub fn run_at(
    interpreter: &Path,
    path: &Path,
    variables: &[(&str, &str)],
    folder: &Path,
) -> Result<String> {
    let mut command = Command::new(interpreter);
    for name in own_variables() {
        command.env_remove(name);
    }
    command
        .arg(path)
        .current_dir(folder)
        .envs(variables.iter().copied());
    let output = finish(&mut command)?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        bail!(
            "{} ended with {}:\n{printed}\n{}",
            path.display(),
            output.status,
            String::from_utf8_lossy(&output.stderr)
        );
    }
    Ok(printed)
}

/// The same, when what it prints is JSON.
///
/// # Errors
/// When it ends badly or prints something else.
pub fn json(
    interpreter: &Path,
    text: &str,
    variables: &[(&str, &str)],
    folder: &Path,
    file: &str,
) -> Result<Value> {
    let printed = run(interpreter, text, variables, folder, file)?;
    serde_json::from_str(&printed).with_context(|| format!("{file} printed: {printed}"))
}

/// What a program prints that lies among the tests, as JSON.
///
/// # Errors
/// When it ends badly or prints something else.
pub fn json_of(
    interpreter: &Path,
    path: &Path,
    variables: &[(&str, &str)],
    folder: &Path,
) -> Result<Value> {
    let printed = run_at(interpreter, path, variables, folder)?;
    serde_json::from_str(&printed).with_context(|| format!("{} printed: {printed}", path.display()))
}
