//! The Debian package, by dpkg-deb alone: no user to make, nothing started that was not running.

use super::Release;
use super::staging::{FILE, PROGRAM, Staging};
use crate::process::{answer, quietly};
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use std::path::Path;
use std::process::Command;

const DOC: &str = "usr/share/doc/postern";

/// The file's name.
pub fn pack(release: &Release) -> Result<String> {
    let staging = Staging::new("postern")?;
    let program = &release.program;
    staging.program(program, "usr/bin/postern")?;
    staging.manual(program, "usr/share/man/man1", true)?;
    for (shell, place) in [
        ("bash", "usr/share/bash-completion/completions/postern"),
        ("zsh", "usr/share/zsh/vendor-completions/_postern"),
        ("fish", "usr/share/fish/vendor_completions.d/postern.fish"),
    ] {
        staging.completion(program, shell, place)?;
    }
    for (from, place) in [
        (
            "packaging/postern.toml",
            "etc/postern/postern.toml".to_owned(),
        ),
        (
            "packaging/systemd/postern.service",
            "lib/systemd/system/postern.service".to_owned(),
        ),
        (
            "packaging/systemd/vault-key.conf",
            format!("{DOC}/examples/vault-key.conf"),
        ),
        ("packaging/debian/copyright", format!("{DOC}/copyright")),
        ("LICENSE-MIT", format!("{DOC}/LICENSE-MIT")),
        ("README.md", format!("{DOC}/README.md")),
        ("docs/upgrading.md", format!("{DOC}/upgrading.md")),
        (
            "skills/postern/SKILL.md",
            "usr/share/postern/skills/postern/SKILL.md".to_owned(),
        ),
    ] {
        staging.copy(from, &place, FILE)?;
    }
    let changes = workspace::root().join("CHANGELOG.md");
    staging.compressed(&changes, &format!("{DOC}/changelog.gz"))?;
    let architecture = answer(Command::new("dpkg").arg("--print-architecture"));
    let architecture = architecture.context("dpkg does not name its architecture")?;
    let architecture = architecture.trim();
    control(&staging, release, architecture)?;
    let file = format!("postern_{}_{architecture}.deb", release.version);
    let mut build = Command::new("dpkg-deb");
    build
        .args(["--root-owner-group", "-Zxz", "--build"])
        .arg(staging.root())
        .arg(release.out.join(&file))
        .env("SOURCE_DATE_EPOCH", &release.epoch);
    if !quietly(&mut build)? {
        bail!("dpkg-deb cannot pack {file}");
    }
    Ok(file)
}

fn control(staging: &Staging, release: &Release, architecture: &str) -> Result<()> {
    let template = workspace::root().join("packaging/debian/control.in");
    let size = answer(Command::new("du").args(["-sk"]).arg(staging.root()));
    let size = size.context("du does not run")?;
    let size = size.split_whitespace().next().unwrap_or("0").to_owned();
    let text = std::fs::read_to_string(template)?
        .replace("@VERSION@", &release.version)
        .replace("@ARCHITECTURE@", architecture)
        .replace("@SIZE@", &size)
        .replace(
            "@DEPENDS@",
            &depends(&staging.root().join("usr/bin/postern"))?,
        );
    staging.write("DEBIAN/control", text, FILE)?;
    staging.write("DEBIAN/conffiles", "/etc/postern/postern.toml\n", FILE)?;
    for script in ["postinst", "prerm", "postrm"] {
        staging.copy(
            &format!("packaging/debian/{script}"),
            &format!("DEBIAN/{script}"),
            PROGRAM,
        )?;
    }
    let mut sums = Command::new("sh");
    sums.args([
        "-c",
        "find etc lib usr -type f | LC_ALL=C sort | xargs -d '\\n' md5sum",
    ])
    .current_dir(staging.root());
    let sums = answer(&mut sums).context("md5sum does not run")?;
    staging.write("DEBIAN/md5sums", sums, FILE)
}

/// The C library is all that it is linked to besides itself; which version its symbols ask for, the program says.
fn depends(program: &Path) -> Result<String> {
    let bytes = std::fs::read(program)?;
    let newest = bytes
        .windows(b"GLIBC_2.".len() + 2)
        .filter_map(|window| {
            let digits = window.strip_prefix(b"GLIBC_2.")?;
            let text: String = digits
                .iter()
                .copied()
                .take_while(u8::is_ascii_digit)
                .map(char::from)
                .collect();
            text.parse::<u32>().ok()
        })
        .max();
    Ok(match newest {
        Some(minor) => format!("libc6 (>= 2.{minor}), libgcc-s1"),
        None => "libc6, libgcc-s1".to_owned(),
    })
}
