//! Canaries: secrets with shapes of their own, planted wherever one can be, and every byte the server leaves behind searched for them.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postern_e2e::origin::{self, Origin};
use postern_e2e::{Api, Home, Server, api};
use reqwest::Method;
use serde_json::json;
use std::path::{Path, PathBuf};

/// A secret and every form in which it could be written down.
struct Canary {
    what: &'static str,
    forms: Vec<Vec<u8>>,
}

impl Canary {
    fn new(what: &'static str, secret: &str) -> Self {
        let mut forms = vec![secret.as_bytes().to_vec()];
        // Inside a longer base64 text a secret begins at one of three offsets; what is certain of each is searched for.
        for before in 0..3 {
            let encoded = STANDARD.encode([&vec![b'.'; before][..], secret.as_bytes()].concat());
            let certain = if before == 0 { 0 } else { 4 };
            forms.push(encoded.as_bytes()[certain..encoded.len() - 4].to_vec());
        }
        let hex: String = secret.bytes().map(|byte| format!("{byte:02x}")).collect();
        forms.push(hex.into_bytes());
        Self { what, forms }
    }

    fn is_in(&self, bytes: &[u8]) -> bool {
        self.forms
            .iter()
            .any(|form| bytes.windows(form.len()).any(|window| window == &form[..]))
    }
}

/// Every file under a folder.
fn files(folder: &Path, found: &mut Vec<PathBuf>) -> Result<()> {
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            files(&path, found)?;
        } else {
            found.push(path);
        }
    }
    Ok(())
}

#[test]
fn a_canary_is_found_in_every_form_it_could_take() {
    let canary = Canary::new("test", "CANARY-secret-0123456789");
    for before in ["", "u:", "us:", "use:"] {
        let pair = STANDARD.encode(format!("{before}CANARY-secret-0123456789"));
        assert!(canary.is_in(format!("Basic {pair}").as_bytes()), "{before}");
    }
    assert!(canary.is_in(b"xxCANARY-secret-0123456789xx"));
    assert!(!canary.is_in(b"CANARY-another-0123456789"));
}

/// Every byte of the data directory, its backups and the logs.
fn search(home: &Home, secrets: &[Canary]) -> Result<()> {
    let mut found = Vec::new();
    files(home.path(), &mut found)?;
    ensure!(
        found.iter().any(|file| file.starts_with(home.data())),
        "the data directory was searched"
    );
    for file in &found {
        // Where the first start leaves its secrets when there is no terminal, on purpose and 0600.
        if file.ends_with("first-run.json") {
            continue;
        }
        // A file may go while it is looked for.
        let Ok(bytes) = std::fs::read(file) else {
            continue;
        };
        for canary in secrets {
            let name = file.display();
            ensure!(!canary.is_in(&bytes), "{} is in {name}", canary.what);
        }
    }
    Ok(())
}

/// Sends that are previewed, refused by limits, refused by nobody, asked for again and of unknown outcome; gives what was answered by us.
async fn through_another_account(
    server: &Server,
    connection: &str,
    text: &str,
    number: &str,
) -> Result<Vec<String>> {
    let body = json!({"messages": [{"to": format!("+{number}"), "body": text, "source": "e2e"}]});
    let limits = json!({"messages_per_day": 1, "recipients_per_day": 5, "prefix_messages_per_day": 5, "repeats_per_day": 5});
    let limited = server
        .agent(json!({"connections": [connection], "limits": limits}))
        .await?;
    let mut answers = Vec::new();
    for (name, value) in [
        ("Postern-Dry-Run", "true"),
        ("Idempotency-Key", "canaries"),
        ("Idempotency-Key", "canaries"),
        ("Idempotency-Key", "more-canaries"),
    ] {
        for caller in [&limited, &server.api()] {
            let send = caller.request(Method::POST, "/clicksend/v3/sms/send");
            let send = send.header("Postern-Connection", connection);
            let answer = api::send(send.header(name, value).json(&body)).await?;
            answers.push(answer.status.to_string());
        }
    }
    ensure!(
        answers.contains(&"200".to_owned()),
        "a preview is one: {answers:?}"
    );
    ensure!(
        answers.contains(&"403".to_owned()),
        "the cap is reached: {answers:?}"
    );
    Ok(answers)
}

/// Somebody opts out of the connection; gives the token of its address.
async fn stop_is_heard(server: &Server, connection: &str, number: &str) -> Result<String> {
    let path = format!("/connections/{connection}/hook");
    let hook = server.api().post(&path, &json!({})).await?.expect(200)?;
    let url = hook["url"].as_str().context("an address")?;
    let (_, token) = url.rsplit_once('/').context("a token")?;
    let push = json!({"from": format!("+{number}"), "body": "STOP", "user_id": 1});
    let stranger = Api::stranger(&server.gateway_url());
    let heard = stranger.post(&format!("/hooks/{token}"), &push).await?;
    let heard = heard.expect(200)?;
    ensure!(heard["heard"] == "opt_out", "{heard}");
    let wrong = stranger.post(&format!("/hooks/{token}x"), &push).await?;
    ensure!(wrong.status == 404, "{}", wrong.text);
    Ok(token.to_owned())
}

#[tokio::test]
async fn no_secret_is_left_in_files_logs_metrics_or_answers() -> Result<()> {
    const PASSWORD: &str = "CANARY-password-7c1d9e55aa";
    const TYPED: &str = "CANARY-typed-on-the-page-42f0";
    const BODY: &str = "CANARY-body-of-a-message-19ab";
    const NUMBER: &str = "+15557654321";
    // Sent through an account of somebody else: none of it is ours to keep in clear.
    const REMOTE_BODY: &str = "CANARY-text-through-another-account-77d0";
    const REMOTE_NUMBER: &str = "61488877766";
    const OPTED_OUT: &str = "61455512388";

    // An upstream that gives back everything it was sent, in headers and body, as error pages do.
    let echo = Origin::start(|request| {
        let text = String::from_utf8_lossy(request).into_owned();
        let authorization = text
            .lines()
            .find_map(|line| {
                line.to_ascii_lowercase()
                    .starts_with("authorization:")
                    .then(|| line[14..].trim().to_owned())
            })
            .unwrap_or_default();
        origin::answer(
            "500 Internal Server Error",
            &format!("X-Echo: {authorization}\r\nContent-Type: text/plain\r\n"),
            text.as_bytes(),
        )
    })?;
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command
            .args(["--egress-allow", "127.0.0.0/8"])
            .env("POSTERN_LOG_LEVEL", "trace");
    })?;
    let control = server.api();
    let mut answers = Vec::new();

    let connection = control
        .post(
            "/connections",
            &json!({"app": "clicksend", "upstream": echo.url(), "verify": false, "name": "echo",
                    "credentials": {"username": "canary", "password": PASSWORD}}),
        )
        .await?
        .expect(201)?;
    answers.push(connection.to_string());
    let id = connection["connection_id"]
        .as_str()
        .context("an id")?
        .to_owned();
    // A wrong credential is never stored, and what is said about it does not repeat it.
    let refused = control
        .post(
            "/connections",
            &json!({"app": "clicksend", "upstream": echo.url(), "name": "wrong",
                    "credentials": {"username": "canary", "password": TYPED}}),
        )
        .await?;
    ensure!(
        refused.status >= 400,
        "an upstream that answers 500 verifies nothing: {}",
        refused.text
    );
    answers.push(refused.text);

    let agent = control
        .post(
            "/keys",
            &json!({"name": "agent", "role": "agent", "connections": [id]}),
        )
        .await?
        .expect(201)?;
    let agent_key = agent["api_key"].as_str().context("a secret")?.to_owned();
    let agent = Api::bearer(&server.gateway_url(), &agent_key);
    for path in [
        "/clicksend/v3/account",
        "/clicksend/v3/sms/history?q=x",
        "/clicksend/v3/countries",
    ] {
        let answer = agent.get(path).await?;
        ensure!(
            answer.status == 500,
            "the echo answers 500: {} {}",
            answer.status,
            answer.text
        );
        ensure!(
            answer.text.to_lowercase().contains("authorization"),
            "the echo came back: {}",
            answer.text
        );
        answers.push(format!("{:?}\n{}", answer.headers, answer.text));
    }
    ensure!(
        echo.text()
            .contains(&STANDARD.encode(format!("canary:{PASSWORD}"))),
        "the credential was injected"
    );

    // The same through the built-in platform, and mistakes that name secrets where they do not belong.
    let message = json!({"messages": [{"to": NUMBER, "body": BODY, "source": "e2e"}]});
    let connections = control.get("/connections").await?.expect(200)?;
    let builtin = connections["connections"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|row| row["upstream"] == "builtin" && row["sandbox"] == false)
        .and_then(|row| row["connection_id"].as_str())
        .context("the connection of the first start")?;
    let send = control
        .request(Method::POST, "/clicksend/v3/sms/send")
        .json(&message);
    api::send(send.header("Maton-Connection", builtin))
        .await?
        .expect(200)?;
    for path in [
        format!("/clicksend/v3/account?api_key={agent_key}"),
        format!("/clicksend/v3/{PASSWORD}"),
        format!("/{agent_key}/v3/account"),
    ] {
        // What a caller writes into its own address comes back to it, if at all; it must not stay in our files.
        let _ = agent.get(&path).await?;
    }
    let _ = Api::bearer(&server.gateway_url(), &format!("{agent_key}x"))
        .get("/clicksend/v3/account")
        .await?;
    let _ = Api::basic(
        &server.platform_url(),
        &server.first.platform_username,
        "CANARY-wrong-native-key",
    )
    .get("/v3/account")
    .await?;
    let spoken = through_another_account(&server, &id, REMOTE_BODY, REMOTE_NUMBER).await?;
    answers.extend(spoken);
    let hook = stop_is_heard(&server, &id, OPTED_OUT).await?;
    let exported = control.get("/audit/export").await?;
    ensure!(exported.status == 200, "{}", exported.text);
    let metrics = Api::stranger(&format!("http://{}", server.operations))
        .get("/metrics")
        .await?;
    let rows = history::all(&server.native(), "").await?;
    ensure!(rows.len() == 1, "the message is in history");

    let signing_in = serde_json::json!({"operator": server.first.operator, "password": server.first.operator_password});
    let session = postern_e2e::Api::stranger(&server.gateway_url())
        .post("/console/session", &signing_in)
        .await?
        .expect(201)?;
    let session = session["token"].as_str().unwrap_or_default().to_owned();
    ensure!(session.starts_with("pso_"), "a session");
    let secrets = [
        Canary::new("the connection's password", PASSWORD),
        Canary::new("a refused credential", TYPED),
        Canary::new("an agent's key", &agent_key),
        Canary::new("the platform's key", &server.first.platform_api_key),
        Canary::new("the first key", &server.first.api_key),
        Canary::new("the operator's password", &server.first.operator_password),
        Canary::new("a session of the operator", &session),
        Canary::new("a wrong native key", "CANARY-wrong-native-key"),
        Canary::new("an address of a connection", &hook),
        Canary::new("a text through another account", REMOTE_BODY),
        Canary::new("a recipient through another account", REMOTE_NUMBER),
        Canary::new("somebody who opted out of it", OPTED_OUT),
    ];
    for answer in &answers {
        for canary in &secrets[..2] {
            ensure!(
                !canary.is_in(answer.as_bytes()),
                "{} is in an answer: {answer}",
                canary.what
            );
        }
    }
    for canary in &secrets {
        ensure!(
            !canary.is_in(metrics.text.as_bytes()),
            "{} is in the metrics",
            canary.what
        );
        ensure!(
            !canary.is_in(exported.text.as_bytes()),
            "{} is in the export of the audit",
            canary.what
        );
    }
    for canary in [
        Canary::new("a message's text", BODY),
        Canary::new("a recipient", &NUMBER[1..]),
    ] {
        ensure!(
            !canary.is_in(exported.text.as_bytes()),
            "{} is in the export of the audit",
            canary.what
        );
    }
    // The write-ahead log goes when the server stops.
    search(&home, &secrets)?;
    let backup = home.path().join("backup");
    let made = postern_e2e::server::finish(
        home.command()?
            .args(["backup", "--data-dir"])
            .arg(home.data())
            .arg(&backup),
    )?;
    ensure!(
        made.status.success(),
        "backup: {}",
        String::from_utf8_lossy(&made.stderr)
    );
    let log = server.log.clone();
    server.stop()?;

    ensure!(backup.exists(), "the backup is searched, too");
    search(&home, &secrets)?;
    let log = std::fs::read(log)?;
    ensure!(log.len() > 1000, "at level trace the log says something");
    for canary in [
        Canary::new("a message's text", BODY),
        Canary::new("a recipient", NUMBER),
    ] {
        ensure!(!canary.is_in(&log), "{} is in the log", canary.what);
    }
    Ok(())
}
