//! `cargo xtask docs`: rewrites what is made from the code. Tests fail as long as the committed files differ.

use crate::process::{cargo, succeeds};
use anyhow::Result;

/// Tests that compare a committed file with what the code makes, and write it first when they are told to: package and name.
const WRITERS: &[(&str, &str)] = &[
    (
        "postern-platform",
        "compatibility::the_committed_document_is_the_one_of_this_code",
    ),
    (
        "postern-openapi",
        "committed::the_committed_documents_are_those_of_this_code",
    ),
];

pub fn run() -> Result<bool> {
    for (package, test) in WRITERS {
        let mut command = cargo(&["test", "--quiet", "--package", package, "--test", "it"]);
        command
            .args(["--", "--exact", test])
            .env("POSTERN_WRITE_DOCS", "1");
        if !succeeds(&mut command)? {
            return Ok(false);
        }
    }
    Ok(true)
}
