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
        (
            "packaging/debian/lintian-overrides",
            "usr/share/lintian/overrides/postern".to_owned(),
        ),
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
    staging.compressed(&changes, &format!("{DOC}/CHANGELOG.md.gz"))?;
    changelog(&staging, release)?;
    let architecture = answer(Command::new("dpkg").arg("--print-architecture"));
    let architecture = architecture.context("dpkg does not name its architecture")?;
    let architecture = architecture.trim();
    control(&staging, release, architecture)?;
    let file = format!("postern_{}_{architecture}.deb", release.version);
    let mut build = Command::new("dpkg-deb");
    build
        // More threads cut the data up in another way, and other bytes come out.
        .args(["--root-owner-group", "-Zxz", "--threads-max=1", "--build"])
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
    let text = std::fs::read_to_string(template)?
        .replace("@VERSION@", &release.version)
        .replace("@ARCHITECTURE@", architecture)
        .replace("@SIZE@", &kibibytes(staging.root())?.to_string())
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

/// Debian's form, which says where ours is.
fn changelog(staging: &Staging, release: &Release) -> Result<()> {
    let mut date = Command::new("date");
    date.args(["--utc", "--rfc-email", "--date"])
        .arg(format!("@{}", release.epoch));
    let date = answer(&mut date).context("date does not run")?;
    let control = std::fs::read_to_string(workspace::root().join("packaging/debian/control.in"))?;
    let maintainer = control
        .lines()
        .find_map(|line| line.strip_prefix("Maintainer: "));
    let text = format!(
        "postern ({}) unstable; urgency=medium\n\n  * What changed: CHANGELOG.md.gz.\n\n -- {}  {}\n",
        release.version,
        maintainer.context("the control file names a maintainer")?,
        date.trim()
    );
    let file = tempfile::NamedTempFile::new()?;
    std::fs::write(file.path(), text)?;
    staging.compressed(file.path(), &format!("{DOC}/changelog.gz"))
}

/// As Debian counts `Installed-Size`: each file rounded up, and one for each folder, whatever the file system makes of them.
fn kibibytes(folder: &Path) -> Result<u64> {
    let mut sum = 1;
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        sum += match entry.file_type()?.is_dir() {
            true => kibibytes(&entry.path())?,
            false => entry.metadata()?.len().div_ceil(1024),
        };
    }
    Ok(sum)
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
