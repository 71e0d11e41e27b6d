//! There may be no Docker here. What its file says has to agree with the program and with the workspace all the same.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use postern_e2e::Home;

use super::{root, said};

fn text(place: &str) -> Result<String> {
    std::fs::read_to_string(root().join(place)).with_context(|| place.to_owned())
}

/// Files of the program's rooms.
fn sources(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        match path.is_dir() {
            true => sources(&path, found)?,
            false if path.extension().is_some_and(|end| end == "rs") => found.push(path),
            false => {}
        }
    }
    Ok(())
}

#[test]
fn what_the_dockerfile_says_is_so() -> Result<()> {
    let file = text("packaging/docker/Dockerfile")?;
    let workspace = text("Cargo.toml")?;
    let version = |text: &str, before: &str| -> Result<String> {
        let rest = text
            .split(before)
            .nth(1)
            .with_context(|| before.to_owned())?;
        let digits = |c: char| c.is_ascii_digit() || c == '.';
        Ok(rest.chars().take_while(|c| digits(*c)).collect())
    };
    assert_eq!(
        version(&file, "FROM rust:")?,
        version(&workspace, "rust-version = \"")?,
        "the image's Rust is the workspace's"
    );
    ensure!(workspace.contains("[profile.dist]"), "--profile dist");
    let home = Home::new()?;
    // One line each, as it stands there.
    for line in [
        "COPY --from=build /source/target/dist/postern /usr/bin/postern",
        "USER 10001:10001",
        "VOLUME /var/lib/postern",
        "EXPOSE 8080 8081",
        "ENTRYPOINT [\"/usr/bin/postern\"]",
        "CMD [\"serve\"]",
    ] {
        ensure!(file.lines().any(|one| one == line), "{line}");
    }
    ensure!(file.contains("cargo build --locked --profile dist --package postern"));
    let print = |command: &[&str]| said(home.command()?.args(command));
    let defaults = print(&["config", "defaults"])?;
    for port in ["8080", "8081", "9090"] {
        ensure!(
            file.contains(port) && defaults.contains(port),
            "{port} in {defaults}"
        );
    }
    // The program takes the settings that the image gives it.
    let mut check = home.command()?;
    let data = home.path().join("data").display().to_string();
    for line in file.lines().filter(|line| line.contains("POSTERN_")) {
        let setting = line
            .trim()
            .trim_start_matches("ENV ")
            .trim_end_matches(" \\");
        let (name, value) = setting.split_once('=').context("a setting")?;
        check.env(name, value.replace("/var/lib/postern", &data));
    }
    said(check.args(["config", "check"]))?;
    Ok(())
}

/// A file that the program takes in but Docker does not see fails the build of the image, and only there.
#[test]
fn everything_that_is_compiled_in_gets_to_the_build() -> Result<()> {
    let ignored = text(".dockerignore")?;
    let seen: Vec<&str> = ignored
        .lines()
        .filter_map(|line| line.strip_prefix('!'))
        .collect();
    let (mut files, mut taken_in) = (Vec::new(), 0);
    for entry in std::fs::read_dir(root().join("crates"))? {
        sources(&entry?.path().join("src"), &mut files)?;
    }
    for file in files {
        let source = std::fs::read_to_string(&file)?;
        for part in source
            .split("include_str!(\"")
            .chain(source.split("include_bytes!(\""))
        {
            let Some(name) = part.split('"').next().filter(|name| name.starts_with("..")) else {
                continue;
            };
            let place = file
                .parent()
                .context("a folder")?
                .join(name)
                .canonicalize()?;
            let place = place.strip_prefix(root().canonicalize()?)?.to_owned();
            ensure!(
                seen.iter().any(|one| place.starts_with(one)),
                "{} is not in .dockerignore",
                place.display()
            );
            taken_in += 1;
        }
    }
    ensure!(taken_in > 3, "{taken_in} were found");
    Ok(())
}
