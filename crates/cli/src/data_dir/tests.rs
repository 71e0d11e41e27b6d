use std::fs;
use std::os::unix::fs::PermissionsExt;

use super::{DataDir, write_private};
use crate::exit::Exit;

fn mode(path: &std::path::Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

#[test]
fn a_new_directory_is_for_its_owner_only() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::prepare(&home.path().join("deep/data")).unwrap();
    assert_eq!(mode(dir.path()), 0o700);
}

#[test]
fn a_directory_open_to_everybody_is_refused_with_the_command_that_closes_it() {
    let home = tempfile::tempdir().unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    DataDir::prepare(home.path()).unwrap();
    assert_eq!(mode(home.path()), 0o700, "nothing of ours in it: closed");
    fs::write(home.path().join("vault.key"), "x").unwrap();
    fs::set_permissions(home.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let refused = DataDir::prepare(home.path()).unwrap_err();
    assert_eq!(refused.exit, Exit::Store);
    assert!(refused.to_string().contains("chmod 700"), "{refused}");
}

#[test]
fn a_file_where_the_directory_should_be_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("data");
    fs::write(&path, "x").unwrap();
    assert_eq!(DataDir::prepare(&path).unwrap_err().exit, Exit::Store);
}

#[test]
fn the_second_holder_is_told_who_the_first_is() {
    let home = tempfile::tempdir().unwrap();
    let dir = DataDir::prepare(&home.path().join("data")).unwrap();
    assert_eq!(dir.holder().unwrap(), None);
    let first = dir.lock().unwrap();
    let refused = dir.lock().unwrap_err();
    assert_eq!(refused.exit, Exit::AlreadyRunning);
    let me = format!("process {}", std::process::id());
    assert!(refused.message.contains(&me), "{refused}");
    assert!(dir.holder().unwrap().unwrap().contains(&me));
    drop(first);
    assert_eq!(dir.holder().unwrap(), None);
    dir.lock().unwrap();
}

#[test]
fn private_files_are_written_whole_and_never_replaced_unasked() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.key");
    write_private(&path, b"one", false).unwrap();
    assert_eq!(mode(&path), 0o600);
    let again = write_private(&path, b"two", false).unwrap_err();
    assert_eq!(again.kind(), std::io::ErrorKind::AlreadyExists);
    assert_eq!(fs::read(&path).unwrap(), b"one");
    write_private(&path, b"three", true).unwrap();
    assert_eq!(fs::read(&path).unwrap(), b"three");
    assert_eq!(mode(&path), 0o600);
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        1,
        "no temporary file stays"
    );
}
