//! `postern completion`: a script that completes commands and flags.

use clap::CommandFactory;
use clap_complete::Shell;

use crate::args::Cli;
use crate::console::Console;
use crate::exit::Outcome;

/// Print a shell's completion script
///
/// For bash: `postern completion bash > ~/.local/share/bash-completion/completions/postern`.
/// For zsh: write it as `_postern` into a directory of $fpath. For fish: `~/.config/fish/completions/postern.fish`.
#[derive(clap::Args, Debug)]
pub struct Args {
    shell: Shell,
}

pub fn run(args: &Args, console: Console) -> Outcome {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "postern", &mut script);
    console.line(String::from_utf8_lossy(&script).trim_end())
}
