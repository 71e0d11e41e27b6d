//! One process per data directory: an advisory lock that the kernel drops when its holder dies.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, Write};
use std::path::Path;

use super::unusable;
use crate::exit::{Exit, Failure, Outcome};

#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    pub(super) fn take(path: &Path, directory: &Path) -> Outcome<Self> {
        let mut options = OpenOptions::new();
        options.read(true).write(true).create(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path).map_err(|error| unusable(path, &error))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                // The note of the holder is a courtesy; the lock is what counts.
                let _unread = file.read_to_string(&mut holder);
                let who = match holder.trim() {
                    "" => "another process".to_owned(),
                    note => note.to_owned(),
                };
                return Err(Failure::new(
                    Exit::AlreadyRunning,
                    format!("{} is in use by {who}", directory.display()),
                )
                .fix("stop it first, or give this one a directory of its own with --data-dir"));
            }
            Err(TryLockError::Error(error)) => return Err(unusable(path, &error)),
        }
        let note = format!("postern, process {}\n", std::process::id());
        file.set_len(0)
            .and_then(|()| file.rewind())
            .and_then(|()| file.write_all(note.as_bytes()))
            .map_err(|error| unusable(path, &error))?;
        Ok(Self { _file: file })
    }

    /// The holder's own note, while somebody holds the lock.
    pub(super) fn holder(path: &Path) -> Outcome<Option<String>> {
        let mut file = match File::open(path) {
            Ok(file) => file,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(unusable(path, &error)),
        };
        match file.try_lock_shared() {
            Ok(()) => Ok(None),
            Err(TryLockError::WouldBlock) => {
                let mut note = String::new();
                file.read_to_string(&mut note)
                    .map_err(|error| unusable(path, &error))?;
                Ok(Some(note.trim().to_owned()))
            }
            Err(TryLockError::Error(error)) => Err(unusable(path, &error)),
        }
    }
}
