//! What was read, beside what was aimed at; a goal that is missed by far fails the test.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::Server;
use std::time::Duration;

/// How far a goal may be missed: these run on a machine that does other things too.
pub const MISSED_BY_MAX: f64 = 3.0;
/// Below that, times are those of starting and of a debug build: nothing is judged.
pub const JUDGED_FROM_ROWS: usize = 100_000;

pub struct Readings {
    title: String,
    judged: bool,
    lines: Vec<String>,
    missed: Vec<String>,
}

impl Readings {
    pub fn new(title: &str, rows: usize) -> Self {
        Self {
            title: format!("{title}, {rows} rows"),
            judged: rows >= JUDGED_FROM_ROWS,
            lines: Vec::new(),
            missed: Vec::new(),
        }
    }

    pub fn note(&mut self, what: &str, read: impl std::fmt::Display) {
        self.lines.push(format!("{what:<44} {read:>16}"));
    }

    /// A figure that is to be small.
    pub fn at_most(&mut self, what: &str, read: f64, unit: &str, goal: f64) {
        let line = format!(
            "{what:<44} {:>16}  goal: at most {goal} {unit}",
            format!("{read:.2} {unit}")
        );
        self.judge(line, read / goal);
    }

    /// A figure that is to be large.
    pub fn at_least(&mut self, what: &str, read: f64, unit: &str, goal: f64) {
        let line = format!(
            "{what:<44} {:>16}  goal: at least {goal} {unit}",
            format!("{read:.0} {unit}")
        );
        self.judge(line, goal / read);
    }

    fn judge(&mut self, line: String, missed_by: f64) {
        let verdict = match missed_by {
            _ if !self.judged => "",
            by if by <= 1.0 => ", reached",
            by if by <= MISSED_BY_MAX => ", MISSED",
            _ => ", MISSED BY FAR",
        };
        let line = format!("{line}{verdict}");
        if self.judged && missed_by > MISSED_BY_MAX {
            self.missed.push(line.clone());
        }
        self.lines.push(line);
    }

    /// Prints the table.
    ///
    /// # Errors
    /// When a goal was missed by more than [`MISSED_BY_MAX`].
    pub fn finish(self) -> Result<()> {
        println!("{}", self.title);
        for line in &self.lines {
            println!("  {line}");
        }
        ensure!(
            self.missed.is_empty(),
            "missed by more than {MISSED_BY_MAX} times:\n{}",
            self.missed.join("\n")
        );
        Ok(())
    }
}

/// The most memory the server has ever held, in MB.
pub fn peak_memory(server: &Server) -> Result<f64> {
    let status = std::fs::read_to_string(format!("/proc/{}/status", server.process()))?;
    let line = status
        .lines()
        .find(|line| line.starts_with("VmHWM:"))
        .context("no VmHWM")?;
    let kib: f64 = line
        .split_whitespace()
        .nth(1)
        .context("a number")?
        .parse()?;
    Ok(kib / 1024.0)
}

pub fn median(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times[times.len() / 2]
}
