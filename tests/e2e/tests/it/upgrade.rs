//! `docs/upgrading.md`, step by step: a backup while the server runs, the schema alone, a look, the start; and the way back.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, server::finish};

use crate::history;

fn run(home: &Home, words: &[&str]) -> Result<String> {
    let output = finish(home.command()?.args(words))?;
    let said = [output.stdout, output.stderr].concat();
    let said = String::from_utf8_lossy(&said).into_owned();
    ensure!(output.status.success(), "postern {words:?}: {said}");
    Ok(said)
}

/// Takes the database back to the schema before the newest script.
const OLDER: &str = "ALTER TABLE receipts DROP COLUMN previous_seq; DROP TABLE deferrals; DROP INDEX pushes_by_story;
    DELETE FROM schema_migrations WHERE version = 34";

#[tokio::test]
async fn an_older_store_is_backed_up_migrated_and_can_be_gone_back_to() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let send = history::messages(&["before".into()]);
    let path = "/clicksend/v3/sms/send";
    server.api().post(path, &send).await?.expect(200)?;
    let data = home.data().display().to_string();
    let backup = home.path().join("before-upgrade.db").display().to_string();
    run(&home, &["backup", &backup, "--data-dir", &data])?;
    server.stop()?;
    rusqlite::Connection::open(home.data().join("postern.db"))?.execute_batch(OLDER)?;

    let doctor = ["doctor", "--local-only", "--data-dir", &data];
    let said = run(&home, &doctor)?;
    ensure!(said.contains("1 to come"), "{said}");
    run(&home, &["migrate", "--data-dir", &data])?;
    let said = run(&home, &doctor)?;
    ensure!(!said.contains("to come"), "{said}");
    let server = home.start()?;
    let rows = history::all(&server.api(), "/clicksend").await?;
    assert_eq!(rows.len(), 1, "what was sent before is there");
    let after = history::messages(&["after".into()]);
    server.api().post(path, &after).await?.expect(200)?;
    server.stop()?;

    let key = home.path().join("vault.key");
    std::fs::rename(crate::bad_input::vault_key(&home)?.0, &key)?;
    std::fs::rename(home.data(), home.path().join("moved-away"))?;
    let key = key.to_str().context("a path")?;
    run(
        &home,
        &[
            "restore",
            &backup,
            "--data-dir",
            &data,
            "--vault-key-file",
            key,
        ],
    )?;
    let server = home.start()?;
    let rows = history::all(&server.api(), "/clicksend").await?;
    let kept: Vec<_> = rows
        .iter()
        .map(|row| row["custom_string"].as_str())
        .collect();
    assert_eq!(
        kept,
        [Some("before")],
        "what came after the backup is not in it"
    );
    Ok(())
}
