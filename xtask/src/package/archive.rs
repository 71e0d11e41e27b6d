//! The release archive: everything in one folder, for any Linux of its target.

use super::Release;
use super::staging::{FILE, Staging};
use crate::process::{answer, quietly};
use anyhow::{Context as _, Result, bail};
use std::process::Command;

/// The file's name.
pub fn pack(release: &Release) -> Result<String> {
    let name = format!("postern-{}-{}", release.version, release.target);
    let staging = Staging::new(&name)?;
    let program = &release.program;
    staging.program(program, "bin/postern")?;
    staging.manual(program, "share/man/man1", false)?;
    for (shell, place) in [
        ("bash", "share/bash-completion/completions/postern"),
        ("zsh", "share/zsh/site-functions/_postern"),
        ("fish", "share/fish/vendor_completions.d/postern.fish"),
    ] {
        staging.completion(program, shell, place)?;
    }
    for (from, place) in [
        ("LICENSE-MIT", "LICENSE-MIT"),
        ("LICENSE-APACHE", "LICENSE-APACHE"),
        ("README.md", "README.md"),
        ("CHANGELOG.md", "CHANGELOG.md"),
        ("docs/upgrading.md", "docs/upgrading.md"),
        ("skills/postern/SKILL.md", "skills/postern/SKILL.md"),
        (
            "packaging/systemd/postern.service",
            "systemd/postern.service",
        ),
        ("packaging/systemd/vault-key.conf", "systemd/vault-key.conf"),
        ("packaging/postern.toml", "postern.toml"),
    ] {
        staging.copy(from, place, FILE)?;
    }
    // Every setting with its default and what it means.
    let defaults = answer(Command::new(program).args(["config", "defaults"]));
    let defaults = defaults.context("the program does not tell its defaults")?;
    staging.write("postern.defaults.toml", defaults, FILE)?;
    let file = format!("{name}.tar.gz");
    let mut tar = Command::new("tar");
    tar.arg("--create")
        .arg("--file")
        .arg(release.out.join(&file))
        .args(["--use-compress-program", "gzip -9 -n"])
        .args([
            "--sort=name",
            "--owner=0",
            "--group=0",
            "--numeric-owner",
            "--format=gnu",
        ])
        .arg(format!("--mtime=@{}", release.epoch))
        .arg("--directory")
        .arg(staging.above())
        .arg(&name);
    if !quietly(&mut tar)? {
        bail!("tar cannot pack {file}");
    }
    Ok(file)
}
