//! What `postern doctor` finds, and that it changes nothing.

use std::net::{Ipv4Addr, TcpListener};

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server, server::finish};
use serde_json::{Value, json};

/// The findings, and whether nothing was broken.
fn doctor(home: &Home, arguments: &[&str], more: &[(&str, &str)]) -> Result<(Vec<Value>, bool)> {
    let output = finish(
        home.command()?
            .args(["doctor", "--json"])
            .args(arguments)
            .envs(more.iter().copied()),
    )?;
    let printed = String::from_utf8_lossy(&output.stdout).into_owned();
    let findings: Vec<Value> = serde_json::from_str(&printed)
        .with_context(|| format!("{printed}{}", String::from_utf8_lossy(&output.stderr)))?;
    let is_broken = findings.iter().any(|one| one["state"] == "broken");
    assert_eq!(
        output.status.code(),
        Some(i32::from(is_broken)),
        "{printed}"
    );
    Ok((findings, !is_broken))
}

fn of<'f>(findings: &'f [Value], check: &str) -> Vec<&'f Value> {
    findings
        .iter()
        .filter(|one| one["check"] == check)
        .collect()
}

fn here(home: &Home, more: &[(&str, &str)]) -> Result<(Vec<Value>, bool)> {
    let data = home.data().display().to_string();
    doctor(home, &["--local-only", "--data-dir", &data], more)
}

#[tokio::test]
async fn a_healthy_store_is_healthy_and_a_vault_key_that_is_none_is_not() -> Result<()> {
    let mut home = Home::new()?;
    home.start()?.stop()?;
    let (findings, sound) = here(&home, &[])?;
    ensure!(sound, "{findings:?}");
    let (key, right) = crate::bad_input::vault_key(&home)?;
    std::fs::write(&key, b"not a key at all")?;
    let (findings, sound) = here(&home, &[])?;
    ensure!(!sound, "{findings:?}");
    std::fs::write(&key, right)?;
    Ok(())
}

#[tokio::test]
async fn an_older_and_a_newer_database_are_told_and_left_alone() -> Result<()> {
    let mut home = Home::new()?;
    home.start()?.stop()?;
    let run = |sql: &str| -> Result<()> {
        Ok(rusqlite::Connection::open(home.data().join("postern.db"))?.execute_batch(sql)?)
    };
    run("DELETE FROM schema_migrations WHERE version = 34")?;
    for _ in 0..2 {
        let (findings, sound) = here(&home, &[])?;
        let found = of(&findings, "database")[0];
        assert_eq!(
            (sound, &found["state"]),
            (true, &json!("doubtful")),
            "{found}"
        );
        ensure!(
            found["fix"].to_string().contains("postern backup"),
            "{found}"
        );
    }
    run(
        "INSERT INTO schema_migrations (version, name, applied_at) VALUES (34, 'x', 0), (9999, 'y', 0)",
    )?;
    let (findings, sound) = here(&home, &[])?;
    let found = of(&findings, "database")[0];
    assert_eq!(
        (sound, &found["state"]),
        (false, &json!("broken")),
        "{found}"
    );
    ensure!(found["message"].to_string().contains("9999"), "{found}");
    Ok(())
}

mod with_postgres {
    use super::*;

    #[tokio::test]
    async fn a_database_on_a_server_is_looked_at_and_never_migrated() -> Result<()> {
        let database = postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")?;
        let url = database.url();
        let on_it = [("POSTERN_DATABASE_URL", url.as_str())];
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command.env("POSTERN_DATABASE_URL", &url);
        })?;
        let good = |findings: &[Value]| {
            let all = [of(findings, "database"), of(findings, "vault key")].concat();
            all.iter().all(|one| one["state"] == "good") && all.len() == 2
        };
        // The server works with it meanwhile.
        let (findings, _) = here(&home, &on_it)?;
        ensure!(good(&findings), "{findings:?}");
        server.stop()?;
        let (findings, sound) = here(&home, &on_it)?;
        ensure!(sound && good(&findings), "{findings:?}");
        database
            .run("DELETE FROM schema_migrations WHERE version = 34")
            .await;
        for _ in 0..2 {
            let (findings, sound) = here(&home, &on_it)?;
            let found = of(&findings, "database")[0];
            assert_eq!(
                (sound, &found["state"]),
                (true, &json!("doubtful")),
                "{found}"
            );
            ensure!(found["fix"].to_string().contains("pg_dump"), "{found}");
        }
        Ok(())
    }
}

/// Accounts whose provider takes the call and says nothing: doctor asks all of them at once and does not wait for ever.
#[tokio::test]
async fn a_silent_provider_is_named_and_does_not_hold_up_the_rest() -> Result<()> {
    let silent = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
    let upstream = format!("http://{}", silent.local_addr()?);
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.args(["--egress-allow", "127.0.0.0/8"]);
    })?;
    let mut silent_ones = Vec::new();
    for name in ["first", "second", "third"] {
        silent_ones.push(connect(&server, &upstream, name).await?);
    }
    let url = server.gateway_url();
    let reach = [
        ("POSTERN_URL", url.as_str()),
        ("POSTERN_API_KEY", &server.first.api_key),
    ];
    let (findings, sound) = doctor(&home, &["--remote-only"], &reach)?;
    ensure!(!sound, "{findings:?}");
    let told = of(&findings, "provider");
    for id in silent_ones {
        let one = told
            .iter()
            .find(|one| one["message"].to_string().contains(&id));
        let one = one.with_context(|| format!("{id} in {told:?}"))?;
        ensure!(
            one["message"]
                .to_string()
                .contains("did not answer within 10 s"),
            "{one}"
        );
    }
    ensure!(
        told.iter().any(|one| one["state"] == "good"),
        "the built-in platform answers: {told:?}"
    );
    Ok(())
}

async fn connect(server: &Server, upstream: &str, name: &str) -> Result<String> {
    let body = json!({"app": "clicksend", "upstream": upstream, "verify": false, "name": name,
                      "credentials": {"username": "somebody", "password": "something"}});
    let made = server
        .api()
        .post("/connections", &body)
        .await?
        .expect(201)?;
    Ok(made["connection_id"].as_str().context("an id")?.to_owned())
}
