//! The fuzz targets, one after the other, each for so many minutes on the corpus it has gathered so far.

use crate::process::{answer, find, succeeds};
use crate::tally::{Outcome, Tally};
use crate::workspace;
use anyhow::{Context as _, Result};
use std::process::Command;

/// Longer than any of these readers is ever given at once.
const INPUT_BYTES_MAX: u32 = 4096;
/// One input: a reader that takes longer can be used to keep the server busy.
const INPUT_SECONDS_MAX: u32 = 5;
const MEMORY_MB_MAX: u32 = 2048;

pub fn steps(tally: &mut Tally, minutes: u64) {
    if let Err(missing) = tools() {
        tally.step("fuzzing", || Ok(Outcome::Skipped(missing)));
        return;
    }
    match targets() {
        Ok(targets) => {
            for target in targets {
                tally.step(&format!("fuzz {target}, {minutes} minutes"), || {
                    run(&target, minutes)
                });
            }
        }
        Err(error) => tally.step("fuzzing", || Err(error)),
    }
}

/// What is missing, and the command that brings it.
fn tools() -> Result<(), String> {
    if find("rustup").is_none() {
        return Err("rustup is missing, which keeps the nightly compiler beside the stable one: see https://rustup.rs".into());
    }
    if answer(Command::new("rustup").args(["run", "nightly", "rustc", "--version"])).is_none() {
        return Err("the nightly compiler is missing: `rustup toolchain install nightly`".into());
    }
    if answer(&mut nightly(&["fuzz", "--version"])).is_none() {
        return Err("cargo-fuzz is missing: `cargo install cargo-fuzz --locked`".into());
    }
    Ok(())
}

fn nightly(args: &[&str]) -> Command {
    let mut command = Command::new("rustup");
    command
        .args(["run", "nightly", "cargo"])
        .args(args)
        .current_dir(workspace::root())
        // The stable compiler that runs this told its children about itself.
        .env_remove("CARGO")
        .env_remove("RUSTC")
        .env_remove("RUSTDOC");
    command
}

/// The names in `fuzz/seeds`; a test sees to it that each check has one.
fn targets() -> Result<Vec<String>> {
    let folder = workspace::root().join("fuzz/seeds");
    let mut names = std::fs::read_dir(&folder)
        .with_context(|| format!("cannot read {}", folder.display()))?
        .map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()))
        .collect::<Result<Vec<_>>>()?;
    names.sort();
    Ok(names)
}

fn run(target: &str, minutes: u64) -> Result<Outcome> {
    let corpus = format!("fuzz/corpus/{target}");
    std::fs::create_dir_all(workspace::root().join(&corpus))?;
    let seeds = format!("fuzz/seeds/{target}");
    let mut command = nightly(&["fuzz", "run", target, &corpus, &seeds, "--"]);
    command
        .arg(format!("-max_total_time={}", minutes * 60))
        .arg(format!("-max_len={INPUT_BYTES_MAX}"))
        .arg(format!("-timeout={INPUT_SECONDS_MAX}"))
        .arg(format!("-rss_limit_mb={MEMORY_MB_MAX}"))
        .arg("-print_final_stats=1");
    Ok(if succeeds(&mut command)? {
        Outcome::Passed
    } else {
        Outcome::Failed(format!(
            "the input lies in fuzz/artifacts/{target}; once it is understood, keep it in fuzz/seeds/{target} for every test run"
        ))
    })
}
