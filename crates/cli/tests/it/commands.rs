//! Commands that ask a running server, and the exit codes that scripts rely on.

use clap::Parser;
use postern_cli::args::Cli;
use postern_cli::command;
use postern_cli::environment::Environment;
use postern_cli::exit::{Exit, Outcome};
use postern_cli::serve::Running;
use postern_client::ConnectionFilter;

use crate::server::{Home, client, first_key, history};

/// Runs a command against `url`, as its own process would.
async fn ask(url: &str, key: &str, words: &[&str]) -> Outcome {
    let cli = Cli::try_parse_from([&["postern", "--json"], words].concat()).unwrap();
    let environment: Environment = [("POSTERN_URL", url), ("POSTERN_API_KEY", key)]
        .into_iter()
        .collect();
    tokio::task::spawn_blocking(move || command::run(cli, &environment))
        .await
        .unwrap()
}

async fn asked(server: &Running, words: &[&str]) -> Option<Exit> {
    let key = first_key(server);
    ask(&server.urls.gateway, &key, words)
        .await
        .err()
        .map(|failure| failure.exit)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn each_way_to_fail_has_its_exit_code() {
    let home = Home::new();
    let server = home.start().await;
    let file = home.path("message.txt");
    std::fs::write(&file, "from a file\n").unwrap();
    let table: [(&[&str], Option<Exit>); 15] = [
        (&["whoami"], None),
        (
            &[
                "sms",
                "send",
                "+61411111111",
                "--body-file",
                file.to_str().unwrap(),
            ],
            None,
        ),
        (
            &["sms", "send", "nonsense", "--body", "x"],
            Some(Exit::Failed),
        ),
        (&["sms", "price", "+61411111111", "--body", "x"], None),
        (
            &["sms", "cancel", "00000000-0000-0000-0000-000000000000"],
            Some(Exit::NotFound),
        ),
        (&["sms", "cancel", "--all"], Some(Exit::Usage)),
        (&["sms", "cancel", "--all", "--yes"], None),
        (&["key", "show", "first key"], None),
        (&["key", "show", "no such key"], Some(Exit::NotFound)),
        (
            &["key", "create", "--name", "n", "--cidr", "nonsense"],
            Some(Exit::Failed),
        ),
        (&["connection", "get", "built-in platform"], None),
        (
            &["connection", "delete", "no such connection", "--yes"],
            Some(Exit::NotFound),
        ),
        (&["api", "/clicksend/v3/account"], None),
        (&["api", "/v3/account"], Some(Exit::NotFound)),
        (
            &["api", "/connections", "-f", "app=no-such-app"],
            Some(Exit::Failed),
        ),
    ];
    for (words, exit) in table {
        assert_eq!(asked(&server, words).await, exit, "{words:?}");
    }
    let read = history(&client(&server, &first_key(&server))).await;
    assert_eq!(
        read,
        ["from a file"],
        "the last line end of a file is no part of the message"
    );
    let url = server.urls.gateway.clone();
    let denied = ask(&url, "pst_live_nonsense", &["whoami"])
        .await
        .unwrap_err();
    assert_eq!(denied.exit, Exit::Denied);
    server.stop().await;
    let gone = ask(&url, "pst_live_nonsense", &["whoami"])
        .await
        .unwrap_err();
    assert_eq!(gone.exit, Exit::Unreachable);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_connection_that_nobody_completes_is_pending() {
    let home = Home::new();
    let server = home.start().await;
    let words = [
        "connection",
        "create",
        "clicksend",
        "--name",
        "later",
        "--timeout",
        "1",
        "--no-open",
    ];
    assert_eq!(asked(&server, &words).await, Some(Exit::Pending));
    assert_eq!(
        asked(&server, &["connection", "create", "clicksend", "--no-wait"]).await,
        None
    );
    let client = client(&server, &first_key(&server));
    let pending = ConnectionFilter {
        status: Some("PENDING".into()),
        ..ConnectionFilter::default()
    };
    assert_eq!(
        client
            .connections(&pending)
            .await
            .unwrap()
            .connections
            .len(),
        2
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn automation_needs_no_browser() {
    let home = Home::new();
    let server = home.start().await;
    assert_eq!(
        asked(
            &server,
            &["account", "create", "second", "--credit", "1.00"]
        )
        .await,
        None
    );
    let builtin = [
        "connection",
        "create",
        "clicksend",
        "--upstream",
        "builtin",
        "--account",
        "second",
        "--name",
        "two",
    ];
    assert_eq!(asked(&server, &builtin).await, None);
    assert_eq!(
        asked(&server, &["connection", "rename", "two", "zwei"]).await,
        None
    );
    assert_eq!(
        asked(
            &server,
            &[
                "sms",
                "send",
                "+61411111111",
                "-b",
                "x",
                "--connection",
                "unknown"
            ]
        )
        .await,
        Some(Exit::NotFound)
    );
    assert_eq!(
        asked(&server, &["connection", "delete", "zwei", "--yes"]).await,
        None
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn everything_works_on_after_every_key_behind_it_was_replaced() {
    let home = Home::new();
    let server = home.start().await;
    for words in [
        &["vault", "rotate"][..],
        &["vault", "rotate", "--pepper"],
        &["vault", "rotate", "--retire", "--yes"],
    ] {
        assert_eq!(asked(&server, words).await, None, "{words:?}");
        assert_eq!(
            asked(&server, &["api", "/clicksend/v3/account", "--silent"]).await,
            None
        );
    }
    let key = first_key(&server);
    server.stop().await;
    let server = home.start().await;
    assert_eq!(history(&client(&server, &key)).await, Vec::<String>::new());
    server.stop().await;
}

#[test]
fn manual_pages_and_completions_are_written() {
    let place = tempfile::tempdir().unwrap();
    let pages = place.path().join("man1");
    let run = |words: &[&str]| {
        let cli = Cli::try_parse_from([&["postern"], words].concat()).unwrap();
        command::run(cli, &Environment::default())
    };
    run(&["man", pages.to_str().unwrap()]).unwrap();
    for page in ["postern.1", "postern-serve.1", "postern-key-create.1"] {
        assert!(pages.join(page).is_file(), "{page}");
    }
    run(&["completion", "bash"]).unwrap();
}
