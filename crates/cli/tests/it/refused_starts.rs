//! Starts that cannot go on say why, end with a code of their own, and leave nothing behind.

use std::fs;
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;

use postern_cli::exit::Exit;

use crate::server::Home;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_directory_serves_one_process() {
    let home = Home::new();
    let server = home.start().await;
    let refused = home.refused().await;
    assert_eq!(refused.exit, Exit::AlreadyRunning);
    assert!(
        refused.message.contains(&home.data().display().to_string()),
        "{refused}"
    );
    server.stop().await;
    home.start().await.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_taken_port_costs_no_first_key() {
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    for key in ["listen.gateway", "listen.platform", "listen.operations"] {
        let home = Home::new().set(key, &address);
        let refused = home.refused().await;
        assert_eq!(refused.exit, Exit::Listen);
        assert!(
            refused.message.contains(key) && refused.message.contains(&address),
            "{refused}"
        );
        let home = home.set(key, "127.0.0.1:0");
        let server = home.start().await;
        assert!(
            server.first_run.is_some(),
            "the first key was not handed over yet"
        );
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_store_without_its_own_vault_key_does_not_start() {
    let (home, other) = (Home::new(), Home::new());
    home.start().await.stop().await;
    other.start().await.stop().await;
    let path = home.data().join("vault.key");
    let right = fs::read(&path).unwrap();

    fs::copy(other.data().join("vault.key"), &path).unwrap();
    let refused = home.refused().await;
    assert_eq!(refused.exit, Exit::VaultKey, "{refused}");

    fs::remove_file(&path).unwrap();
    let refused = home.refused().await;
    assert_eq!(refused.exit, Exit::VaultKey, "{refused}");
    assert!(
        !path.exists(),
        "a new key would hide that the right one is missing"
    );

    fs::write(&path, right).unwrap();
    fs::set_permissions(&path, fs::Permissions::from_mode(0o600)).unwrap();
    home.start().await.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn configuration_that_only_the_rooms_can_judge_stops_the_start_before_anything_is_made() {
    let scratch = tempfile::tempdir().unwrap();
    let text = scratch.path().join("text");
    fs::write(&text, "neither a certificate nor a price").unwrap();
    let text = text.to_str().unwrap();
    let table = [
        (vec![("egress.allow", "10.0.0.0/99")], "egress.allow"),
        (vec![("egress.ca_file", text)], "egress.ca_file"),
        (vec![("tls.cert", text), ("tls.key", text)], "tls.cert"),
        (vec![("platform.prices_file", text)], "platform.prices_file"),
    ];
    for (settings, named) in table {
        let home = settings
            .iter()
            .fold(Home::new(), |home, (key, value)| home.set(key, value));
        let refused = home.refused().await;
        assert_eq!(refused.exit, Exit::Config);
        assert!(
            refused.message.contains(named) && refused.fix.is_some(),
            "{refused}"
        );
        assert!(!home.data().exists());
    }
}
