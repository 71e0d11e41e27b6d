//! Bad input: a clear error that names the field and the fix, and nothing lost.

use crate::history;
use anyhow::{Context as _, Result};
use postern_e2e::{Api, Home, Server, api};
use reqwest::Method;
use serde_json::{Value, json};
use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt as _;
use std::process::Output;

/// The platform's envelope, with nothing of the inside in it.
fn envelope(text: &str) -> Result<Value> {
    let value: Value =
        serde_json::from_str(text).with_context(|| format!("no envelope: {text}"))?;
    for name in ["http_code", "response_code", "response_msg"] {
        anyhow::ensure!(
            value.get(name).is_some(),
            "the envelope has no {name}: {text}"
        );
    }
    Ok(value)
}

#[tokio::test]
async fn the_platform_refuses_what_it_cannot_read_and_keeps_what_it_has() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let native = server.native();
    native
        .post("/v3/sms/send", &history::messages(&["before".into()]))
        .await?
        .expect(200)?;
    let balance = history::balance(&native, "").await?;
    let post = |path: &'static str, body: &'static str| {
        native
            .request(Method::POST, path)
            .header("content-type", "application/json")
            .body(body)
    };
    let refused = [
        ("cut short", post("/v3/sms/send", "{\"messages\":[")),
        ("not JSON", post("/v3/sms/send", "to=+15551234567&body=hi")),
        ("empty", post("/v3/sms/send", "")),
        ("a list", post("/v3/sms/send", "[]")),
        ("no messages", post("/v3/sms/send", "{}")),
        (
            "messages of a wrong type",
            post("/v3/sms/send", "{\"messages\":\"hello\"}"),
        ),
        (
            "a message of a wrong type",
            post("/v3/sms/send", "{\"messages\":[7]}"),
        ),
        (
            "no messages in it",
            post("/v3/sms/send", "{\"messages\":[]}"),
        ),
    ];
    for (what, request) in refused {
        let answer = api::send(request).await?;
        assert!(
            (400..500).contains(&answer.status),
            "{what}: {} {}",
            answer.status,
            answer.text
        );
        let envelope = envelope(&answer.text)?;
        assert_eq!(envelope["http_code"], answer.status, "{what}: {envelope}");
        assert_ne!(envelope["response_code"], "SUCCESS", "{what}");
    }
    let many: Vec<String> = (0..1001)
        .map(|number| format!("too many {number}"))
        .collect();
    let answer = native
        .post("/v3/sms/send", &history::messages(&many))
        .await?;
    assert!(
        (400..500).contains(&answer.status),
        "1001 messages: {} {}",
        answer.status,
        answer.text
    );
    envelope(&answer.text)?;

    let rows = history::all(&native, "").await?;
    assert_eq!(rows.len(), 1, "nothing of it was kept");
    assert_eq!(
        history::balance(&native, "").await?.to_bits(),
        balance.to_bits(),
        "nothing of it was charged"
    );
    Ok(())
}

#[tokio::test]
async fn a_thousand_messages_are_taken() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.env("POSTERN_PLATFORM_CREDIT", "100000.00");
    })?;
    let many: Vec<String> = (0..1000).map(|number| number.to_string()).collect();
    let answer = server
        .api()
        .post("/clicksend/v3/sms/send", &history::messages(&many))
        .await?
        .expect(200)?;
    assert_eq!(answer["data"]["queued_count"], 1000);
    assert_eq!(history::all(&server.api(), "/clicksend").await?.len(), 1000);
    Ok(())
}

#[tokio::test]
async fn a_bad_recipient_is_told_apart_from_its_neighbours() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let body = json!({"messages": [
        {"to": "+15551234567", "body": "good", "source": "e2e"},
        {"to": "not a number", "body": "bad", "source": "e2e"},
        {"to": "+15551234567", "body": "", "source": "e2e"},
    ]});
    let answer = server
        .native()
        .post("/v3/sms/send", &body)
        .await?
        .expect(200)?;
    let statuses: Vec<&str> = answer["data"]["messages"]
        .as_array()
        .context("messages")?
        .iter()
        .filter_map(|row| row["status"].as_str())
        .collect();
    assert_eq!(statuses.len(), 3);
    assert_eq!(
        (statuses[0], statuses[1]),
        ("SUCCESS", "INVALID_RECIPIENT"),
        "{answer}"
    );
    assert_ne!(statuses[2], "SUCCESS", "{answer}");
    assert_eq!(history::all(&server.native(), "").await?.len(), 1);
    Ok(())
}

#[tokio::test]
async fn unknown_ids_and_bad_pages() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let native = server.native();
    let unknown = [
        (
            Method::GET,
            "/v3/sms/receipts/00000000-0000-0000-0000-000000000000",
        ),
        (
            Method::PUT,
            "/v3/sms/00000000-0000-0000-0000-000000000000/cancel",
        ),
        (Method::GET, "/v3/sms/receipts/%00"),
        (Method::GET, "/v3/no/such/route"),
    ];
    for (method, path) in unknown {
        let answer = api::send(native.request(method, path)).await?;
        assert!(
            (400..500).contains(&answer.status),
            "{path}: {} {}",
            answer.status,
            answer.text
        );
        envelope(&answer.text).with_context(|| path.to_owned())?;
    }
    for query in [
        "page=0",
        "page=-1",
        "page=x",
        "page=999999999999999999999",
        "limit=0",
        "limit=x",
        "date_from=yesterday",
    ] {
        let answer = native.get(&format!("/v3/sms/history?{query}")).await?;
        assert!(
            answer.status < 500,
            "{query}: {} {}",
            answer.status,
            answer.text
        );
        envelope(&answer.text).with_context(|| query.to_owned())?;
    }
    Ok(())
}

/// An error of gateway or control: all its parts, and the request's id in body and header.
fn problem(answer: &postern_e2e::Answer, status: u16) -> Result<Value> {
    let problem = answer.expect(status)?;
    for name in ["message", "type", "error", "request_id"] {
        anyhow::ensure!(
            problem[name].as_str().is_some_and(|text| !text.is_empty()),
            "no `{name}` in {problem}"
        );
    }
    assert_eq!(problem["code"], status, "{problem}");
    assert_eq!(
        answer.header("x-request-id"),
        problem["request_id"].as_str(),
        "{problem}"
    );
    Ok(problem)
}

#[tokio::test]
async fn the_gateway_says_what_is_wrong_and_what_to_do() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let gateway = server.gateway_url();
    let good = server.api();

    let stranger = problem(
        &Api::stranger(&gateway).get("/clicksend/v3/account").await?,
        401,
    )?;
    let typo = problem(
        &Api::bearer(&gateway, &format!("{}x", server.first.api_key))
            .get("/clicksend/v3/account")
            .await?,
        401,
    )?;
    assert_ne!(
        stranger["error"], typo["error"],
        "no key and a bad key are different mistakes"
    );
    problem(&good.get("/nosuchapp/v3/account").await?, 404)?;
    let bare = problem(&good.get("/v3/account").await?, 404)?;
    let said = format!("{}{}", bare["message"], bare["hint"]);
    assert!(
        said.contains("/clicksend/v3/account"),
        "it says what to write instead: {said}"
    );

    let with = |id: &'static str| {
        good.request(Method::GET, "/clicksend/v3/account")
            .header("Maton-Connection", id)
    };
    problem(
        &api::send(with("37beee67-29f7-43b6-b0b2-5f0f7a5d6440")).await?,
        404,
    )?;
    problem(&api::send(with("not an id")).await?, 404)?;

    let scoped = server.agent(json!({"apps": []})).await?;
    problem(&scoped.get("/clicksend/v3/account").await?, 403)?;

    let slow = server
        .agent(json!({"apps": ["clicksend"], "rate_per_second": 1}))
        .await?;
    let mut limited = None;
    for _ in 0..200 {
        let answer = slow.get("/clicksend/v3/account").await?;
        if answer.status == 429 {
            limited = Some(answer);
            break;
        }
    }
    let limited = limited.context("200 calls in a row were not too many for 1 a second")?;
    problem(&limited, 429)?;
    let after: u64 = limited
        .header("retry-after")
        .context("no Retry-After")?
        .parse()?;
    assert!(
        (1..=60).contains(&after),
        "whole seconds, and not many: {after}"
    );
    Ok(())
}

#[tokio::test]
async fn oversized_bodies_are_413_and_oversized_heads_431() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.env("POSTERN_LIMITS_BODY_BYTES", "65536");
    })?;
    let body = format!(
        "{{\"messages\":[{{\"to\":\"+15551234567\",\"body\":\"{}\"}}]}}",
        "x".repeat(70_000)
    );
    let request = server
        .api()
        .request(Method::POST, "/clicksend/v3/sms/send")
        .header("content-type", "application/json");
    problem(&api::send(request.body(body.clone())).await?, 413)?;
    let request = server
        .native()
        .request(Method::POST, "/v3/sms/send")
        .header("content-type", "application/json");
    let answer = api::send(request.body(body)).await?;
    assert_eq!(answer.status, 413, "{}", answer.text);
    let head = server
        .api()
        .request(Method::GET, "/clicksend/v3/account")
        .header("x-long", "y".repeat(100_000));
    let answer = api::send(head).await?;
    assert_eq!(answer.status, 431, "{}", answer.text);
    assert_eq!(history::all(&server.native(), "").await?.len(), 0);
    Ok(())
}

#[tokio::test]
async fn a_bad_control_request_names_its_field() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let control = server.api();
    let keys = control.get("/keys").await?.expect(200)?["keys"]
        .as_array()
        .context("keys")?
        .len();
    let cases = [
        ("/keys", json!({"role": "agent"}), "name"),
        ("/keys", json!({"name": "n", "role": "owner"}), "role"),
        (
            "/keys",
            json!({"name": "n", "cidr": ["10.0.0.0/99"]}),
            "cidr",
        ),
        (
            "/keys",
            json!({"name": "n", "expires_at": "tomorrow"}),
            "expires_at",
        ),
        (
            "/keys",
            json!({"name": "n", "rate_per_second": -1}),
            "rate_per_second",
        ),
        (
            "/keys",
            json!({"name": "n", "rules": [{"effect": "everything"}]}),
            "rules",
        ),
        (
            "/keys",
            json!({"name": "n", "limits": {"messages_per_day": -5}}),
            "limits.messages_per_day",
        ),
        (
            "/keys",
            json!({"name": "n", "limits": {"spend_per_day": "5.00"}}),
            "limits.currency",
        ),
        (
            "/keys",
            json!({"name": "n", "limits": {"message_per_day": 5}}),
            "limits",
        ),
        ("/keys", json!({"name": "n", "limit": 5}), "limit"),
        ("/connections", json!({}), "app"),
        ("/connections", json!({"app": "nosuchapp"}), "app"),
        (
            "/connections",
            json!({"app": "clicksend", "upstream": "ftp://example.com"}),
            "upstream",
        ),
        (
            "/connections",
            json!({"app": "clicksend", "credentials": {"username": "u"}, "verify": false}),
            "credentials",
        ),
    ];
    for (path, body, field) in cases {
        let answer = control.post(path, &body).await?;
        let problem = problem(&answer, 422).with_context(|| format!("POST {path} {body}"))?;
        let named = problem["field"].as_str().unwrap_or_default();
        assert!(
            named.starts_with(field),
            "POST {path} {body}: the field is {field}, not `{named}`: {problem}"
        );
    }
    for body in ["{", "", "[]", "\"name\""] {
        let request = control
            .request(Method::POST, "/keys")
            .header("content-type", "application/json")
            .body(body);
        let answer = api::send(request).await?;
        assert!(
            matches!(answer.status, 400 | 422),
            "{body}: {} {}",
            answer.status,
            answer.text
        );
        problem(&answer, answer.status)?;
    }
    problem(
        &control
            .get("/connections/37beee67-29f7-43b6-b0b2-5f0f7a5d6440")
            .await?,
        404,
    )?;
    problem(
        &control
            .delete("/connections/37beee67-29f7-43b6-b0b2-5f0f7a5d6440")
            .await?,
        404,
    )?;
    problem(&control.get("/keys/nosuchkey").await?, 404)?;
    problem(&control.get("/connections?status=SLEEPING").await?, 422)?;
    let now = control.get("/keys").await?.expect(200)?["keys"]
        .as_array()
        .context("keys")?
        .len();
    assert_eq!(now, keys, "none of it made a key");
    Ok(())
}

/// A start that was refused: an exit code of its own, and words that name what is meant and what to do.
fn refusal(output: &Output, code: i32, words: &[&str]) {
    let said = String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat())
        .into_owned();
    assert_eq!(output.status.code(), Some(code), "{said}");
    for word in words {
        assert!(said.contains(word), "`{word}` is not in: {said}");
    }
    assert!(!said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn an_unusable_configuration_stops_the_start() -> Result<()> {
    let home = Home::new()?;
    let file = home.path().join("postern.toml");
    let cases = [
        ("[limits]\nbody_byte = 5\n", "body_byte"),
        ("[limits]\nbody_bytes = \"many\"\n", "body_bytes"),
        ("[egress]\nallow = [\"10.0.0.0/99\"]\n", "egress.allow"),
        ("this is no toml", "postern.toml"),
    ];
    for (text, word) in cases {
        std::fs::write(&file, text)?;
        let output = home.refused(|command| {
            command.arg("--config").arg(&file);
        })?;
        refusal(&output, 3, &[word]);
        assert!(!home.data().exists(), "nothing was made");
    }
    std::fs::remove_file(&file)?;
    let output = home.refused(|command| {
        command.env("POSTERN_LIMITS_BODY_BYTE", "5");
    })?;
    refusal(&output, 3, &["POSTERN_LIMITS_BODY_BYTE"]);
    let output = home.refused(|command| {
        command.args(["--config", "/no/such/postern.toml"]);
    })?;
    refusal(&output, 3, &["/no/such/postern.toml"]);
    Ok(())
}

#[tokio::test]
async fn a_taken_port_is_named() -> Result<()> {
    let home = Home::new()?;
    let taken = TcpListener::bind("127.0.0.1:0")?;
    let address = taken.local_addr()?.to_string();
    for flag in ["--listen", "--platform-listen", "--ops-listen"] {
        let mut command = home.command()?;
        command
            .args(["serve", "--json", "--data-dir"])
            .arg(home.data());
        for other in ["--listen", "--platform-listen", "--ops-listen"] {
            command.args([
                other,
                if other == flag {
                    &address
                } else {
                    "127.0.0.1:0"
                },
            ]);
        }
        let output = postern_e2e::server::finish(&mut command)?;
        refusal(&output, 7, &[&address]);
    }
    Ok(())
}

#[tokio::test]
async fn a_wrong_vault_key_is_refused_and_the_right_one_works_again() -> Result<()> {
    let mut home = Home::new()?;
    home.start()?.stop()?;
    let other = {
        let mut other = Home::new()?;
        other.start()?.stop()?;
        vault_key(&other)?.1
    };
    let (path, right) = vault_key(&home)?;
    std::fs::write(&path, &other)?;
    refusal(&home.refused(|_| {})?, 5, &["vault"]);
    std::fs::remove_file(&path)?;
    refusal(&home.refused(|_| {})?, 5, &["vault"]);
    std::fs::write(&path, &right)?;
    std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o600))?;
    let server: Server = home.start()?;
    assert_eq!(server.api().get("/clicksend/v3/account").await?.status, 200);
    Ok(())
}

/// The vault key's file and what is in it.
pub fn vault_key(home: &Home) -> Result<(std::path::PathBuf, Vec<u8>)> {
    for entry in std::fs::read_dir(home.data())? {
        let path = entry?.path();
        let name = path
            .file_name()
            .and_then(|name| name.to_str())
            .unwrap_or_default()
            .to_owned();
        if name.contains("vault") || name.ends_with(".key") {
            return Ok((path.clone(), std::fs::read(path)?));
        }
    }
    anyhow::bail!("no vault key in {}", home.data().display())
}

/// A place where not even root can make a directory.
#[tokio::test]
async fn a_place_that_cannot_be_written_is_refused_in_words() -> Result<()> {
    let home = Home::new()?;
    let mut command = home.command()?;
    command.args([
        "serve",
        "--json",
        "--listen",
        "127.0.0.1:0",
        "--platform-listen",
        "127.0.0.1:0",
    ]);
    command.args([
        "--ops-listen",
        "127.0.0.1:0",
        "--data-dir",
        "/proc/postern-cannot-be-here",
    ]);
    let output = postern_e2e::server::finish(&mut command)?;
    refusal(&output, 6, &["/proc/postern-cannot-be-here"]);
    Ok(())
}

/// Disks of a test's own: a small file system that only the server's mount namespace has.
mod with_mounts {
    use super::{Home, Result, envelope, history, refusal};
    use anyhow::Context as _;
    use std::process::Command;

    /// Turns `postern serve …` into the same inside a mount namespace whose data directory is a file system of its own.
    fn on_a_disk(command: &mut Command, data: &std::path::Path, options: &str) {
        let program = command.get_program().to_owned();
        let arguments: Vec<_> = command.get_args().map(ToOwned::to_owned).collect();
        let mut outer = Command::new("unshare");
        // A private mount is gone with the last process that sees it.
        outer.args([
            "--mount",
            "sh",
            "-c",
            "mount -t tmpfs -o \"$0\" postern-e2e \"$1\" && shift && exec \"$@\"",
            options,
        ]);
        outer.arg(data).arg(program).args(arguments);
        for (name, value) in command.get_envs() {
            match value {
                Some(value) => outer.env(name, value),
                None => outer.env_remove(name),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            outer.current_dir(folder);
        }
        *command = outer;
    }

    #[tokio::test]
    async fn a_read_only_disk_is_refused_in_words() -> Result<()> {
        let home = Home::new()?;
        let data = home.data();
        std::fs::create_dir(&data)?;
        let output = home.refused(|command| on_a_disk(command, &data, "size=8m,mode=700,ro"))?;
        refusal(&output, 6, &[&data.display().to_string()]);
        Ok(())
    }

    #[tokio::test]
    async fn a_full_disk_refuses_sends_goes_on_reading_and_recovers() -> Result<()> {
        let mut home = Home::new()?;
        let data = home.data();
        std::fs::create_dir(&data)?;
        let server = home.start_with(|command| {
            command.env("POSTERN_PLATFORM_CREDIT", "1000000.00");
            on_a_disk(command, &data, "size=12m,mode=700");
        })?;
        let native = server.native();
        let mut kept = 0;
        let mut refused = None;
        for batch in 0..1000 {
            let references: Vec<String> =
                (0..100).map(|number| format!("{batch}-{number}")).collect();
            let answer = native
                .post("/v3/sms/send", &history::messages(&references))
                .await?;
            if answer.status != 200 {
                refused = Some(answer);
                break;
            }
            kept += usize::try_from(
                answer.json()?["data"]["queued_count"]
                    .as_u64()
                    .context("a count")?,
            )?;
        }
        let refused = refused.context("the disk never filled up")?;
        assert!(refused.status >= 500, "{} {}", refused.status, refused.text);
        let envelope = envelope(&refused.text)?;
        assert_ne!(envelope["response_code"], "SUCCESS");
        assert_eq!(native.get("/v3/account").await?.status, 200, "reads go on");
        assert_eq!(
            history::all(&native, "").await?.len(),
            kept,
            "what was answered is there, what was refused is not"
        );

        let process = server.process().to_string();
        let grown = Command::new("nsenter")
            .args([
                "--target",
                &process,
                "--mount",
                "mount",
                "-o",
                "remount,size=64m",
            ])
            .arg(&data)
            .status()?;
        assert!(grown.success());
        let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
        loop {
            let answer = native
                .post(
                    "/v3/sms/send",
                    &history::messages(&["with room again".into()]),
                )
                .await?;
            if answer.status == 200 {
                break;
            }
            anyhow::ensure!(
                std::time::Instant::now() < deadline,
                "it does not recover: {}",
                answer.text
            );
            tokio::time::sleep(std::time::Duration::from_millis(200)).await;
        }
        assert_eq!(history::all(&native, "").await?.len(), kept + 1);
        server.stop()
    }
}
