//! `cargo xtask soak`: the long tests, which are the same tests with bigger numbers.

use crate::nextest::{Runner, TestRun};
use crate::peers::{Installer, Peer};
use crate::process::{cargo, succeeds};
use crate::tally::{Outcome, Tally};
use crate::test::{DATABASE, database};
use anyhow::Result;

/// How often the server is killed during sends: what the first release promised to have seen.
pub const KILLS_DEFAULT: u32 = 50;

pub fn run(kills: u32, seed: Option<u64>) -> Result<bool> {
    let mut tally = Tally::default();
    let installer = Installer::new(true);
    let runner = Runner::provide(&installer);
    let (database, _cluster) = database(&installer, &mut tally);
    tally.step("build", || {
        // The same set of features as `cargo xtask test` builds with, so that nothing is compiled twice.
        let build = ["build", "--workspace", "--all-targets"];
        Ok(if succeeds(&mut cargo(&build))? {
            Outcome::Passed
        } else {
            Outcome::Failed("it does not build".into())
        })
    });
    tally.step(
        &format!("kill -9 during sends, {kills} times on each engine"),
        || {
            let mut variables = vec![("POSTERN_TEST_KILLS".into(), kills.to_string())];
            variables.extend(seed.map(|seed| ("POSTERN_TEST_SEED".into(), seed.to_string())));
            let without = if database.is_none() {
                vec![format!("{}::", Peer::POSTGRES.module)]
            } else {
                Vec::new()
            };
            variables.extend(database.map(|url| (DATABASE.to_owned(), url)));
            runner.run(&TestRun {
                only: Some("kill_9::".into()),
                without,
                variables,
            })
        },
    );
    Ok(tally.finish())
}
