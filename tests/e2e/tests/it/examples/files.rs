//! No file under `examples/` is there that nothing runs.

use super::{IDEAS, LANGUAGES, folder, testing};
use anyhow::Result;
use std::collections::BTreeSet;
use std::path::Path;

/// What the others use or people read.
const USED: [&str; 1] = ["README.md"];
/// What running them by hand leaves behind.
const LEFT_BEHIND: [&str; 4] = ["__pycache__", ".pytest_cache", "node_modules", "target"];

#[test]
fn every_file_is_run() -> Result<()> {
    let mut known: BTreeSet<String> = USED.iter().map(|file| (*file).to_owned()).collect();
    known.extend(testing::FILES.iter().map(|file| (*file).to_owned()));
    for language in LANGUAGES {
        known.insert(language.file("postern"));
        known.extend(IDEAS.iter().map(|idea| language.file(idea)));
    }
    let mut found = BTreeSet::new();
    collect(&folder(), &folder(), &mut found)?;
    let stray: Vec<_> = found.difference(&known).collect();
    assert!(
        stray.is_empty(),
        "files under examples/ that nothing runs: {stray:#?}"
    );
    let missing: Vec<_> = known.difference(&found).collect();
    assert!(
        missing.is_empty(),
        "examples that are not there: {missing:#?}"
    );
    Ok(())
}

#[test]
fn every_idea_is_introduced() -> Result<()> {
    let introduction = std::fs::read_to_string(folder().join("README.md"))?;
    for idea in IDEAS {
        let named = introduction.contains(&format!("`{idea}`"));
        assert!(named, "examples/README.md does not name {idea}");
    }
    Ok(())
}

fn collect(root: &Path, folder: &Path, found: &mut BTreeSet<String>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let entry = entry?;
        let path = entry.path();
        if LEFT_BEHIND.iter().any(|name| entry.file_name() == *name) {
            continue;
        }
        if path.is_dir() {
            collect(root, &path, found)?;
        } else {
            found.insert(path.strip_prefix(root)?.display().to_string());
        }
    }
    Ok(())
}
