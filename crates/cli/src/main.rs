//! The one binary: reads the command line, runs the verb, turns a failure into words and an exit code.

use std::process::ExitCode;

use clap::Parser;
use postern_cli::args::Cli;
use postern_cli::environment::Environment;
use postern_cli::exit::Failure;

#[cfg(feature = "mimalloc")]
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    let cli = Cli::parse();
    let json = cli.json;
    match postern_cli::command::run(cli, &Environment::of_process()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            report(&failure, json);
            ExitCode::from(failure.exit as u8)
        }
    }
}

/// Errors go to standard error, so that standard output holds answers only.
fn report(failure: &Failure, json: bool) {
    if json {
        let error = serde_json::json!({
            "error": failure.exit.word(),
            "message": failure.message,
            "hint": failure.fix,
        });
        anstream::eprintln!("{error}");
    } else {
        anstream::eprintln!("error: {failure}");
    }
}
