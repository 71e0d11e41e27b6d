//! Keys, connections, webhooks, audit and usage in a real browser, as a person uses them.

mod with_chromium {
    use anyhow::{Context as _, Result, ensure};
    use postern_e2e::browser::Browser;
    use postern_e2e::{Api, Home, Server};
    use serde_json::json;

    use crate::console::with_chromium::sign_in;

    async fn press(browser: &Browser, selector: &str) -> Result<()> {
        browser.click(&browser.find(selector).await?).await
    }

    async fn fill(browser: &Browser, selector: &str, text: &str) -> Result<()> {
        let field = browser.find(selector).await?;
        browser.type_into(&field, text).await
    }

    async fn seen(browser: &Browser, page: &str) -> Result<()> {
        browser.accessible(page).await?;
        browser.picture(&format!("console-{page}")).await
    }

    fn text_to(number: &str) -> serde_json::Value {
        json!({"messages": [{"to": number, "body": "hello"}]})
    }

    async fn quiet(browser: &Browser) -> Result<()> {
        let complaints = browser.complaints().await?;
        // A form that is refused answers 4xx, which Chromium notes.
        let ours: Vec<_> = complaints
            .iter()
            .filter(|complaint| !complaint.contains("status of 4"))
            .collect();
        ensure!(ours.is_empty(), "the browser complains: {ours:?}");
        Ok(())
    }

    #[tokio::test]
    async fn a_key_is_made_used_frozen_and_revoked() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(true).await?;
        sign_in(&browser, &server, "/console/keys").await?;
        seen(&browser, "keys").await?;
        press(&browser, ".head .primary").await?;
        browser.wait_for_text("New key").await?;
        seen(&browser, "key-new").await?;
        fill(&browser, "[name=name]", "newsletter").await?;
        fill(&browser, "[name='limits.messages_per_day']", "2").await?;
        fill(&browser, "[name='limits.spend_per_day']", "1.00").await?;
        press(&browser, ".submit button").await?;
        // Money without its currency: said at the field, and what was typed is still there.
        browser.wait_for_text("Problem").await?;
        seen(&browser, "key-problem").await?;
        fill(&browser, "[name='limits.currency']", "USD").await?;
        press(&browser, ".submit button").await?;
        browser.wait_for_text("shown this once").await?;
        seen(&browser, "key-secret").await?;
        let secret = browser.text(&browser.find("#secret").await?).await?;
        ensure!(browser.all("[data-copy]:not([hidden])").await?.len() == 1);
        press(&browser, ".submit a").await?;
        browser.wait_for_text("0 of 2").await?;

        let agent = Api::bearer(&server.gateway_url(), &secret);
        let send = |number: &'static str| {
            let agent = agent.clone();
            async move { agent.post("/clicksend/v3/sms/send", &text_to(number)).await }
        };
        send("+15551234560").await?.expect(200)?;
        send("+15551234561").await?.expect(200)?;
        send("+15551234562").await?.expect(403)?;
        let place = browser.url().await?;
        browser.open(&place).await?;
        browser.wait_for_text("2 of 2").await?;
        press(&browser, ".actions a[href$=freeze]").await?;
        browser.wait_for_text("Freeze this key?").await?;
        seen(&browser, "key-freeze").await?;
        press(&browser, "[name=confirm]").await?;
        browser.wait_for_text("Frozen: nothing is sent").await?;
        seen(&browser, "key").await?;
        let refused = send("+15551234563").await?.expect(403)?;
        ensure!(refused["error"] == "frozen", "{refused}");
        press(&browser, ".actions a[href$=unfreeze]").await?;
        press(&browser, "[name=confirm]").await?;
        browser.wait_for_text("New secret").await?;
        press(&browser, ".actions a[href$=change]").await?;
        let day = browser.find("[name='limits.messages_per_day']").await?;
        browser.clear(&day).await?;
        browser.type_into(&day, "3").await?;
        press(&browser, ".submit button").await?;
        browser.wait_for_text("2 of 3").await?;
        send("+15551234564").await?.expect(200)?;
        press(&browser, ".actions a[href$=revoke]").await?;
        press(&browser, "[name=confirm]").await?;
        browser.wait_for_text("Whatever uses it is refused").await?;
        send("+15551234565").await?.expect(401)?;
        quiet(&browser).await
    }

    #[tokio::test]
    async fn an_account_is_connected_verified_fails_and_is_repaired() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command.args(["--egress-allow", "127.0.0.0/8"]);
        })?;
        let browser = Browser::start(true).await?;
        sign_in(&browser, &server, "/console/connections").await?;
        browser.wait_for_text("needs none").await?;
        press(&browser, ".head .primary").await?;
        fill(&browser, "[name=name]", "production").await?;
        press(&browser, "details.more summary").await?;
        fill(&browser, "[name=upstream]", "ftp://nowhere").await?;
        press(&browser, ".submit button").await?;
        browser.wait_for_text("Not done").await?;
        seen(&browser, "connection-problem").await?;
        let upstream = browser.find("[name=upstream]").await?;
        browser.clear(&upstream).await?;
        browser.type_into(&upstream, &server.platform_url()).await?;
        press(&browser, ".submit button").await?;
        browser
            .wait_for_text("It waits for its credentials")
            .await?;
        seen(&browser, "connection-waits").await?;
        let place = browser.url().await?;
        connect(&browser, &server, &server.first.platform_api_key).await?;
        browser.open(&place).await?;
        press(&browser, "[name=verify]").await?;
        browser.wait_for_text("accepts the credentials").await?;
        seen(&browser, "connection").await?;

        // Its key is changed at the provider: asking finds out, and a new link mends it.
        let accounts = server.api().get("/accounts").await?.expect(200)?;
        let account = &accounts["accounts"][0]["account_id"];
        let key = server
            .api()
            .post(&format!("/accounts/{account}/key"), &json!({}))
            .await?
            .expect(200)?;
        let key = key["api_key"].as_str().context("a key")?;
        press(&browser, "[name=verify]").await?;
        browser
            .wait_for_text("does not accept the credentials")
            .await?;
        seen(&browser, "connection-failed").await?;
        browser
            .open(&format!("{}/console/connections", server.gateway_url()))
            .await?;
        browser.wait_for_text("refused the credential").await?;
        seen(&browser, "connections").await?;
        browser.open(&place).await?;
        press(&browser, "[name=reconnect]").await?;
        browser.wait_for_text("New credentials").await?;
        connect(&browser, &server, key).await?;
        browser.open(&place).await?;
        press(&browser, ".actions a[href$=change]").await?;
        let name = browser.find("[name=name]").await?;
        browser.clear(&name).await?;
        browser.type_into(&name, "main account").await?;
        seen(&browser, "connection-change").await?;
        press(&browser, ".submit button").await?;
        let text = browser.wait_for_text("main account").await?;
        ensure!(text.contains("active"), "{text}");
        press(&browser, ".actions a[href$=delete]").await?;
        browser.wait_for_text("cannot be taken back").await?;
        seen(&browser, "connection-delete").await?;
        press(&browser, "[name=confirm]").await?;
        let text = browser.wait_for_text("New connection").await?;
        ensure!(!text.contains("main account"), "{text}");
        quiet(&browser).await
    }

    /// From the link on the page to the connect page, and through it.
    async fn connect(browser: &Browser, server: &Server, key: &str) -> Result<()> {
        press(browser, ".panel .primary").await?;
        fill(
            browser,
            "[name='field.username']",
            &server.first.platform_username,
        )
        .await?;
        fill(browser, "[name='field.password']", key).await?;
        press(browser, "button.primary").await?;
        browser.wait_for_text("is connected").await.map(drop)
    }

    #[tokio::test]
    async fn usage_is_drawn_and_the_record_is_verified() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command
                .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "100")
                .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "100");
        })?;
        let browser = Browser::start(true).await?;
        sign_in(&browser, &server, "/console/usage").await?;
        browser.wait_for_text("Nothing in the last 30 days").await?;
        seen(&browser, "usage-empty").await?;
        let agent = server
            .agent(json!({"limits": {"messages_per_day": 7}}))
            .await?;
        for (number, api) in [
            ("+15551234561", server.api()),
            ("+15551234562", agent.clone()),
            ("+447700900123", agent.clone()),
            ("+61411111111", agent.clone()),
        ] {
            api.post("/clicksend/v3/sms/send", &text_to(number))
                .await?
                .expect(200)?;
        }
        let many: Vec<_> = (1..=9)
            .map(|n| json!({"to": format!("+1555123457{n}"), "body": "x"}))
            .collect();
        agent
            .post("/clicksend/v3/sms/send", &json!({"messages": many}))
            .await?
            .expect(403)?;
        browser
            .open(&format!("{}/console/usage?days=7", server.gateway_url()))
            .await?;
        let text = browser.wait_for_text("By country").await?;
        ensure!(
            text.contains("AU") && text.contains("GB") && text.contains("an agent of a test"),
            "{text}"
        );
        seen(&browser, "usage").await?;
        browser
            .open(&format!("{}/console/audit", server.gateway_url()))
            .await?;
        press(&browser, "[name=verify]").await?;
        browser.wait_for_text("none changed, none missing").await?;
        seen(&browser, "audit").await?;
        let refused = browser.find("#decision option[value=refused]").await?;
        browser.click(&refused).await?;
        press(&browser, "form.filters button").await?;
        browser.wait_for_text("limit messages per day").await?;
        press(&browser, "tbody a").await?;
        browser.wait_for_text("limit_messages_per_day").await?;
        seen(&browser, "audit-record").await?;
        quiet(&browser).await
    }

    #[tokio::test]
    async fn approvals_are_listed_looked_at_and_decided() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(true).await?;
        sign_in(&browser, &server, "/console/approvals").await?;
        seen(&browser, "approvals-empty").await?;
        let (_, first) = crate::console::held(&server, "first of two").await?;
        let (_, second) = crate::console::held(&server, "second of two").await?;
        browser
            .open(&format!("{}/console/approvals", server.gateway_url()))
            .await?;
        browser.wait_for_text("an agent of a test").await?;
        seen(&browser, "approvals").await?;
        for (id, button, said) in [
            (&first, "approve", "by operator"),
            (&second, "deny", "not today"),
        ] {
            browser
                .open(&format!("{}/console/approvals/{id}", server.gateway_url()))
                .await?;
            browser.wait_for_text("asks to send 2 messages").await?;
            seen(&browser, &format!("approval-{button}")).await?;
            fill(&browser, "#reason", "not today").await?;
            press(&browser, &format!("button[name={button}]")).await?;
            browser.wait_for_text(said).await?;
            seen(&browser, &format!("approval-{button}-done")).await?;
        }
        browser
            .open(&format!("{}/console/approvals", server.gateway_url()))
            .await?;
        browser.wait_for_text("denied").await?;
        seen(&browser, "approvals-past").await?;
        quiet(&browser).await
    }
}
