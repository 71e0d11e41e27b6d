//! What people install: the archive and the Debian package hold what is promised, and what is in them works.

mod image;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::server::finish;
use postern_e2e::{Home, environment};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

fn said(command: &mut Command) -> Result<String> {
    let output = finish(command)?;
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{command:?}: {text}{errors}");
    Ok(text)
}

/// Made by the project's own command.
fn packed(program: &Path, out: &Path) -> Result<Vec<String>> {
    let xtask = environment::program()?.with_file_name("xtask");
    ensure!(
        xtask.is_file(),
        "{} is missing: `cargo build -p xtask` first",
        xtask.display()
    );
    let mut command = Command::new(xtask);
    command
        .arg("package")
        .arg("--program")
        .arg(program)
        .arg("--out")
        .arg(out);
    command
        .env("SOURCE_DATE_EPOCH", "1795000000")
        .current_dir(root());
    // Compressing takes longer than commands may.
    let output = command.output()?;
    ensure!(output.status.success(), "{output:?}");
    let mut names = Vec::new();
    for entry in std::fs::read_dir(out)? {
        names.push(entry?.file_name().to_string_lossy().into_owned());
    }
    names.sort();
    Ok(names)
}

fn one<'a>(names: &'a [String], end: &str) -> Result<&'a str> {
    let found = names.iter().find(|name| name.ends_with(end));
    found
        .map(String::as_str)
        .with_context(|| format!("no {end} in {names:?}"))
}

const PROMISED: [&str; 18] = [
    "bin/postern",
    "share/man/man1/postern.1",
    "share/man/man1/postern-serve.1",
    "share/man/man1/postern-sms-send.1",
    "share/bash-completion/completions/postern",
    "share/zsh/site-functions/_postern",
    "share/fish/vendor_completions.d/postern.fish",
    "LICENSE-MIT",
    "LICENSE-APACHE",
    "README.md",
    "CHANGELOG.md",
    "docs/upgrading.md",
    "skills/postern/SKILL.md",
    "systemd/postern.service",
    "systemd/vault-key.conf",
    "postern.toml",
    "postern.defaults.toml",
    "share/man/man1/postern-mcp.1",
];

fn archive(home: &Home, out: &Path, names: &[String]) -> Result<()> {
    said(
        Command::new("sha256sum")
            .args(["--check", "--strict", "SHA256SUMS"])
            .current_dir(out),
    )?;
    let archive = one(names, ".tar.gz")?;
    let folder = archive.trim_end_matches(".tar.gz");
    let listed = said(Command::new("tar").arg("-tzf").arg(out.join(archive)))?;
    let listed: BTreeSet<&str> = listed.lines().collect();
    for promised in PROMISED {
        let promised = format!("{folder}/{promised}");
        ensure!(
            listed.contains(&*promised),
            "{promised} is not in {listed:?}"
        );
    }
    said(
        Command::new("tar")
            .arg("-xzf")
            .arg(out.join(archive))
            .current_dir(out),
    )?;
    let unpacked = out.join(folder);
    let version = said(Command::new(unpacked.join("bin/postern")).arg("--version"))?;
    let version = version.trim().trim_start_matches("postern ");
    ensure!(
        folder.starts_with(&format!("postern-{version}-")),
        "{folder}"
    );
    for settings in ["postern.toml", "postern.defaults.toml"] {
        let mut check = home.command()?;
        check.args(["config", "check", "--config"]);
        said(check.arg(unpacked.join(settings)))?;
    }
    Ok(())
}

mod with_dpkg {
    use super::*;

    #[test]
    fn archive_and_package_hold_what_is_promised() -> Result<()> {
        let home = Home::new()?;
        let out = home.path().join("packages");
        let names = packed(&environment::program()?, &out)?;
        archive(&home, &out, &names)?;
        let package = out.join(one(&names, ".deb")?);
        let field = |name: &str| {
            said(
                Command::new("dpkg-deb")
                    .arg("--field")
                    .arg(&package)
                    .arg(name),
            )
        };
        assert_eq!(field("Package")?.trim(), "postern");
        ensure!(
            field("Depends")?.contains("libc6 (>= 2."),
            "{}",
            field("Depends")?
        );
        let listed = said(Command::new("dpkg-deb").arg("--contents").arg(&package))?;
        for promised in [
            "/usr/bin/postern",
            "/etc/postern/postern.toml",
            "/lib/systemd/system/postern.service",
            "/usr/share/man/man1/postern.1.gz",
            "/usr/share/bash-completion/completions/postern",
            "/usr/share/zsh/vendor-completions/_postern",
            "/usr/share/doc/postern/copyright",
            "/usr/share/doc/postern/changelog.gz",
            "/usr/share/doc/postern/CHANGELOG.md.gz",
            "/usr/share/postern/skills/postern/SKILL.md",
        ] {
            ensure!(
                listed.lines().any(|line| line.ends_with(promised)),
                "{promised} is not in {listed}"
            );
        }
        ensure!(
            listed.lines().all(|line| line.contains(" root/root ")),
            "{listed}"
        );
        let control = home.path().join("control");
        said(
            Command::new("dpkg-deb")
                .arg("--control")
                .arg(&package)
                .arg(&control),
        )?;
        assert_eq!(
            std::fs::read_to_string(control.join("conffiles"))?,
            "/etc/postern/postern.toml\n"
        );
        for script in ["postinst", "prerm", "postrm"] {
            said(Command::new("sh").arg("-n").arg(control.join(script)))?;
        }
        let tree = home.path().join("tree");
        said(
            Command::new("dpkg-deb")
                .arg("--extract")
                .arg(&package)
                .arg(&tree),
        )?;
        said(
            Command::new("md5sum")
                .args(["--check", "--quiet", "--strict"])
                .arg(control.join("md5sums"))
                .current_dir(&tree),
        )?;
        said(Command::new(tree.join("usr/bin/postern")).arg("--version"))?;
        installed(&home, &package)?;
        said(
            // What is not stripped is a matter of what is packed.
            Command::new("lintian")
                .args(["--fail-on", "warning"])
                .args(["--suppress-tags", "unstripped-binary-or-object"])
                .arg(&package),
        )?;
        Ok(())
    }

    /// By the real dpkg into a folder: settings that somebody changed outlive an upgrade and a removal, and go with a purge.
    fn installed(home: &Home, package: &Path) -> Result<()> {
        let system = home.path().join("system");
        std::fs::create_dir_all(system.join("var/lib/dpkg/updates"))?;
        for file in ["status", "available"] {
            std::fs::write(system.join("var/lib/dpkg").join(file), "")?;
        }
        let dpkg = |arguments: &[&str], package: &Path| {
            said(
                Command::new("dpkg")
                    .arg("--root")
                    .arg(&system)
                    // What it depends on is in the system around the folder.
                    .args([
                        "--force-not-root",
                        "--force-depends",
                        "--force-script-chrootless",
                    ])
                    .arg("--force-confold")
                    .arg(format!("--log={}", home.path().join("dpkg.log").display()))
                    .args(arguments)
                    .arg(package),
            )
        };
        let program = system.join("usr/bin/postern");
        let settings = system.join("etc/postern/postern.toml");
        dpkg(&["--install"], package)?;
        said(Command::new(&program).arg("--version"))?;
        let mut check = Command::new(&program);
        said(check.args(["config", "check", "--config"]).arg(&settings))?;
        let changed = std::fs::read_to_string(&settings)? + "\n# changed by hand\n";
        std::fs::write(&settings, &changed)?;

        dpkg(&["--install"], &newer(home, package)?)?;
        assert_eq!(
            std::fs::read_to_string(&settings)?,
            changed,
            "an upgrade keeps them"
        );
        said(Command::new(&program).arg("--version"))?;
        let named = Path::new("postern");
        dpkg(&["--remove"], named)?;
        ensure!(!program.exists(), "removed");
        assert_eq!(
            std::fs::read_to_string(&settings)?,
            changed,
            "a removal keeps them"
        );
        dpkg(&["--purge"], named)?;
        ensure!(!settings.exists(), "purged");
        Ok(())
    }

    /// The next version of a package, with other settings in it.
    fn newer(home: &Home, package: &Path) -> Result<PathBuf> {
        let tree = home.path().join("newer");
        let unpack = ["--raw-extract"];
        said(
            Command::new("dpkg-deb")
                .args(unpack)
                .arg(package)
                .arg(&tree),
        )?;
        let edit = |place: &str, from: &str, to: &str| -> Result<()> {
            let path = tree.join(place);
            let text = std::fs::read_to_string(&path)?;
            ensure!(text.contains(from), "{from} in {text}");
            Ok(std::fs::write(&path, text.replace(from, to))?)
        };
        edit("DEBIAN/control", "\nVersion: ", "\nVersion: 1")?;
        edit("etc/postern/postern.toml", "#", "# Newer:")?;
        let packed = home.path().join("newer.deb");
        let pack = ["--root-owner-group", "-Znone", "--build"];
        said(Command::new("dpkg-deb").args(pack).arg(&tree).arg(&packed))?;
        Ok(packed)
    }

    /// Of a script that hands everything on to the program: it is packed in a moment.
    #[test]
    fn the_same_input_gives_the_same_bytes() -> Result<()> {
        let home = Home::new()?;
        let script = home.path().join("postern");
        let program = environment::program()?;
        std::fs::write(
            &script,
            format!("#!/bin/sh\nexec {} \"$@\"\n", program.display()),
        )?;
        said(Command::new("chmod").arg("755").arg(&script))?;
        let read = |out: &str| -> Result<Vec<(String, Vec<u8>)>> {
            let out = home.path().join(out);
            let names = packed(&script, &out)?;
            let of =
                |name: String| Ok((std::fs::read(out.join(&name)).map(|bytes| (name, bytes)))?);
            names.into_iter().map(of).collect()
        };
        let (first, second) = (read("first")?, read("second")?);
        ensure!(first.len() == 3, "archive, package, sums");
        for (one, other) in first.iter().zip(&second) {
            ensure!(one == other, "{} differs", one.0);
        }
        Ok(())
    }
}

mod with_systemd {
    use super::*;

    #[test]
    fn the_unit_is_sound_and_shut_in() -> Result<()> {
        let home = Home::new()?;
        // The check wants the program where the unit says it is.
        let unit = std::fs::read_to_string(root().join("packaging/systemd/postern.service"))?;
        let here = environment::program()?.display().to_string();
        let path = home.path().join("postern.service");
        std::fs::write(&path, unit.replace("/usr/bin/postern", &here))?;
        said(
            Command::new("systemd-analyze")
                .args(["verify", "--man=no"])
                .arg(&path),
        )?;
        // Of 10: what is left is that a server speaks on the network and reads the host's files.
        said(
            Command::new("systemd-analyze")
                .args(["security", "--offline=true", "--threshold=15"])
                .arg(&path),
        )?;
        Ok(())
    }
}
