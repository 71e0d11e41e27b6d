//! What survives a restart, who may start, and how it ends.

use crate::history;
use anyhow::{Context as _, Result};
use postern_e2e::{Api, Home, raw};
use serde_json::{Value, json};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::process::ExitStatus;
use std::time::Duration;

#[tokio::test]
async fn a_second_start_finds_everything_as_it_was() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let api = server.api();
    let agent = server.agent(json!({"apps": ["clicksend"]})).await?;
    api.post(
        "/clicksend/v3/sms/send",
        &history::messages(&["kept".into()]),
    )
    .await?
    .expect(200)?;
    let connections = api.get("/connections").await?.expect(200)?;
    let keys = api.get("/keys").await?.expect(200)?;
    let balance = history::balance(&api, "/clicksend").await?;
    let agent_key = agent.secret().to_owned();
    server.stop()?;

    let server = home.start()?;
    for name in [
        "api_key",
        "platform_username",
        "platform_api_key",
        "operator",
        "operator_password",
    ] {
        assert!(
            server.ready.get(name).is_none(),
            "{name} is said once, at the first start"
        );
    }
    let api = server.api();
    for (path, noun, moves_on, then) in [
        // The page lies where the server listens, and port 0 is another port each time.
        ("/connections", "connections", "url", connections),
        ("/keys", "keys", "last_used_at", keys),
    ] {
        let without = |mut list: Value| -> Result<Value> {
            for row in list[noun].as_array_mut().context("a list")? {
                row[moves_on] = json!(null);
            }
            Ok(list)
        };
        assert_eq!(without(api.get(path).await?.expect(200)?)?, without(then)?);
    }
    assert_eq!(
        history::balance(&api, "/clicksend").await?.to_bits(),
        balance.to_bits()
    );
    let rows = history::all(&api, "/clicksend").await?;
    assert_eq!(rows.len(), 1);
    assert_eq!(rows[0]["custom_string"], "kept");
    let agent = Api::bearer(&server.gateway_url(), &agent_key);
    assert_eq!(
        agent.get("/clicksend/v3/account").await?.status,
        200,
        "the agent's key still works"
    );
    assert_eq!(
        server.native().get("/v3/account").await?.status,
        200,
        "the platform's key still works"
    );
    Ok(())
}

mod with_postgres {
    use super::{Home, Result, history};
    use anyhow::Context as _;

    #[tokio::test]
    async fn everything_is_in_the_database_and_one_server_at_a_time_owns_it() -> Result<()> {
        let database = postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")?;
        let on_it = |command: &mut std::process::Command| {
            command.env("POSTERN_DATABASE_URL", database.url());
        };
        let mut home = Home::new()?;
        let server = home.start_with(on_it)?;
        server
            .api()
            .post(
                "/clicksend/v3/sms/send",
                &history::messages(&["kept".into()]),
            )
            .await?
            .expect(200)?;
        // Another data directory, the same database: refused until several nodes are supported.
        let output = Home::new()?.refused(on_it)?;
        assert!(
            !output.status.success(),
            "{}",
            String::from_utf8_lossy(&output.stdout)
        );
        server.stop()?;
        assert!(
            !home.data().join("postern.db").exists(),
            "nothing was kept beside the database"
        );
        let server = home.start_with(on_it)?;
        let rows = history::all(&server.api(), "/clicksend").await?;
        assert_eq!(rows.len(), 1);
        assert_eq!(rows[0]["custom_string"], "kept");
        Ok(())
    }
}

#[tokio::test]
async fn a_second_server_on_one_data_directory_says_so_and_exits() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let output = home.refused(|_| {})?;
    assert_eq!(
        output.status.code(),
        Some(4),
        "already running has an exit code of its own"
    );
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains(&home.data().display().to_string()),
        "it names the directory: {said}"
    );
    assert!(
        said.contains(&server.process().to_string()),
        "it names the process that holds it: {said}"
    );
    assert_eq!(
        server.api().get("/clicksend/v3/account").await?.status,
        200,
        "the first goes on"
    );
    Ok(())
}

/// A request whose answer is still being made when SIGTERM comes.
fn begun_upload(server: &postern_e2e::Server, body: &str) -> Result<TcpStream> {
    let mut stream = TcpStream::connect(server.gateway)?;
    stream.set_read_timeout(Some(Duration::from_secs(30)))?;
    let half = body.len() / 2;
    write!(
        stream,
        "POST /clicksend/v3/sms/send HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\nExpect: 100-continue\r\n\r\n",
        server.gateway,
        server.first.api_key,
        body.len()
    )?;
    // The 100 tells that the request has been taken up: nothing is left to guess about when.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim)?;
    anyhow::ensure!(
        interim.starts_with(b"HTTP/1.1 100"),
        "{}",
        String::from_utf8_lossy(&interim)
    );
    stream.write_all(&body.as_bytes()[..half])?;
    Ok(stream)
}

#[tokio::test]
async fn sigterm_lets_a_begun_request_end_and_exits_0() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let body = history::messages(&["drained".to_owned()]).to_string();
    let mut stream = begun_upload(&server, &body)?;
    let gateway = server.gateway;
    server.terminate()?;
    // New callers are turned away at once: that is how we know the signal was seen before the rest is sent.
    let deadline = std::time::Instant::now() + Duration::from_secs(20);
    while TcpStream::connect_timeout(&gateway, Duration::from_secs(1)).is_ok_and(|mut stream| {
        let _ = stream.set_read_timeout(Some(Duration::from_millis(300)));
        let asked = stream.write_all(b"GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n");
        asked.is_ok() && matches!(stream.read(&mut [0; 1]), Ok(1))
    }) {
        anyhow::ensure!(
            std::time::Instant::now() < deadline,
            "it goes on taking new callers"
        );
    }
    stream.write_all(&body.as_bytes()[body.len() / 2..])?;
    let mut bytes = Vec::new();
    raw::listen(&mut stream, &mut bytes, Duration::from_secs(20))?;
    let answers = raw::answers(&bytes)?;
    assert_eq!(answers.len(), 1, "{}", String::from_utf8_lossy(&bytes));
    assert_eq!(answers[0].status, 200, "{}", answers[0].text());
    let (status, _): (ExitStatus, _) = server.wait()?;
    assert_eq!(status.code(), Some(0));

    let server = home.start()?;
    assert_eq!(
        history::all(&server.api(), "/clicksend").await?.len(),
        1,
        "what was answered is kept"
    );
    Ok(())
}
