//! `cargo xtask docs`: rewrites what is made from the code. Tests fail as long as the committed files differ.

use crate::process::{cargo, succeeds};
use anyhow::Result;

/// Ignored tests that write instead of comparing: package and name.
const WRITERS: &[(&str, &str)] = &[("postern-platform", "compatibility::write")];

pub fn run() -> Result<bool> {
    for (package, test) in WRITERS {
        let mut command = cargo(&["test", "--quiet", "--package", package, "--test", "it"]);
        command.args(["--", "--ignored", "--exact", test]);
        if !succeeds(&mut command)? {
            return Ok(false);
        }
    }
    Ok(true)
}
