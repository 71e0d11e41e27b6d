//! The commands, as a script runs them.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server, server::finish};
use serde_json::Value;

/// Runs a command against a server and reads the JSON it prints.
fn json(home: &Home, server: &Server, arguments: &[&str]) -> Result<Value> {
    let mut command = home.command()?;
    command
        .args(arguments)
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    let output = finish(&mut command)?;
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(
        output.status.success(),
        "postern {arguments:?}: {}\n{said}",
        output.status
    );
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    serde_json::from_str(&printed)
        .with_context(|| format!("postern {arguments:?} printed: {printed}"))
}

#[tokio::test]
async fn a_message_from_the_command_line() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let who = json(&home, &server, &["whoami", "--json"])?;
    assert!(
        who["email"].as_str().is_some_and(|email| !email.is_empty()),
        "{who}"
    );
    let account = json(&home, &server, &["api", "/clicksend/v3/account"])?;
    assert_eq!(account["response_code"], "SUCCESS", "{account}");
    json(
        &home,
        &server,
        &[
            "sms",
            "send",
            "+15551234567",
            "--body",
            "Hello from a shell",
            "--json",
        ],
    )?;
    let rows = history::all(&server.api(), "/clicksend").await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["body"], "Hello from a shell");
    Ok(())
}

#[tokio::test]
async fn keys_are_made_shown_rotated_and_revoked() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let made = json(
        &home,
        &server,
        &[
            "key", "create", "--name", "bot", "--role", "agent", "--json",
        ],
    )?;
    let id = made["key_id"].as_str().context("an id")?.to_owned();
    let works = |secret: &str| postern_e2e::Api::bearer(&server.gateway_url(), secret);
    let first = works(made["api_key"].as_str().context("a secret")?);
    assert_eq!(first.get("/clicksend/v3/account").await?.status, 200);
    let rotated = json(&home, &server, &["key", "rotate", &id, "--json"])?;
    let second = works(rotated["api_key"].as_str().context("a secret")?);
    assert_eq!(second.get("/clicksend/v3/account").await?.status, 200);
    assert_eq!(
        first.get("/clicksend/v3/account").await?.status,
        200,
        "the old secret overlaps"
    );
    json(&home, &server, &["key", "revoke", &id, "--yes", "--json"])?;
    for key in [&first, &second] {
        assert_eq!(
            key.get("/clicksend/v3/account").await?.status,
            401,
            "revoked means both"
        );
    }
    Ok(())
}

#[tokio::test]
async fn a_lost_key_is_recovered_by_whoever_holds_the_vault_key() -> Result<()> {
    let mut home = Home::new()?;
    home.start()?.stop()?;
    let output = finish(
        home.command()?
            .args(["key", "recover", "--json", "--data-dir"])
            .arg(home.data()),
    )?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let made: Value = serde_json::from_slice(&output.stdout)?;
    let server = home.start()?;
    let key = made["api_key"].as_str().context("a secret")?;
    let recovered = postern_e2e::Api::bearer(&server.gateway_url(), key);
    assert_eq!(
        recovered.get("/keys").await?.status,
        200,
        "it is a full key"
    );
    Ok(())
}

#[tokio::test]
async fn a_backup_restored_elsewhere_has_everything() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    server
        .api()
        .post(
            "/clicksend/v3/sms/send",
            &history::messages(&["in the backup".into()]),
        )
        .await?
        .expect(200)?;
    let backup = home.path().join("backup");
    let output = finish(
        home.command()?
            .args(["backup", "--data-dir"])
            .arg(home.data())
            .arg(&backup),
    )?;
    let said = String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
    ensure!(output.status.success(), "{said}");
    assert!(
        said.to_lowercase().contains("vault key"),
        "it says that the vault key is not in it: {said}"
    );
    let (key, _) = (server.first.api_key.clone(), server.stop()?);

    let keyfile = crate::bad_input::vault_key(&home)?.0;
    let elsewhere = home.path().join("elsewhere");
    let output = finish(
        home.command()?
            .args(["restore", "--data-dir"])
            .arg(&elsewhere)
            .arg("--vault-key-file")
            .arg(&keyfile)
            .arg(&backup),
    )?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    std::fs::remove_dir_all(home.data())?;
    std::fs::rename(&elsewhere, home.data())?;
    let server = home.start()?;
    let restored = postern_e2e::Api::bearer(&server.gateway_url(), &key);
    let rows = history::all(&restored, "/clicksend").await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["custom_string"], "in the backup");
    Ok(())
}

#[tokio::test]
async fn platform_accounts_are_opened_credited_and_given_keys() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let made = json(
        &home,
        &server,
        &["account", "create", "second", "--credit", "5.00", "--json"],
    )?;
    let password = made["api_key"]
        .as_str()
        .or(made["platform_api_key"].as_str())
        .context("a platform key")?
        .to_owned();
    let second =
        |password: &str| postern_e2e::Api::basic(&server.platform_url(), "second", password);
    assert!((history::balance(&second(&password), "").await? - 5.0).abs() < 1e-9);
    json(
        &home,
        &server,
        &["account", "credit", "second", "2.50", "--json"],
    )?;
    assert!((history::balance(&second(&password), "").await? - 7.5).abs() < 1e-9);
    let again = json(
        &home,
        &server,
        &["account", "key", "second", "--yes", "--json"],
    )?;
    let newer = again["api_key"]
        .as_str()
        .or(again["platform_api_key"].as_str())
        .context("a platform key")?;
    assert_eq!(second(newer).get("/v3/account").await?.status, 200);
    assert_eq!(
        second(&password).get("/v3/account").await?.status,
        401,
        "the old one ended"
    );
    let list = json(&home, &server, &["account", "list", "--json"])?;
    assert!(list.to_string().contains("\"second\""), "{list}");
    assert!(!list.to_string().contains(newer), "a list shows no secret");
    Ok(())
}

#[tokio::test]
async fn a_call_that_fails_ends_with_its_own_exit_code() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let code = |url: &str, key: &str, arguments: &[&str]| -> Result<Option<i32>> {
        let output = finish(
            home.command()?
                .args(arguments)
                .env("POSTERN_URL", url)
                .env("POSTERN_API_KEY", key),
        )?;
        Ok(output.status.code())
    };
    let (url, key) = (server.gateway_url(), server.first.api_key.clone());
    assert_eq!(code(&url, &key, &["whoami"])?, Some(0));
    assert_eq!(
        code("http://127.0.0.1:1", &key, &["whoami"])?,
        Some(9),
        "nobody answers"
    );
    assert_eq!(
        code(&url, &format!("{key}x"), &["whoami"])?,
        Some(10),
        "a bad key"
    );
    assert_eq!(
        code(
            &url,
            &key,
            &["connection", "get", "37beee67-29f7-43b6-b0b2-5f0f7a5d6440"]
        )?,
        Some(11),
        "no such thing"
    );
    assert_eq!(code(&url, &key, &["no-such-command"])?, Some(2));
    Ok(())
}

#[tokio::test]
async fn the_audit_is_exported_and_verified_without_the_server() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    json(
        &home,
        &server,
        &[
            "sms",
            "send",
            "+15551234567",
            "--body",
            "on record",
            "--json",
        ],
    )?;
    let key = json(&home, &server, &["audit", "key", "--json"])?;
    let key = key["public_key"].as_str().context("a key")?.to_owned();
    let listed = json(
        &home,
        &server,
        &["audit", "list", "--action", "call", "--json"],
    )?;
    assert_eq!(listed["records"][0]["path"], "/v3/sms/send", "{listed}");
    let file = home.path().join("audit.jsonl");
    let name = file.to_str().context("a path")?;
    json(&home, &server, &["audit", "export", name, "--json"])?;
    drop(server);

    let verify = |key: &str| -> Result<std::process::Output> {
        let mut command = home.command()?;
        command.args(["audit", "verify", name, "--json", "--public-key", key]);
        finish(&mut command)
    };
    let proven = verify(&key)?;
    ensure!(
        proven.status.success(),
        "{}",
        String::from_utf8_lossy(&proven.stderr)
    );
    let summary: Value = serde_json::from_slice(&proven.stdout)?;
    assert_eq!(summary["erased"], 0, "{summary}");

    let text = std::fs::read_to_string(&file)?;
    std::fs::write(&file, text.replacen("allowed", "refused", 1))?;
    let tampered = verify(&key)?;
    assert_eq!(tampered.status.code(), Some(1));
    let said = String::from_utf8_lossy(&tampered.stderr).into_owned();
    assert!(said.contains("record 1: its fact was changed"), "{said}");
    Ok(())
}
