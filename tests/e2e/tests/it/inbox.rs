//! What a test of somebody's program does: send, wait for the text on the handset, take the code out of it, answer, start anew.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server, server::finish};
use serde_json::json;
use std::process::{Command, Output};

fn quick(command: &mut Command) {
    command
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "300")
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "300");
}

fn postern(home: &Home, server: &Server, arguments: &[&str]) -> Result<Output> {
    let mut command = home.command()?;
    command
        .args(arguments)
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    finish(&mut command)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_code_is_waited_for_and_answered() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let api = server.api();
    let send = |body: &'static str| {
        let message = json!({"to": "+15551234567", "from": "+15557654321", "body": body});
        let api = server.api();
        async move {
            api.post("/clicksend/v3/sms/send", &json!({"messages": [message]}))
                .await?
                .expect(200)
        }
    };
    send("Your code is 4711").await?;
    // Not delivered yet, so this waits.
    let inbox = api
        .get("/inbox?to=%2B15551234567&wait=20s")
        .await?
        .expect(200)?;
    ensure!(
        inbox["code"] == "4711" && inbox["messages"][0]["from"] == "+15557654321",
        "{inbox}"
    );

    let answered = api
        .post(
            "/inbox/replies",
            &json!({"from": "+15551234567", "body": "Thanks"}),
        )
        .await?
        .expect(201)?;
    ensure!(answered["to"] == "+15557654321", "{answered}");
    let came_in = api.get("/clicksend/v3/sms/inbound").await?.expect(200)?;
    ensure!(came_in["data"]["data"][0]["body"] == "Thanks", "{came_in}");

    let emptied = postern(&home, &server, &["inbox", "empty"])?;
    ensure!(emptied.status.success());
    let none = postern(
        &home,
        &server,
        &["inbox", "wait", "+15551234567", "--seconds", "1"],
    )?;
    ensure!(none.status.code() == Some(1), "{none:?}");
    send("556677 is your code").await?;
    let code = postern(&home, &server, &["inbox", "wait", "+15551234567"])?;
    let printed = String::from_utf8(code.stdout)?;
    ensure!(printed.trim() == "556677", "{printed}");
    let listed = postern(&home, &server, &["inbox", "list", "--json"])?;
    let listed: serde_json::Value = serde_json::from_slice(&listed.stdout)?;
    let messages = listed["messages"].as_array().context("messages")?;
    ensure!(
        messages.len() == 1,
        "the first one was emptied away: {listed}"
    );
    server.stop()
}
