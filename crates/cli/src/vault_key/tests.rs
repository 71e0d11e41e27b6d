use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use secrecy::{ExposeSecret, SecretString};

use super::{create, read, write};
use crate::config::VaultSource;
use crate::exit::Exit;

fn file(path: &Path, passphrase: Option<&str>) -> VaultSource {
    VaultSource::File {
        path: path.to_owned(),
        passphrase: passphrase.map(SecretString::from),
    }
}

#[test]
fn a_new_ring_is_private_and_is_read_back() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.key");
    let source = file(&path, None);
    assert!(read(&source).unwrap().is_none());
    let made = create(&source).unwrap();
    assert_eq!(
        fs::metadata(&path).unwrap().permissions().mode() & 0o777,
        0o600
    );
    assert_eq!(read(&source).unwrap().unwrap().newest(), made.newest());
    assert_eq!(
        create(&source).unwrap_err().exit,
        Exit::Store,
        "an existing ring is never overwritten"
    );
}

#[test]
fn a_passphrase_locks_the_file() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.key");
    let made = create(&file(&path, Some("a long passphrase"))).unwrap();
    assert!(
        !fs::read_to_string(&path)
            .unwrap()
            .contains("postern-vault-ring 1")
    );
    let opened = read(&file(&path, Some("a long passphrase")))
        .unwrap()
        .unwrap();
    assert_eq!(opened.newest(), made.newest());
    for wrong in [None, Some("another passphrase")] {
        let refused = read(&file(&path, wrong)).unwrap_err();
        assert_eq!(refused.exit, Exit::VaultKey);
        assert!(refused.fix.is_some());
    }
}

#[test]
fn a_ring_that_others_can_read_is_refused() {
    let home = tempfile::tempdir().unwrap();
    let path = home.path().join("vault.key");
    let source = file(&path, None);
    create(&source).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o640)).unwrap();
    let refused = read(&source).unwrap_err();
    assert!(refused.to_string().contains("chmod 600"), "{refused}");
}

#[test]
fn a_given_ring_fits_one_line_and_cannot_be_replaced() {
    let ring = postern_vault::KeyRing::create();
    let line = ring
        .to_secret_string()
        .expose_secret()
        .trim()
        .replace('\n', ";");
    let given = VaultSource::Given {
        ring: SecretString::from(line),
        from: "POSTERN_VAULT_KEY",
    };
    assert_eq!(read(&given).unwrap().unwrap().newest(), ring.newest());
    assert_eq!(write(&given, &ring, true).unwrap_err().exit, Exit::VaultKey);
}
