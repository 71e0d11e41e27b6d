//! Backups are taken while the server runs, and become a server again with the vault key that belongs to them.

use std::fs;

use postern_cli::exit::Exit;

use crate::server::{Home, client, first_key, history, send};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_becomes_a_server_again() {
    let home = Home::new();
    let server = home.start().await;
    let key = first_key(&server);
    send(&client(&server, &key), "kept").await;
    let file = home.path("backup.db");
    let name = file.to_str().unwrap();
    home.command(&["backup", name]).await.unwrap();
    assert!(
        home.command(&["backup", name]).await.is_err(),
        "a backup is never overwritten"
    );
    send(&client(&server, &key), "after the backup").await;
    server.stop().await;

    let elsewhere = Home::new();
    let refused = elsewhere.command(&["restore", name]).await.unwrap_err();
    assert_eq!(
        refused.exit,
        Exit::VaultKey,
        "nobody is there to ask for the key: {refused}"
    );
    let vault_key = home.data().join("vault.key");
    let restore = [
        "restore",
        name,
        "--vault-key-file",
        vault_key.to_str().unwrap(),
    ];
    elsewhere.command(&restore).await.unwrap();
    let again = elsewhere.command(&restore).await.unwrap_err();
    assert!(again.message.contains("database already"), "{again}");
    let server = elsewhere.start().await;
    assert_eq!(history(&client(&server, &key)).await, ["kept"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_with_another_vault_key_is_not_put_in_place() {
    let (home, other) = (Home::new(), Home::new());
    home.start().await.stop().await;
    other.start().await.stop().await;
    let file = home.path("backup.db");
    home.command(&["backup", file.to_str().unwrap()])
        .await
        .unwrap();
    let elsewhere = Home::new();
    let wrong = other.data().join("vault.key");
    let words = [
        "restore",
        file.to_str().unwrap(),
        "--vault-key-file",
        wrong.to_str().unwrap(),
    ];
    let refused = elsewhere.command(&words).await.unwrap_err();
    assert_eq!(refused.exit, Exit::VaultKey);
    let left: Vec<_> = fs::read_dir(elsewhere.data())
        .unwrap()
        .map(|entry| entry.unwrap().file_name())
        .collect();
    assert_eq!(left, ["postern.lock"], "no half restore stays");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_holds_no_secret_in_clear() {
    let home = Home::new();
    let server = home.start().await;
    let key = first_key(&server);
    let first = server.first_run.as_ref().unwrap();
    let platform_key = secrecy::ExposeSecret::expose_secret(&first.platform_api_key).to_owned();
    let file = home.path("backup.db");
    home.command(&["backup", file.to_str().unwrap()])
        .await
        .unwrap();
    let bytes = fs::read(&file).unwrap();
    let vault_key = fs::read_to_string(home.data().join("vault.key")).unwrap();
    let ring_key = vault_key
        .lines()
        .last()
        .unwrap()
        .rsplit(' ')
        .next()
        .unwrap()
        .to_owned();
    for secret in [key, platform_key, ring_key] {
        assert!(
            !bytes
                .windows(secret.len())
                .any(|window| window == secret.as_bytes())
        );
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn doctor_finds_a_sound_directory_sound_and_a_foreign_key_not() {
    let (home, other) = (Home::new(), Home::new());
    home.start().await.stop().await;
    other.start().await.stop().await;
    let ports = [
        "--set",
        "listen.gateway=127.0.0.1:0",
        "--set",
        "listen.platform=127.0.0.1:0",
        "--set",
        "listen.operations=127.0.0.1:0",
    ];
    let words = [&["doctor", "--local-only", "--thorough"][..], &ports].concat();
    home.command(&words).await.unwrap();
    fs::copy(
        other.data().join("vault.key"),
        home.data().join("vault.key"),
    )
    .unwrap();
    assert_eq!(home.command(&words).await.unwrap_err().exit, Exit::Failed);
}
