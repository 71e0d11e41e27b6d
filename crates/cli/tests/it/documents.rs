//! What `docs/operations.md` says is what there is.

use postern_cli::config::keys::{KEYS, OTHER_VARIABLES};
use postern_cli::exit::Exit;

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

#[test]
fn every_setting_is_explained() {
    for key in KEYS {
        for name in [key.path, key.variable] {
            assert!(
                OPERATIONS.contains(&format!("`{name}`")),
                "docs/operations.md does not mention {name}"
            );
        }
    }
    for name in OTHER_VARIABLES {
        assert!(
            OPERATIONS.contains(&format!("`{name}`")),
            "docs/operations.md does not mention {name}"
        );
    }
}

#[test]
fn every_exit_code_is_explained() {
    for (exit, word, _) in Exit::ALL {
        let row = format!("| {} | {word} |", *exit as u8);
        assert!(
            OPERATIONS.contains(&row),
            "docs/operations.md has no row {row}"
        );
    }
}

const COMMANDS: &str = include_str!("../../../../docs/cli.md");

/// Every command with its first sentence, as `docs/cli.md` lists them.
fn rows(command: &clap::Command, path: &str, found: &mut Vec<String>) {
    for sub in command
        .get_subcommands()
        .filter(|sub| sub.get_name() != "help")
    {
        let path = format!("{path} {}", sub.get_name());
        if sub.get_subcommands().next().is_some() {
            rows(sub, &path, found);
            continue;
        }
        let about = sub.get_about().map(ToString::to_string).unwrap_or_default();
        let what = about.rsplit_once(" (").map_or(&*about, |(what, _)| what);
        found.push(format!(
            "| `{}` | {} |",
            path.trim(),
            what.replace('|', "\\|")
        ));
    }
}

#[test]
fn every_command_is_listed() {
    use clap::CommandFactory as _;
    let mut wanted = Vec::new();
    rows(&postern_cli::args::Cli::command(), "postern", &mut wanted);
    let listed: Vec<_> = COMMANDS
        .lines()
        .filter(|line| line.starts_with("| `postern "))
        .collect();
    assert!(
        listed == wanted,
        "the list in docs/cli.md is to be:\n{}",
        wanted.join("\n")
    );
}
