//! Every command that a person or CI runs on this repository.
//!
//! One file per command; what several commands stand on (running programs, the tally, peers) has a file of its own.

mod bench;
mod check;
mod deny;
mod docs;
mod nextest;
mod package;
mod peers;
mod postgres;
mod process;
mod soak;
mod tally;
mod test;
mod workspace;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask <COMMAND>

Commands:
  test         Install and start what the tests need, then run everything
  check        Formatting, clippy and documentation, warnings denied
  docs         Rewrite the documents that are made from the code
  soak         The long tests: kills by the dozen, a million rows, fuzzing
  package      A release archive and a Debian package, with checksums
  bench proxy  The gateway against nginx and HAProxy, interleaved in one run
  bench send   Durable sends per second through the whole path

Options of test:
  --no-install   Use what is on this machine; skip, loudly, what is not

Options of soak and bench: see `cargo xtask soak --help`, `cargo xtask bench proxy --help`
";

fn main() -> ExitCode {
    match run() {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::from(2)
        }
    }
}

fn run() -> Result<bool> {
    let mut args = lexopt::Parser::from_env();
    let command = match args.next()? {
        Some(Value(command)) => command.string()?,
        Some(Long("help") | Short('h')) | None => {
            print!("{USAGE}");
            return Ok(true);
        }
        Some(other) => return Err(other.unexpected().into()),
    };
    match command.as_str() {
        "test" => {
            let mut install = true;
            while let Some(arg) = args.next()? {
                match arg {
                    Long("no-install") => install = false,
                    other => return Err(other.unexpected().into()),
                }
            }
            test::run(install)
        }
        "check" => {
            if let Some(arg) = args.next()? {
                return Err(arg.unexpected().into());
            }
            check::run()
        }
        "docs" => {
            if let Some(arg) = args.next()? {
                return Err(arg.unexpected().into());
            }
            docs::run()
        }
        "soak" => soak::run(&mut args),
        "package" => package::run(&mut args),
        "bench" => bench::run(args.raw_args()?.collect()),
        other => bail!("there is no command `{other}`\n\n{USAGE}"),
    }
}
