//! `cargo xtask check`: formatting, clippy and documentation, warnings denied.

use crate::process::{cargo, succeeds};
use crate::tally::{Outcome, Tally};
use anyhow::Result;

pub fn run() -> Result<bool> {
    let mut tally = Tally::default();
    steps(&mut tally);
    Ok(tally.finish())
}

/// The three steps, which `cargo xtask test` runs too.
pub fn steps(tally: &mut Tally) {
    tally.step("formatting", || {
        verdict(
            succeeds(&mut cargo(&["fmt", "--all", "--check"]))?,
            "run `cargo fmt --all`",
        )
    });
    tally.step("clippy", || {
        let mut command = cargo(&[
            "clippy",
            "--workspace",
            "--all-targets",
            "--quiet",
            "--",
            "-D",
            "warnings",
        ]);
        verdict(succeeds(&mut command)?, "clippy has something to say")
    });
    tally.step("documentation", || {
        let mut command = cargo(&[
            "doc",
            "--workspace",
            "--no-deps",
            "--document-private-items",
            "--quiet",
        ]);
        // Private items are documented too, so a link to one leads somewhere.
        command.env(
            "RUSTDOCFLAGS",
            "-D warnings -A rustdoc::private-intra-doc-links",
        );
        verdict(succeeds(&mut command)?, "rustdoc has something to say")
    });
}

fn verdict(good: bool, otherwise: &str) -> Result<Outcome> {
    Ok(if good {
        Outcome::Passed
    } else {
        Outcome::Failed(otherwise.to_owned())
    })
}
