//! `postern man`: a manual page for each command.

use std::path::PathBuf;

use clap::CommandFactory;

use crate::args::Cli;
use crate::console::Console;
use crate::exit::{Failure, Outcome};

/// Write manual pages, one for each command
///
/// Into a directory of the manual path's `man1`, such as `~/.local/share/man/man1`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where the pages go; it is made when it is not there
    directory: PathBuf,
}

pub fn run(args: &Args, console: Console) -> Outcome {
    let written = std::fs::create_dir_all(&args.directory)
        .and_then(|()| clap_mangen::generate_to(Cli::command(), &args.directory));
    written.map_err(|error| {
        Failure::failed(format!(
            "cannot write to {}: {error}",
            args.directory.display()
        ))
        .fix("name a directory that this user can write to")
    })?;
    let answer = serde_json::json!({ "directory": args.directory });
    console.answer(&answer, |_| {
        format!("the pages are in {}", args.directory.display())
    })
}
