//! Running programs: echoed, and from the root of the repository.

use crate::workspace;
use anyhow::{Context as _, Result};
use std::io::{BufRead as _, BufReader};
use std::path::PathBuf;
use std::process::{Command, Stdio};

/// Folders that hold servers on Debian but are often missing from the path of an unprivileged shell.
const SYSTEM_FOLDERS: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// `cargo`, the same one that started xtask, with colour off so that its lines can be read back.
pub fn cargo(args: &[&str]) -> Command {
    let mut command = Command::new(workspace::variable("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(args).current_dir(workspace::root());
    command
}

/// Runs to the end with the terminal as its output. `Ok(false)` when it ran and failed.
pub fn succeeds(command: &mut Command) -> Result<bool> {
    echo(command);
    let status = command
        .status()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    Ok(status.success())
}

/// Runs without showing anything unless it fails, for installers that talk a lot.
pub fn quietly(command: &mut Command) -> Result<bool> {
    let output = command
        .stdin(Stdio::null())
        .output()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    if !output.status.success() {
        echo(command);
        let text = [output.stdout, output.stderr].concat();
        let text = String::from_utf8_lossy(&text);
        let lines: Vec<&str> = text.lines().collect();
        for line in &lines[lines.len().saturating_sub(20)..] {
            eprintln!("    {line}");
        }
    }
    Ok(output.status.success())
}

/// What it printed on standard output, if it succeeded.
pub fn answer(command: &mut Command) -> Option<String> {
    let output = command
        .stdin(Stdio::null())
        .stderr(Stdio::null())
        .output()
        .ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8_lossy(&output.stdout).into_owned())
}

/// Runs to the end, shows every line of standard error and standard output as it comes, and hands the lines back.
pub fn tee(command: &mut Command) -> Result<(bool, Vec<String>)> {
    echo(command);
    let mut child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let stdout = child.stdout.take().context("its output is piped")?;
    let stderr = child.stderr.take().context("its output is piped")?;
    let other = std::thread::spawn(move || {
        let mut lines = Vec::new();
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            println!("{line}");
            lines.push(line);
        }
        lines
    });
    let mut lines = Vec::new();
    for line in BufReader::new(stderr).lines().map_while(Result::ok) {
        eprintln!("{line}");
        lines.push(line);
    }
    lines.extend(
        other
            .join()
            .ok()
            .context("the reader of standard output died")?,
    );
    Ok((child.wait()?.success(), lines))
}

/// Runs to the end and hands back what it printed, shown only if it fails.
pub fn capture(command: &mut Command) -> Result<(bool, Vec<String>)> {
    echo(command);
    let output = command
        .output()
        .with_context(|| format!("cannot start {:?}", command.get_program()))?;
    let text = [output.stdout, output.stderr].concat();
    let lines: Vec<String> = String::from_utf8_lossy(&text)
        .lines()
        .map(str::to_owned)
        .collect();
    if !output.status.success() {
        for line in &lines {
            eprintln!("{line}");
        }
    }
    Ok((output.status.success(), lines))
}

/// Where a program is, on the path or in the folders of system servers.
pub fn find(program: &str) -> Option<PathBuf> {
    let path = workspace::variable("PATH").unwrap_or_default();
    path.split(':')
        .chain(SYSTEM_FOLDERS)
        .map(|folder| PathBuf::from(folder).join(program))
        .find(|candidate| candidate.is_file())
}

fn echo(command: &Command) {
    let words: Vec<String> = std::iter::once(command.get_program())
        .chain(command.get_args())
        .map(|word| word.to_string_lossy().into_owned())
        .collect();
    eprintln!("  $ {}", words.join(" "));
}
