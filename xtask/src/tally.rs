//! The count of what passed, failed and was skipped, and the one summary at the end.

use anyhow::Result;
use std::time::Instant;

/// What a step came to.
pub enum Outcome {
    Passed,
    Failed(String),
    /// Not run at all, with the reason. Never silent: every one is printed again at the end.
    Skipped(String),
    /// A runner of many tests, with its own count.
    Counted {
        passed: u64,
        failed: u64,
        skipped: u64,
    },
}

#[derive(Default)]
pub struct Tally {
    passed: u64,
    failed: u64,
    skipped: u64,
    failures: Vec<String>,
    skips: Vec<String>,
    steps: Vec<(String, u64)>,
}

impl Tally {
    /// Runs one step under a heading, counts it and says how long it took. An error is a failure of that step, not of the run.
    pub fn step(&mut self, name: &str, body: impl FnOnce() -> Result<Outcome>) {
        println!("\n── {name}");
        let start = Instant::now();
        let outcome = body().unwrap_or_else(|error| Outcome::Failed(format!("{error:#}")));
        let seconds = start.elapsed().as_secs();
        let word = match outcome {
            Outcome::Passed => {
                self.passed += 1;
                "passed".to_owned()
            }
            Outcome::Failed(why) => {
                self.failed += 1;
                self.failures.push(format!("{name}: {why}"));
                format!("FAILED: {why}")
            }
            Outcome::Skipped(why) => {
                self.skip(1, &format!("{name}: {why}"));
                "SKIPPED".to_owned()
            }
            Outcome::Counted {
                passed,
                failed,
                skipped,
            } => {
                self.passed += passed;
                self.failed += failed;
                self.skipped += skipped;
                if failed > 0 {
                    self.failures.push(format!("{name}: {failed} failed"));
                }
                format!("{passed} passed, {failed} failed, {skipped} skipped")
            }
        };
        println!("── {name}: {word} ({seconds} s)");
        self.steps.push((name.to_owned(), seconds));
    }

    /// Notes something that does not run on this machine. `count` is 0 when a runner already counts it.
    pub fn skip(&mut self, count: u64, why: &str) {
        eprintln!("!! SKIPPED {why}");
        self.skipped += count;
        self.skips.push(why.to_owned());
    }

    /// Prints the summary; its last line is plain, for whoever reads only that. True when nothing failed and something passed.
    pub fn finish(self) -> bool {
        println!("\n═══ Summary");
        for (name, seconds) in &self.steps {
            println!("  {seconds:>5} s  {name}");
        }
        for why in &self.skips {
            println!("  SKIPPED  {why}");
        }
        for why in &self.failures {
            println!("  FAILED   {why}");
        }
        println!();
        println!(
            "{} passed, {} failed, {} skipped",
            self.passed, self.failed, self.skipped
        );
        self.failed == 0 && self.passed > 0
    }
}
