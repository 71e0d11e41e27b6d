//! A folder that becomes a package: files put in place with their rights, and what the program writes about itself.

use crate::process::{answer, quietly};
use crate::workspace;
use anyhow::{Context as _, Result, bail};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

pub const FILE: u32 = 0o644;
pub const PROGRAM: u32 = 0o755;

pub struct Staging {
    /// Goes away with it.
    folder: tempfile::TempDir,
    /// The package's root in it.
    root: PathBuf,
}

impl Staging {
    /// `name` is the root's own.
    pub fn new(name: &str) -> Result<Self> {
        let folder = tempfile::tempdir()?;
        let root = folder.path().join(name);
        std::fs::create_dir(&root)?;
        set_mode(&root, PROGRAM)?;
        Ok(Self { folder, root })
    }

    pub fn root(&self) -> &Path {
        &self.root
    }

    /// What holds the root.
    pub fn above(&self) -> &Path {
        self.folder.path()
    }

    pub fn write(&self, place: &str, text: impl AsRef<[u8]>, mode: u32) -> Result<()> {
        let path = self.root.join(place);
        let parent = path.parent().context("a place has a folder")?;
        std::fs::create_dir_all(parent)?;
        for folder in parent
            .ancestors()
            .take_while(|folder| folder.starts_with(&self.root))
        {
            set_mode(folder, PROGRAM)?;
        }
        std::fs::write(&path, text)?;
        set_mode(&path, mode)
    }

    /// A file of the repository.
    pub fn copy(&self, from: &str, place: &str, mode: u32) -> Result<()> {
        let path = workspace::root().join(from);
        let bytes = std::fs::read(&path).with_context(|| format!("no {}", path.display()))?;
        self.write(place, bytes, mode)
    }

    /// Debug information is not for a package; without the tool it stays.
    pub fn program(&self, program: &Path, place: &str) -> Result<()> {
        self.write(place, std::fs::read(program)?, PROGRAM)?;
        let mut strip = Command::new("strip");
        strip.args(["--strip-all", "--remove-section=.comment"]);
        if !matches!(quietly(strip.arg(self.root.join(place))), Ok(true)) {
            println!("not stripped: there is no strip here");
        }
        Ok(())
    }

    /// Manual pages into a folder, as they are or as Debian wants them; the folder's files.
    pub fn manual(&self, program: &Path, place: &str, compressed: bool) -> Result<()> {
        let folder = tempfile::tempdir()?;
        let written = quietly(Command::new(program).arg("man").arg(folder.path()))?;
        if !written {
            bail!("the program writes no manual pages");
        }
        for entry in std::fs::read_dir(folder.path())? {
            let entry = entry?;
            let name = entry.file_name().to_string_lossy().into_owned();
            match compressed {
                true => self.compressed(&entry.path(), &format!("{place}/{name}.gz"))?,
                false => self.write(
                    &format!("{place}/{name}"),
                    std::fs::read(entry.path())?,
                    FILE,
                )?,
            }
        }
        Ok(())
    }

    pub fn completion(&self, program: &Path, shell: &str, place: &str) -> Result<()> {
        let script = answer(Command::new(program).args(["completion", shell]));
        let script = script.with_context(|| format!("the program completes no {shell}"))?;
        self.write(place, script, FILE)
    }

    /// Without a name or a time inside.
    pub fn compressed(&self, from: &Path, place: &str) -> Result<()> {
        let output = Command::new("gzip")
            .args(["-9", "-n", "-c"])
            .arg(from)
            .output()?;
        if !output.status.success() {
            bail!("gzip cannot compress {}", from.display());
        }
        self.write(place, output.stdout, FILE)
    }
}

fn set_mode(path: &Path, mode: u32) -> Result<()> {
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))?;
    Ok(())
}
