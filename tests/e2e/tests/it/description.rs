//! Schemathesis calls everything that the descriptions describe, on the real binary: no server error, and nothing answered that is not described.
//!
//! What it is told beside the document stands, with reasons, in `description/*.toml`.

mod seed;

use anyhow::{Context as _, Result, bail};
use postern_e2e::environment::variable;
use postern_e2e::{Api, Home, Server, peers};
use serde_json::{Value, json};
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// Calls of each operation that are made up, besides those that follow from the document; `cargo xtask soak api` makes more.
const EXAMPLES: &str = "4";
const SEED: &str = "1";
/// Operations by which a key can be taken from whoever calls with it.
const OF_KEYS: [&str; 3] = ["changeKey", "revokeKey", "rotateKey"];
/// Lines of its report that are shown when it has found something.
const LINES_SHOWN: usize = 200;

/// Found by what is below: it was 500.
#[tokio::test]
async fn a_preview_of_what_the_platform_refuses_says_why() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let asked = json!({"path": "/clicksend/v3/sms/send", "body": {}});
    let said = server
        .api()
        .post("/sends/preview", &asked)
        .await?
        .expect(422)?;
    assert_eq!(said["error"], "invalid_request");
    let message = said["message"].as_str().unwrap_or_default();
    assert!(
        message.contains("refused with 400") && message.contains("messages"),
        "{said}"
    );
    Ok(())
}

mod with_schemathesis {
    use super::*;

    #[tokio::test]
    async fn the_control_api_answers_as_described() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let document = format!("{}/openapi.json", server.gateway_url());
        let key = format!("Authorization: Bearer {}", server.first.api_key);
        let key = ["--header", key.as_str()];
        // First, because the others set passwords, too.
        let session = format!("Authorization: Bearer {}", session(&server).await?);
        let people = [
            "--header",
            &session,
            "--include-tag",
            "Approvals",
            "--include-tag",
            "Sends",
        ];
        run(&home, "control", &document, &people)?;
        // What is frozen answers every preview alike, so the brake is pulled when everything else has been asked; and with a key that was
        // revoked or narrowed by its own run only refusals would be seen.
        let mut rest = key.to_vec();
        rest.extend(["--exclude-path", "/freeze"]);
        rest.extend(
            OF_KEYS
                .iter()
                .flat_map(|name| ["--exclude-operation-id", name]),
        );
        run(&home, "control", &document, &rest)?;
        let last = [&key[..], &["--include-path", "/freeze"]].concat();
        run(&home, "control", &document, &last)?;
        let victim = json!({"name": "a victim"});
        let victim = server.api().post("/keys", &victim).await?.expect(201)?;
        let victim = victim["key_id"].as_str().context("an id")?.to_owned();
        let settings = settings(&home, "control", &[("key_id", victim)])?;
        let mut keys = key.to_vec();
        keys.extend(
            OF_KEYS
                .iter()
                .flat_map(|name| ["--include-operation-id", name]),
        );
        run_with(&home, &settings, &document, &keys)?;
        judge(&server, &document).await
    }

    /// Reading what is there, where the run above mostly asks for what is not.
    #[tokio::test]
    async fn what_the_control_api_knows_is_shown_as_described() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let document = format!("{}/openapi.json", server.gateway_url());
        let known = seed::control(&server).await?;
        let key = format!("Authorization: Bearer {}", server.first.api_key);
        let settings = settings(&home, "control", &known)?;
        let only = [
            "--header",
            &key,
            "--include-method",
            "GET",
            "--phases",
            "examples,fuzzing",
        ];
        run_with(&home, &settings, &document, &only)?;
        judge(&server, &document).await
    }

    #[tokio::test]
    async fn the_platform_answers_as_described() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let document = format!("{}/openapi.json", server.platform_url());
        run(&home, "platform", &document, &["--auth", &account(&server)])?;
        judge(&server, &document).await
    }

    #[tokio::test]
    async fn what_the_platform_knows_is_shown_as_described() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let document = format!("{}/openapi.json", server.platform_url());
        let known = seed::platform(&server).await?;
        let settings = settings(&home, "platform", &known)?;
        let account = account(&server);
        let only = [
            "--auth",
            &account,
            "--include-method",
            "GET",
            "--phases",
            "examples,fuzzing",
        ];
        run_with(&home, &settings, &document, &only)?;
        judge(&server, &document).await
    }
}

fn account(server: &Server) -> String {
    let first = &server.first;
    format!("{}:{}", first.platform_username, first.platform_api_key)
}

async fn session(server: &Server) -> Result<String> {
    let body =
        json!({"operator": server.first.operator, "password": server.first.operator_password});
    let said = Api::stranger(&server.gateway_url())
        .post("/console/session", &body)
        .await?
        .expect(201)?;
    Ok(said["token"].as_str().context("a token")?.to_owned())
}

fn committed(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/it/description");
    folder.join(format!("{name}.toml"))
}

/// The committed settings, with segments of paths that lead somewhere.
fn settings(home: &Home, name: &str, known: &[(&str, String)]) -> Result<PathBuf> {
    let mut text = String::from("[parameters]\n");
    for (segment, value) in known {
        text.push_str(&format!("\"path.{segment}\" = \"{value}\"\n"));
    }
    text.push_str(&std::fs::read_to_string(committed(name))?);
    let file = home.path().join("schemathesis.toml");
    std::fs::write(&file, text)?;
    Ok(file)
}

fn run(home: &Home, name: &str, document: &str, more: &[&str]) -> Result<()> {
    run_with(home, &committed(name), document, more)
}

/// # Errors
/// When it has found something; the end of its report says what, and how to see it again.
fn run_with(home: &Home, settings: &Path, document: &str, more: &[&str]) -> Result<()> {
    let report = home.path().join("schemathesis.txt");
    let said = File::create(&report)?;
    let examples = variable("POSTERN_TEST_EXAMPLES").unwrap_or(EXAMPLES.into());
    let seed = variable("POSTERN_TEST_SEED").unwrap_or(SEED.into());
    let status = Command::new(peers::schemathesis()?)
        .arg("--config-file")
        .arg(settings)
        .args(["run", document, "--continue-on-failure"])
        .args(["--max-examples", &examples, "--seed", &seed])
        .args(more)
        // It keeps what it has found in the folder that it runs in.
        .current_dir(home.path())
        .env("NO_COLOR", "1")
        .stdin(Stdio::null())
        .stdout(said.try_clone()?)
        .stderr(said)
        .status()?;
    if status.success() {
        return Ok(());
    }
    bail!(
        "schemathesis {more:?} ended with {status}:\n{}",
        end_of(&report)?
    )
}

fn end_of(file: &Path) -> Result<String> {
    let text = std::fs::read_to_string(file)?;
    let lines: Vec<&str> = text.lines().collect();
    let from = lines.len().saturating_sub(LINES_SHOWN);
    Ok(lines[from..].join("\n"))
}

/// The callers still may what they could: a run that had locked itself out would have seen refusals only.
async fn judge(server: &Server, document: &str) -> Result<()> {
    server.api().get("/user").await?.expect(200)?;
    // The control API gives accounts new API keys, and did.
    if document.starts_with(&server.platform_url()) {
        server.native().get("/v3/account").await?.expect(200)?;
    }
    let served: Value = server.api().get(path_of(document)).await?.expect(200)?;
    assert_eq!(served["openapi"], "3.1.0");
    let errors: Vec<String> = server
        .said()
        .lines()
        .filter(|line| line.contains("\"ERROR\"") || line.contains("panicked"))
        .map(str::to_owned)
        .collect();
    assert!(errors.is_empty(), "{errors:#?}");
    Ok(())
}

fn path_of(document: &str) -> &str {
    match document.rfind('/') {
        Some(at) => &document[at..],
        None => document,
    }
}
