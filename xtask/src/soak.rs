//! `cargo xtask soak`: the long tests, which are the same tests with bigger numbers.

use crate::nextest::{Runner, TestRun};
use crate::process::{cargo, succeeds};
use crate::tally::{Outcome, Tally};
use anyhow::Result;

/// How often the server is killed during sends: what the first release promised to have seen.
pub const KILLS_DEFAULT: u32 = 50;

pub fn run(kills: u32) -> Result<bool> {
    let mut tally = Tally::default();
    tally.step("build", || {
        let built = succeeds(&mut cargo(&[
            "build",
            "--package",
            "postern",
            "--package",
            "postern-e2e",
            "--all-targets",
        ]))?;
        Ok(if built {
            Outcome::Passed
        } else {
            Outcome::Failed("it does not build".into())
        })
    });
    tally.step(&format!("kill -9 during sends, {kills} times"), || {
        let run = TestRun {
            packages: vec!["postern-e2e".into()],
            only: Some("kill_9::".into()),
            variables: vec![("POSTERN_TEST_KILLS".into(), kills.to_string())],
            ..TestRun::default()
        };
        Runner::found().run(&run)
    });
    Ok(tally.finish())
}
