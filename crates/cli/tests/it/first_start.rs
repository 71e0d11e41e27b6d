//! An empty directory becomes a server that sends; the next start finds everything as it was.

use std::fs;
use std::os::unix::fs::PermissionsExt;

use postern_cli::exit::Exit;
use postern_cli::serve::HandOver;
use postern_client::{ConnectionFilter, Error};

use crate::server::{Home, client, first_key, history, send};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_is_made_once_and_found_again() {
    let home = Home::new();
    let server = home.start().await;
    let key = first_key(&server);
    let mine = client(&server, &key);
    send(&mine, "the first").await;
    let connections = mine
        .connections(&ConnectionFilter::default())
        .await
        .unwrap()
        .connections;
    let seen: Vec<_> = connections
        .iter()
        .map(|c| (c.status.as_str(), c.upstream.as_str(), c.sandbox))
        .collect();
    assert_eq!(
        seen,
        [("ACTIVE", "builtin", false), ("ACTIVE", "builtin", true)]
    );
    server.stop().await;

    let server = home.start().await;
    assert!(server.first_run.is_none(), "secrets are handed over once");
    assert_eq!(history(&client(&server, &key)).await, ["the first"]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_but_the_owner_can_read_what_was_made() {
    let home = Home::new();
    let server = home.start().await;
    let mode = |path: &std::path::Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&home.data()), 0o700);
    for entry in fs::read_dir(home.data()).unwrap() {
        let path = entry.unwrap().path();
        assert_eq!(mode(&path), 0o600, "{}", path.display());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn off_a_terminal_the_key_lies_in_a_file() {
    let home = Home::new();
    let server = home.try_start(HandOver::File).await.unwrap();
    let text = fs::read_to_string(home.data().join("first-run.json")).unwrap();
    let file: serde_json::Value = serde_json::from_str(&text).unwrap();
    send(
        &client(&server, file["api_key"].as_str().unwrap()),
        "by file",
    )
    .await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn printed_keys_are_not_in_a_file() {
    let home = Home::new();
    let server = home.start().await;
    assert!(!home.data().join("first-run.json").exists());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_lost_key_is_recovered_when_the_server_is_stopped() {
    let home = Home::new();
    let server = home.start().await;
    let refused = home.command(&["key", "recover"]).await.unwrap_err();
    assert_eq!(refused.exit, Exit::AlreadyRunning);
    let before = client(&server, &first_key(&server))
        .all_keys()
        .await
        .unwrap()
        .len();
    let key = first_key(&server);
    server.stop().await;
    home.command(&["key", "recover", "--name", "found"])
        .await
        .unwrap();
    let server = home.start().await;
    let keys = client(&server, &key).all_keys().await.unwrap();
    assert_eq!(keys.len(), before + 1);
    assert_eq!(
        keys.last()
            .map(|key| (key.name.as_str(), key.role.as_str())),
        Some(("found", "full"))
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_of_another_server_is_no_key_here() {
    let (one, other) = (Home::new(), Home::new());
    let (first, second) = (one.start().await, other.start().await);
    let refused = client(&second, &first_key(&first)).user().await;
    assert!(matches!(refused, Err(Error::Refused(refusal)) if refusal.status == 401));
    first.stop().await;
    second.stop().await;
}
