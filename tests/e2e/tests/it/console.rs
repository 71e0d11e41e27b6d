//! The console in a real browser, and operators by command.

use anyhow::{Context as _, Result};
use postern_e2e::{Home, Server};
use serde_json::Value;

mod gateway;

fn json(home: &Home, server: &Server, words: &[&str]) -> Result<Value> {
    let output = postern_e2e::server::finish(
        home.command()?
            .args(words)
            .arg("--json")
            .env("POSTERN_URL", server.gateway_url())
            .env("POSTERN_API_KEY", &server.first.api_key),
    )?;
    anyhow::ensure!(
        output.status.success(),
        "{words:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[tokio::test]
async fn operators_are_made_listed_and_locked_out_by_command() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let made = json(&home, &server, &["operator", "create", "ada"])?;
    let password = made["password"].as_str().context("a password")?.to_owned();
    let list = json(&home, &server, &["operator", "list"])?;
    let names: Vec<_> = list["operators"]
        .as_array()
        .context("a list")?
        .iter()
        .map(|operator| operator["name"].as_str().unwrap_or_default())
        .collect();
    assert_eq!(names, ["ada", "operator"]);
    let sign_in = |password: &str| {
        let body = serde_json::json!({"operator": "ada", "password": password});
        let api = postern_e2e::Api::stranger(&server.gateway_url());
        async move { api.post("/console/session", &body).await }
    };
    assert_eq!(sign_in(&password).await?.status, 201);
    let again = json(&home, &server, &["operator", "password", "ada"])?;
    assert_eq!(sign_in(&password).await?.status, 401);
    let newer = again["password"].as_str().context("a password")?;
    assert_eq!(sign_in(newer).await?.status, 201);
    json(&home, &server, &["operator", "disable", "ada", "--yes"])?;
    assert_eq!(sign_in(newer).await?.status, 401);
    json(&home, &server, &["operator", "enable", "ada"])?;
    let link = json(&home, &server, &["operator", "link", "ada"])?;
    let url = link["url"].as_str().context("a link")?;
    assert!(
        url.starts_with(&format!("{}/console/link?token=", server.gateway_url())),
        "{url}"
    );
    Ok(())
}

/// A send of two messages that waits; the key that asked, and the approval's id.
async fn held(server: &Server, text: &str) -> Result<(postern_e2e::Api, String)> {
    let limits = serde_json::json!({"limits": {"approval_above": {"messages": 1}}});
    let agent = server.agent(limits).await?;
    let message = |to: &str| serde_json::json!({"to": to, "body": text});
    let body = serde_json::json!({"messages": [message("+15551234567"), message("+15551234568")]});
    let said = agent
        .post("/clicksend/v3/sms/send", &body)
        .await?
        .expect(403)?;
    let id = said["approval_id"].as_str().context("an id")?.to_owned();
    Ok((agent, id))
}

#[tokio::test]
async fn an_operator_decides_by_command_and_a_key_does_not() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let (agent, id) = held(&server, "by command").await?;
    let run = |words: &[&str], operator: bool| -> Result<std::process::Output> {
        let mut command = home.command()?;
        command
            .args(words)
            .arg("--json")
            .env("POSTERN_URL", server.gateway_url())
            .env("POSTERN_API_KEY", &server.first.api_key);
        if operator {
            command
                .env("POSTERN_OPERATOR", &server.first.operator)
                .env("POSTERN_OPERATOR_PASSWORD", &server.first.operator_password);
        }
        postern_e2e::server::finish(&mut command)
    };
    let refused = run(&["approval", "approve", &id, "--yes"], false)?;
    assert_eq!(refused.status.code(), Some(10));
    let list = json(&home, &server, &["approval", "list", "--state", "pending"])?;
    assert_eq!(list["approvals"][0]["approval_id"], id.as_str());
    let view: Value = serde_json::from_slice(&run(&["approval", "view", &id], true)?.stdout)?;
    let body = view["request"]["body"].as_str().context("the request")?;
    assert!(body.contains("by command"), "{view}");
    let approved = run(&["approval", "approve", &id, "--yes"], true)?;
    let said = String::from_utf8_lossy(&approved.stderr);
    anyhow::ensure!(approved.status.success(), "{said}");
    let ended = agent
        .get(&format!("/approvals/{id}?wait=30"))
        .await?
        .expect(200)?;
    assert_eq!(ended["state"], "sent");
    let (agent, id) = held(&server, "denied").await?;
    let denied = run(&["approval", "deny", &id, "--reason", "not today"], true)?;
    let said = String::from_utf8_lossy(&denied.stderr);
    anyhow::ensure!(denied.status.success(), "{said}");
    let ended = agent.get(&format!("/approvals/{id}")).await?.expect(200)?;
    assert_eq!(ended["state"], "denied");
    assert_eq!(ended["reason"], "not today");
    Ok(())
}

mod with_chromium {
    use anyhow::Result;
    use postern_e2e::browser::Browser;
    use postern_e2e::{Home, Server};
    use serde_json::json;
    use std::process::Command;

    pub(super) async fn sign_in(browser: &Browser, server: &Server, page: &str) -> Result<()> {
        browser
            .open(&format!("{}{page}", server.gateway_url()))
            .await?;
        browser.wait_for_text("For operators").await?;
        let name = browser.find("#operator").await?;
        browser.type_into(&name, &server.first.operator).await?;
        let password = browser.find("#password").await?;
        browser
            .type_into(&password, &server.first.operator_password)
            .await?;
        browser
            .click(&browser.find("button.primary").await?)
            .await?;
        browser.wait_for_text("Sign out").await?;
        Ok(())
    }

    async fn send(server: &Server, body: &str) -> Result<()> {
        let message = json!({"to": "+15551234567", "from": "+15557654321", "body": body});
        let messages = json!({"messages": [message]});
        server
            .api()
            .post("/clicksend/v3/sms/send", &messages)
            .await?
            .expect(200)?;
        Ok(())
    }

    fn quick(command: &mut Command) {
        command
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "800")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "800");
    }

    #[tokio::test]
    async fn a_message_is_watched_until_it_arrives_and_is_answered() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        let browser = Browser::start(true).await?;
        sign_in(&browser, &server, "/console/messages").await?;
        browser.wait_for_text("Nothing was sent yet").await?;
        browser.accessible("no messages").await?;
        send(&server, "Your code is 4711 {€} ok").await?;
        // Without loading the page again.
        browser.wait_for_text("Delivered").await?;
        send(&server, "Grüße 🎉, and a text that is long enough for two parts of a message, because it is not in GSM's alphabet").await?;
        browser.wait_for_text("Grüße").await?;
        browser.accessible("messages").await?;
        browser.picture("console-messages").await?;
        browser.click(&browser.find("tbody a").await?).await?;
        browser.wait_for_text("What happened").await?;
        browser
            .wait_for_text("Attempt 1: with the carrier simulator")
            .await?;
        browser.wait_for_text("Receipt: on the handset").await?;
        browser.wait_for_text("Part 2").await?;
        browser.accessible("one message").await?;
        browser.picture("console-message").await?;
        browser
            .open(&format!("{}/console/phone", server.gateway_url()))
            .await?;
        browser.wait_for_text("Code 4711").await?;
        let answer = browser.find("#answer-text").await?;
        browser.type_into(&answer, "Thank you").await?;
        browser
            .click(&browser.find("form.answer button").await?)
            .await?;
        browser.wait_for_text("Thank you").await?;
        browser.accessible("phone").await?;
        browser.picture("console-phone").await?;
        let complaints = browser.complaints().await?;
        anyhow::ensure!(complaints.is_empty(), "{complaints:?}");
        let inbound = server
            .api()
            .get("/clicksend/v3/sms/inbound")
            .await?
            .expect(200)?;
        assert_eq!(inbound["data"]["data"][0]["body"], "Thank you");
        came_in_and_found(&browser, &server).await?;
        Ok(())
    }

    /// The answer is in the list of what came in, leads to what it answers and back, and words find both.
    async fn came_in_and_found(browser: &Browser, server: &Server) -> Result<()> {
        let list = format!("{}/console/messages", server.gateway_url());
        browser.open(&format!("{list}/received")).await?;
        browser.wait_for_text("Thank you").await?;
        browser.accessible("what came in").await?;
        browser.picture("console-received").await?;
        browser.click(&browser.find("tbody a").await?).await?;
        browser.wait_for_text("From +15551234567").await?;
        browser.accessible("one that came in").await?;
        browser.picture("console-received-one").await?;
        browser.click(&browser.find("p.text a").await?).await?;
        browser.wait_for_text("Answered: Thank you").await?;
        browser.picture("console-message-answered").await?;
        browser.open(&list).await?;
        let words = browser.find("#words").await?;
        browser.type_into(&words, "CODE is 47").await?;
        browser
            .click(&browser.find("form.filters button").await?)
            .await?;
        let text = browser.wait_for_text("Your code is 4711").await?;
        anyhow::ensure!(!text.contains("Grüße"), "{text}");
        Ok(())
    }

    #[tokio::test]
    async fn without_a_script_the_same_works_by_forms() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(quick)?;
        send(&server, "Your code is 4711").await?;
        server.api().get("/inbox?wait=20s").await?.expect(200)?;
        let browser = Browser::start(false).await?;
        sign_in(&browser, &server, "/console/messages").await?;
        browser.wait_for_text("Delivered").await?;
        let to = browser.find("#to").await?;
        browser.type_into(&to, "+1999").await?;
        browser
            .click(&browser.find("form.filters button").await?)
            .await?;
        browser.wait_for_text("Nothing matches").await?;
        browser
            .open(&format!("{}/console/phone", server.gateway_url()))
            .await?;
        let answer = browser.find("#answer-text").await?;
        browser.type_into(&answer, "STOP").await?;
        browser
            .click(&browser.find("form.answer button").await?)
            .await?;
        browser.wait_for_text("STOP").await?;
        Ok(())
    }

    #[tokio::test]
    async fn the_first_operator_signs_in_and_out() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(false).await?;
        sign_in(&browser, &server, "/console").await?;
        browser.wait_for_text("Approvals").await?;
        assert!(browser.url().await?.ends_with("/console/messages"));
        browser
            .click(&browser.find("form.who button").await?)
            .await?;
        browser.wait_for_text("For operators").await?;
        browser
            .open(&format!("{}/console/approvals", server.gateway_url()))
            .await?;
        browser.wait_for_text("For operators").await?;
        Ok(())
    }

    /// By the pages alone, without JavaScript: the link of an announcement, a sign-in, a look, a decision.
    #[tokio::test]
    async fn somebody_follows_a_link_looks_and_approves() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let (agent, id) = super::held(&server, "seen <b>whole</b>").await?;
        let browser = Browser::start(false).await?;
        sign_in(&browser, &server, &format!("/console/approvals/{id}")).await?;
        let text = browser.wait_for_text("asks to send 2 messages").await?;
        assert!(text.contains("seen <b>whole</b>"), "{text}");
        assert!(text.contains("+15551234568"), "{text}");
        let body = browser.text(&browser.find("#body").await?).await?;
        let read: serde_json::Value = serde_json::from_str(&body)?;
        assert_eq!(read["messages"][0]["body"], "seen <b>whole</b>");
        if let Some(folder) = postern_e2e::environment::variable("POSTERN_TEST_SCREENSHOTS") {
            let file = std::path::Path::new(&folder).join("approval.png");
            browser.screenshot(&file).await?;
        }
        let stands = agent.get(&format!("/approvals/{id}")).await?.expect(200)?;
        assert_eq!(stands["state"], "pending", "looking decides nothing");
        browser
            .click(&browser.find("button[name=approve]").await?)
            .await?;
        browser.wait_for_text("by operator").await?;
        let ended = agent
            .get(&format!("/approvals/{id}?wait=30"))
            .await?
            .expect(200)?;
        assert_eq!(ended["state"], "sent");
        let complaints = browser.complaints().await?;
        assert!(complaints.is_empty(), "{complaints:?}");
        Ok(())
    }
}
