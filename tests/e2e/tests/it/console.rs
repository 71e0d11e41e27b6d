//! The console in a real browser, and operators by command.

use anyhow::{Context as _, Result};
use postern_e2e::{Home, Server};
use serde_json::Value;

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

mod with_chromium {
    use anyhow::Result;
    use postern_e2e::Home;
    use postern_e2e::browser::Browser;

    #[tokio::test]
    async fn the_first_operator_signs_in_and_out() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(false).await?;
        browser
            .open(&format!("{}/console", server.gateway_url()))
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
        browser.wait_for_text("Approvals").await?;
        assert!(browser.url().await?.ends_with("/console/approvals"));
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
}
