//! What a command says: tables for people, JSON for programs, and nothing interactive off a terminal.

use std::io::{IsTerminal, Write};

use comfy_table::{ContentArrangement, Table, presets};
use serde::Serialize;

use crate::exit::{Exit, Failure, Outcome};

#[derive(Clone, Copy, Debug)]
pub struct Console {
    pub json: bool,
    pub stdin_is_terminal: bool,
    pub stdout_is_terminal: bool,
    pub stderr_is_terminal: bool,
}

impl Console {
    pub fn of_process(json: bool) -> Self {
        Self {
            json,
            stdin_is_terminal: std::io::stdin().is_terminal(),
            stdout_is_terminal: std::io::stdout().is_terminal(),
            stderr_is_terminal: std::io::stderr().is_terminal(),
        }
    }

    /// One JSON document, or what `human` makes of the value.
    pub fn answer<T: Serialize>(&self, value: &T, human: impl FnOnce(&T) -> String) -> Outcome {
        if self.json {
            self.json(value)
        } else {
            self.line(human(value))
        }
    }

    pub fn json<T: Serialize>(&self, value: &T) -> Outcome {
        let text = if self.stdout_is_terminal {
            serde_json::to_string_pretty(value)
        } else {
            serde_json::to_string(value)
        };
        self.line(text.expect("answers have text keys and no failing serializers"))
    }

    /// One line, whatever it is, on standard output.
    pub fn line(&self, text: impl AsRef<str>) -> Outcome {
        let mut out = std::io::stdout().lock();
        let written = out
            .write_all(text.as_ref().as_bytes())
            .and_then(|()| out.write_all(b"\n"))
            .and_then(|()| out.flush());
        match written {
            // Whoever was reading has seen enough, as `head` has.
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(()),
            written => written.map_err(|error| {
                Failure::failed(format!("cannot write to standard output: {error}"))
            }),
        }
    }

    /// A remark beside the answer: on standard error, and not at all with `--json`.
    pub fn note(&self, text: impl AsRef<str>) {
        if !self.json {
            anstream::eprintln!("{}", text.as_ref());
        }
    }

    /// Asks before what cannot be undone; off a terminal `--yes` has to be said beforehand.
    pub fn confirm(&self, yes: bool, question: &str) -> Outcome {
        if yes {
            return Ok(());
        }
        if !self.can_ask() {
            return Err(Failure::new(
                Exit::Usage,
                format!("{question} Nobody is there to answer."),
            )
            .fix("say --yes"));
        }
        let agreed = dialoguer::Confirm::new()
            .with_prompt(question)
            .default(false)
            .interact()
            .map_err(|error| Failure::failed(format!("cannot ask: {error}")))?;
        if agreed {
            Ok(())
        } else {
            Err(Failure::failed("nothing was changed"))
        }
    }

    /// Asks for a secret without showing it; off a terminal `fix` says how it is given beforehand.
    pub fn ask_secret(&self, prompt: &str, needed: &str, fix: &str) -> Outcome<String> {
        if !self.can_ask() {
            let message = format!("{needed}, and nobody is there to ask");
            return Err(Failure::new(Exit::Usage, message).fix(fix));
        }
        dialoguer::Password::new()
            .with_prompt(prompt)
            .interact()
            .map_err(|error| Failure::failed(format!("cannot ask: {error}")))
    }

    pub fn can_ask(&self) -> bool {
        self.stdin_is_terminal && self.stderr_is_terminal
    }

    /// A wheel on standard error while something takes long; hidden off a terminal and with `--json`.
    pub fn spinner(&self, text: impl Into<String>) -> indicatif::ProgressBar {
        if self.json || !self.stderr_is_terminal {
            return indicatif::ProgressBar::hidden();
        }
        let spinner = indicatif::ProgressBar::new_spinner().with_message(text.into());
        spinner.enable_steady_tick(std::time::Duration::from_millis(120));
        spinner
    }

    /// A bar on standard error while something long goes on; hidden off a terminal and with `--json`.
    pub fn bar(&self, unit: &str) -> indicatif::ProgressBar {
        if self.json || !self.stderr_is_terminal {
            return indicatif::ProgressBar::hidden();
        }
        let template = format!("{{msg:24}} {{bar:40}} {{pos}} of {{len}} {unit}");
        let style = indicatif::ProgressStyle::with_template(template.trim_end())
            .expect("units are words of ours");
        indicatif::ProgressBar::new(0).with_style(style)
    }
}

/// A table without frames, as wide as the terminal allows.
pub fn table<const N: usize>(
    head: [&str; N],
    rows: impl IntoIterator<Item = [String; N]>,
) -> String {
    let mut table = Table::new();
    table
        .load_style(presets::NOTHING)
        .set_content_arrangement(ContentArrangement::Dynamic)
        .set_header(head);
    for row in rows {
        table.add_row(row);
    }
    for column in table.column_iter_mut() {
        column.set_padding((0, 2));
    }
    table
        .lines()
        .map(|line| line.trim_end().to_owned())
        .collect::<Vec<_>>()
        .join("\n")
}

/// Names and values below each other; empty values are left out.
pub fn sheet(rows: &[(&str, String)]) -> String {
    let width = rows.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
    let lines: Vec<String> = rows
        .iter()
        .filter(|(_, value)| !value.is_empty())
        .map(|(name, value)| format!("{name:<width$}  {value}"))
        .collect();
    lines.join("\n")
}
