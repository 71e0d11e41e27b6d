//! `cargo xtask package`: a release archive and a Debian package, from one program and one list of what is promised to be in them.

mod archive;
mod debian;
mod staging;

use crate::process::{answer, cargo, find, succeeds};
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use lexopt::prelude::*;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const USAGE: &str = "\
Usage: cargo xtask package [--program PATH] [--out FOLDER]

Builds the program (profile dist) and puts an archive, a Debian package (where dpkg-deb is) and SHA256SUMS into target/packages.

Options:
  --program PATH  Pack this program instead of building one
  --out FOLDER    Put them there
";

/// What every package is made of.
struct Release {
    program: PathBuf,
    version: String,
    /// The target triple.
    target: String,
    out: PathBuf,
    /// Seconds since 1970: the time of every file, so that the same input gives the same bytes.
    epoch: String,
}

pub fn run(args: &mut lexopt::Parser) -> Result<bool> {
    let (mut program, mut out) = (None, None);
    while let Some(arg) = args.next()? {
        match arg {
            Long("program") => program = Some(PathBuf::from(args.value()?)),
            Long("out") => out = Some(PathBuf::from(args.value()?)),
            Long("help") | Short('h') => {
                print!("{USAGE}");
                return Ok(true);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    let program = match program {
        Some(program) => program,
        None => built()?,
    };
    let program = program
        .canonicalize()
        .with_context(|| format!("there is no program {}", program.display()))?;
    let out = out.unwrap_or_else(|| workspace::target().join("packages"));
    std::fs::create_dir_all(&out)?;
    let release = Release {
        version: version(&program)?,
        target: target()?,
        epoch: epoch(),
        out: out.canonicalize()?,
        program,
    };
    let mut files = vec![archive::pack(&release)?];
    if find("dpkg-deb").is_some() {
        files.push(debian::pack(&release)?);
    } else {
        println!("no Debian package: there is no dpkg-deb here");
    }
    sums(&release.out, &files)?;
    for file in &files {
        println!("{}", release.out.join(file).display());
    }
    Ok(true)
}

fn built() -> Result<PathBuf> {
    let mut command = cargo(&[
        "build",
        "--locked",
        "--profile",
        "dist",
        "--package",
        "postern",
    ]);
    if !succeeds(&mut command)? {
        bail!("it does not build");
    }
    Ok(workspace::target().join("dist/postern"))
}

/// As the program says it itself: `postern 0.1.0`.
fn version(program: &Path) -> Result<String> {
    let said = answer(Command::new(program).arg("--version"));
    let said = said.with_context(|| format!("{} does not run", program.display()))?;
    let version = said.trim().rsplit(' ').next().unwrap_or_default();
    Ok(version.to_owned())
}

fn target() -> Result<String> {
    let said = answer(Command::new("rustc").arg("-vV")).context("rustc does not run")?;
    let host = said.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc does not name its host")?.to_owned())
}

fn epoch() -> String {
    workspace::variable("SOURCE_DATE_EPOCH")
        .or_else(|| {
            let mut git = Command::new("git");
            git.args(["log", "-1", "--format=%ct"]);
            answer(git.current_dir(workspace::root()))
        })
        .map_or_else(|| "0".to_owned(), |text| text.trim().to_owned())
}

fn sums(out: &Path, files: &[String]) -> Result<()> {
    let mut command = Command::new("sha256sum");
    command.args(files).current_dir(out);
    let sums = answer(&mut command).context("sha256sum does not run")?;
    std::fs::write(out.join("SHA256SUMS"), sums)?;
    Ok(())
}
