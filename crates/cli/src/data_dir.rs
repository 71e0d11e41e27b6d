//! The data directory: made 0700, held by one process at a time, every file in it named here.

mod lock;

use std::fs;
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

pub use lock::Lock;

use crate::exit::{Exit, Failure, Outcome};

#[derive(Clone, Debug)]
pub struct DataDir {
    path: PathBuf,
}

impl DataDir {
    /// Makes the directory when it is not there. One that holds nothing of ours yet is closed to others; one that does, and
    /// was opened to everybody since, is refused.
    pub fn prepare(path: &Path) -> Outcome<Self> {
        let made = match fs::metadata(path) {
            Ok(found) if found.is_dir() => Ok(()),
            Ok(_) => Err(io::Error::new(ErrorKind::NotADirectory, "it is a file")),
            Err(error) if error.kind() == ErrorKind::NotFound => make(path),
            Err(error) => Err(error),
        };
        made.map_err(|error| unusable(path, &error))?;
        let dir = Self {
            path: path.to_owned(),
        };
        dir.check_private()?;
        Ok(dir)
    }

    /// The directory as it is; an error when it is not there.
    pub fn existing(path: &Path) -> Outcome<Self> {
        if !path.is_dir() {
            return Err(Failure::new(
                Exit::Store,
                format!("there is no data directory at {}", path.display()),
            )
            .fix("name it with --data-dir, or run `postern serve` once"));
        }
        Ok(Self {
            path: path.to_owned(),
        })
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    pub fn database(&self) -> PathBuf {
        self.path.join("postern.db")
    }

    /// Makes the database file, empty and for its owner only, before SQLite would make it readable for everybody; the log
    /// beside it takes over its mode.
    pub fn reserve_database(&self) -> Outcome {
        let path = self.database();
        let mut options = fs::OpenOptions::new();
        options.write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        options
            .open(&path)
            .map(drop)
            .map_err(|error| unusable(&path, &error))
    }

    pub fn first_run(&self) -> PathBuf {
        self.path.join("first-run.json")
    }

    fn lock_file(&self) -> PathBuf {
        self.path.join("postern.lock")
    }

    /// Holds the directory until the answer is dropped (or the process dies).
    pub fn lock(&self) -> Outcome<Lock> {
        Lock::take(&self.lock_file(), &self.path)
    }

    /// Who holds the directory right now, if anybody.
    pub fn holder(&self) -> Outcome<Option<String>> {
        Lock::holder(&self.lock_file())
    }

    #[cfg(unix)]
    fn check_private(&self) -> Outcome {
        use std::os::unix::fs::PermissionsExt;
        let unusable = |error| unusable(&self.path, &error);
        let mode = fs::metadata(&self.path)
            .map_err(unusable)?
            .permissions()
            .mode();
        if !self.database().exists() && !self.path.join("vault.key").exists() {
            return match mode & 0o077 {
                0 => Ok(()),
                _ => fs::set_permissions(&self.path, fs::Permissions::from_mode(0o700))
                    .map_err(unusable),
            };
        }
        if mode & 0o007 != 0 {
            return Err(Failure::new(
                Exit::Store,
                format!(
                    "{} can be read by everybody (mode {:o})",
                    self.path.display(),
                    mode & 0o777
                ),
            )
            .fix(format!("chmod 700 {}", self.path.display())));
        }
        Ok(())
    }

    #[cfg(not(unix))]
    fn check_private(&self) -> Outcome {
        Ok(())
    }
}

#[cfg(unix)]
fn make(path: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    if let Some(parent) = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
    {
        fs::create_dir_all(parent)?;
    }
    fs::DirBuilder::new().mode(0o700).create(path)
}

#[cfg(not(unix))]
fn make(path: &Path) -> io::Result<()> {
    fs::create_dir_all(path)
}

/// What to do about a directory or file in it that cannot be made, read or written.
pub fn unusable(path: &Path, error: &io::Error) -> Failure {
    let fix = match error.kind() {
        ErrorKind::PermissionDenied => {
            "make the directory writable for this user, or name another with --data-dir"
        }
        ErrorKind::ReadOnlyFilesystem => {
            "name a directory on a writable file system with --data-dir"
        }
        ErrorKind::StorageFull | ErrorKind::QuotaExceeded => "free some space; nothing was changed",
        _ => "name another directory with --data-dir, or repair this one",
    };
    Failure::new(
        Exit::Store,
        format!("cannot use {}: {error}", path.display()),
    )
    .fix(fix)
}

/// Writes a file that only its owner reads, whole or not at all, and durable before it is named.
///
/// # Errors
/// With `replace: false` a file that exists already is `AlreadyExists`.
pub fn write_private(path: &Path, content: &[u8], replace: bool) -> io::Result<()> {
    let mut temporary = path.as_os_str().to_owned();
    temporary.push(".new");
    let temporary = PathBuf::from(temporary);
    match fs::remove_file(&temporary) {
        Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut options = fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&temporary)?;
    file.write_all(content)?;
    file.sync_all()?;
    drop(file);
    if replace {
        fs::rename(&temporary, path)?;
    } else {
        let linked = fs::hard_link(&temporary, path);
        fs::remove_file(&temporary)?;
        linked?;
    }
    sync_directory(path)
}

/// A new name is durable only once its directory is.
#[cfg(unix)]
fn sync_directory(path: &Path) -> io::Result<()> {
    let parent = path
        .parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."));
    fs::File::open(parent)?.sync_all()
}

#[cfg(not(unix))]
fn sync_directory(_: &Path) -> io::Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests;
