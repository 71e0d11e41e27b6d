//! `docs/upgrading.md`, step by step: a backup while the server runs, the schema alone, a look, the start; and the way back.

use anyhow::{Result, ensure};
use postern_e2e::{Home, environment, peers, script, server::finish};

use crate::documents::block;
use crate::history;

/// Runs a block of the page as it is printed, but for its folders.
fn printed(home: &Home, beginning: &str) -> Result<()> {
    let here = home.path().display().to_string();
    let text = block("docs/upgrading.md", beginning)?
        .text
        .replace("/var/backups/", &format!("{here}/"))
        .replace("/secure/", &format!("{here}/"))
        .replace("/var/lib/postern", &home.data().display().to_string())
        .replace(
            "postern ",
            &format!("{} ", environment::program()?.display()),
        );
    // The folder's own name has the program's in it.
    ensure!(!text.contains("/var/lib"), "{text}");
    let bash = peers::program("bash")?;
    let variables = [("HOME", &*here)];
    let text = format!("set -euo pipefail\n{text}");
    script::run(&bash, &text, &variables, home.path(), "printed.sh").map(drop)
}

fn doctor(home: &Home) -> Result<String> {
    let data = home.data().display().to_string();
    let words = ["doctor", "--local-only", "--data-dir", &data];
    let output = finish(home.command()?.args(words))?;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    ensure!(output.status.success(), "{said}");
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
    printed(&home, "postern backup")?;
    server.stop()?;
    rusqlite::Connection::open(home.data().join("postern.db"))?.execute_batch(OLDER)?;

    let said = doctor(&home)?;
    ensure!(said.contains("1 to come"), "{said}");
    printed(&home, "postern migrate")?;
    let said = doctor(&home)?;
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
    printed(&home, "postern restore")?;
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
