use postern_access::{KeyDraft, NoConnection, Scope};
use postern_domain::connection::Status;
use postern_domain::key::Role;
use postern_store::connections::ConnectionRow;
use postern_store::{Lane, connections};
use postern_testkit::FixedClock;

use crate::office::{Office, builtin, draft};

/// Live and sandbox connections of two apps, in every status.
async fn office() -> Office {
    let office = Office::open().await;
    let acme = |id: &str, age: i64| ConnectionRow {
        app: "acme".into(),
        upstream: "https://x.test".into(),
        ..builtin(id, age)
    };
    for row in [
        ConnectionRow {
            status: Status::Pending,
            ..builtin("pending", 0)
        },
        ConnectionRow {
            sandbox: true,
            ..builtin("sandbox", 1)
        },
        builtin("oldest", 2),
        builtin("newer", 3),
        ConnectionRow {
            status: Status::Failed,
            failure: Some("refused".into()),
            ..builtin("failed", 4)
        },
        ConnectionRow {
            status: Status::Pending,
            ..acme("acme-pending", 0)
        },
    ] {
        office.connection(row).await;
    }
    office
}

fn scoped(connections: &[&str]) -> Scope {
    Scope {
        connections: Some(connections.iter().map(|id| (*id).to_owned()).collect()),
        ..Scope::default()
    }
}

async fn choose(
    office: &Office,
    draft: KeyDraft,
    app: &str,
    chosen: Option<&str>,
) -> Result<String, NoConnection> {
    let (secret, _) = office.key(draft).await;
    let caller = office.authenticate(&secret).unwrap();
    office
        .directory
        .connection(&caller, app, chosen)
        .map(|connection| connection.id.clone())
}

/// The key, the app, the connection it names, and what comes of it.
type Case = (
    KeyDraft,
    &'static str,
    Option<&'static str>,
    Result<String, NoConnection>,
);

#[tokio::test]
async fn every_rule_of_the_choice() {
    let office = office().await;
    let live = || draft(Role::Agent);
    let test = || KeyDraft {
        test: true,
        ..draft(Role::Agent)
    };
    let with = |scope: Scope| KeyDraft {
        scope,
        ..draft(Role::Agent)
    };
    let apps = |list: &[&str]| Scope {
        apps: Some(list.iter().map(|app| (*app).to_owned()).collect()),
        ..Scope::default()
    };
    let text = |text: &str| text.to_owned();
    let cases: Vec<Case> = vec![
        (live(), "clicksend", None, Ok(text("oldest"))),
        (live(), "clicksend", Some("newer"), Ok(text("newer"))),
        // A live key may play in the sandbox, but must say so.
        (live(), "clicksend", Some("sandbox"), Ok(text("sandbox"))),
        (
            live(),
            "clicksend",
            Some("nothing"),
            Err(NoConnection::Unknown(text("nothing"))),
        ),
        (
            live(),
            "clicksend",
            Some("acme-pending"),
            Err(NoConnection::OtherApp {
                id: text("acme-pending"),
                app: text("clicksend"),
                other: text("acme"),
            }),
        ),
        (
            live(),
            "clicksend",
            Some("pending"),
            Err(NoConnection::NotActive {
                id: text("pending"),
                status: Status::Pending,
                reason: None,
            }),
        ),
        (
            live(),
            "clicksend",
            Some("failed"),
            Err(NoConnection::NotActive {
                id: text("failed"),
                status: Status::Failed,
                reason: Some(text("refused")),
            }),
        ),
        (
            live(),
            "acme",
            None,
            Err(NoConnection::None {
                app: text("acme"),
                waiting: Some((text("acme-pending"), Status::Pending)),
            }),
        ),
        (
            live(),
            "nobody",
            None,
            Err(NoConnection::None {
                app: text("nobody"),
                waiting: None,
            }),
        ),
        // The key's own connection comes before the oldest.
        (
            with(scoped(&["newer"])),
            "clicksend",
            None,
            Ok(text("newer")),
        ),
        (
            with(scoped(&["newer", "oldest"])),
            "clicksend",
            None,
            Ok(text("oldest")),
        ),
        (
            with(scoped(&["newer"])),
            "clicksend",
            Some("oldest"),
            Err(NoConnection::OutOfScope(text("oldest"))),
        ),
        (
            with(scoped(&["sandbox"])),
            "clicksend",
            None,
            Ok(text("sandbox")),
        ),
        (
            with(scoped(&[])),
            "clicksend",
            None,
            Err(NoConnection::None {
                app: text("clicksend"),
                waiting: None,
            }),
        ),
        (
            with(scoped(&["failed"])),
            "clicksend",
            None,
            Err(NoConnection::NotActive {
                id: text("failed"),
                status: Status::Failed,
                reason: Some(text("refused")),
            }),
        ),
        (
            with(apps(&["acme"])),
            "clicksend",
            None,
            Err(NoConnection::AppOutOfScope(text("clicksend"))),
        ),
        (
            with(apps(&[])),
            "clicksend",
            Some("oldest"),
            Err(NoConnection::AppOutOfScope(text("clicksend"))),
        ),
        (
            with(apps(&["clicksend"])),
            "clicksend",
            None,
            Ok(text("oldest")),
        ),
        // Test keys see nothing but the sandbox.
        (test(), "clicksend", None, Ok(text("sandbox"))),
        (test(), "clicksend", Some("sandbox"), Ok(text("sandbox"))),
        (
            test(),
            "clicksend",
            Some("oldest"),
            Err(NoConnection::TestKey(text("clicksend"))),
        ),
        (
            test(),
            "acme",
            None,
            Err(NoConnection::TestKey(text("acme"))),
        ),
        (
            KeyDraft {
                scope: scoped(&["oldest"]),
                ..test()
            },
            "clicksend",
            None,
            Err(NoConnection::TestKey(text("clicksend"))),
        ),
    ];
    for (index, (draft, app, chosen, expected)) in cases.into_iter().enumerate() {
        assert_eq!(
            choose(&office, draft, app, chosen).await,
            expected,
            "case {index}"
        );
    }
}

#[tokio::test]
async fn of_connections_of_one_instant_the_smaller_id_is_the_older() {
    let office = Office::open().await;
    office.connection(builtin("b", 0)).await;
    office.connection(builtin("a", 0)).await;
    assert_eq!(
        choose(&office, draft(Role::Full), "clicksend", None)
            .await
            .unwrap(),
        "a"
    );
}

#[tokio::test]
async fn a_deleted_connection_gives_its_place_to_the_next() {
    let office = office().await;
    office
        .store
        .write(Lane::CONTROL, |tx| connections::delete(tx, "oldest"))
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    assert_eq!(
        choose(&office, draft(Role::Full), "clicksend", None)
            .await
            .unwrap(),
        "newer"
    );
    office
        .store
        .write(Lane::CONTROL, |tx| connections::delete(tx, "newer"))
        .await
        .unwrap();
    office.directory.refresh().await.unwrap();
    let outcome = choose(&office, draft(Role::Full), "clicksend", None).await;
    assert!(
        matches!(
            outcome,
            Err(NoConnection::None {
                waiting: Some(_),
                ..
            })
        ),
        "never the sandbox: {outcome:?}"
    );
}

#[tokio::test]
async fn a_connection_of_an_app_that_is_gone_is_left_out() {
    let office = Office::open().await;
    office
        .connection(ConnectionRow {
            app: "gone".into(),
            ..builtin("c1", 0)
        })
        .await;
    office
        .connection(ConnectionRow {
            upstream: "no url".into(),
            ..builtin("c2", 0)
        })
        .await;
    office
        .connection(ConnectionRow {
            created_at: FixedClock::START,
            ..builtin("c3", 0)
        })
        .await;
    assert!(office.directory.connection_by_id("c1").is_none());
    assert!(office.directory.connection_by_id("c2").is_none());
    assert!(office.directory.connection_by_id("c3").is_some());
}
