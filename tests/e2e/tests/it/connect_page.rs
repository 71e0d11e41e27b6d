//! The connect page in a real browser: by keyboard, by mouse, with and without JavaScript, as a screen reader has it.

mod with_chromium {
    use anyhow::{Context as _, Result, ensure};
    use postern_e2e::browser::Browser;
    use postern_e2e::{Api, Home, Server};
    use serde_json::{Value, json};

    /// WebDriver's code points for keys that are no characters.
    const TAB: &str = "\u{e004}";
    const ENTER: &str = "\u{e007}";

    /// A connection that waits for a person, to the platform of this very server over a socket.
    async fn pending(server: &Server) -> Result<(String, String)> {
        let body =
            json!({"app": "clicksend", "name": "production", "upstream": server.platform_url()});
        let made = server
            .api()
            .post("/connections", &body)
            .await?
            .expect(201)?;
        assert_eq!(made["connection"]["status"], "PENDING", "{made}");
        let id = made["connection_id"].as_str().context("an id")?.to_owned();
        let url = made["connection"]["url"]
            .as_str()
            .context("a link")?
            .to_owned();
        assert!(url.contains("session_token="), "{url}");
        Ok((id, url))
    }

    async fn started(home: &mut Home) -> Result<Server> {
        home.start_with(|command| {
            command.args(["--egress-allow", "127.0.0.0/8"]);
        })
    }

    async fn status(server: &Server, id: &str) -> Result<Value> {
        Ok(server
            .api()
            .get(&format!("/connections/{id}"))
            .await?
            .expect(200)?["connection"]
            .clone())
    }

    /// What the other tests rest on: the driver types, reads and finds what is wrong.
    #[tokio::test]
    async fn by_itself() -> Result<()> {
        let browser = Browser::start(true).await?;
        browser.open("data:text/html,<html lang='en'><title>t</title><main><h1>h</h1><label>Name <input id='a'></label></main>").await?;
        browser.press(TAB).await?;
        let focused = browser.focused().await?;
        assert_eq!(browser.accessible_name(&focused).await?, "Name");
        browser.type_into(&focused, "typed").await?;
        assert_eq!(
            browser
                .script("return document.getElementById('a').value;")
                .await?,
            "typed"
        );
        browser.accessible("a good page").await?;
        browser.open("data:text/html,<html lang='en'><title>t</title><main><h1>h</h1><input><img src='x'></main>").await?;
        let found = browser
            .accessible("a bad page")
            .await
            .expect_err("an input without a label")
            .to_string();
        ensure!(
            found.contains("label") && found.contains("image-alt"),
            "{found}"
        );
        let silent = Browser::start(false).await?;
        silent.open("data:text/html,<p id='p'>no script</p><script>document.getElementById('p').textContent='script'</script>").await?;
        silent.wait_for_text("no script").await?;
        Ok(())
    }

    #[tokio::test]
    async fn somebody_without_a_mouse_connects_after_a_mistake() -> Result<()> {
        let mut home = Home::new()?;
        let server = started(&mut home).await?;
        let (id, url) = pending(&server).await?;
        let browser = Browser::start(true).await?;
        // Looking spends nothing: mail scanners fetch links before people do.
        for _ in 0..3 {
            assert_eq!(Api::stranger("").fetch(&url).await?.status, 200);
        }
        browser.open(&url).await?;
        let text = browser.wait_for_text("Connect").await?;
        ensure!(
            text.contains(&server.platform.to_string()),
            "it names the host that gets the credentials: {text}"
        );
        ensure!(
            text.contains("production"),
            "it names the connection: {text}"
        );
        browser.accessible("form").await?;
        browser.picture("connect-form").await?;

        // Through the page with the tab key: the skip link, two fields, two buttons, each with a name.
        let mut names = Vec::new();
        for _ in 0..5 {
            browser.press(TAB).await?;
            names.push(browser.accessible_name(&browser.focused().await?).await?);
        }
        ensure!(
            names.iter().all(|name| !name.is_empty()),
            "something with the focus has no name: {names:?}"
        );
        let said = names.join(" | ").to_lowercase();
        for wanted in ["skip", "username", "key", "connect", "sandbox"] {
            ensure!(
                said.contains(wanted),
                "`{wanted}` is not on the way: {said}"
            );
        }

        let username = browser.find("input[name='field.username']").await?;
        let password = browser.find("input[name='field.password']").await?;
        assert_eq!(
            browser.attribute(&password, "type").await?.as_deref(),
            Some("password")
        );
        browser
            .type_into(&username, &server.first.platform_username)
            .await?;
        browser.type_into(&password, "CANARY-mistyped").await?;
        browser.press(ENTER).await?;
        let text = browser.wait_for_text("Not connected yet").await?;
        ensure!(
            text.to_lowercase().contains("api key") || text.contains("credentials"),
            "it says what was wrong: {text}"
        );
        ensure!(
            !browser.source().await?.contains("CANARY-mistyped"),
            "the page does not repeat a secret"
        );
        browser.accessible("form with an error").await?;
        browser.picture("connect-error").await?;
        let after = status(&server, &id).await?;
        assert_ne!(after["status"], "ACTIVE", "{after}");

        let username = browser.find("input[name='field.username']").await?;
        assert_eq!(
            browser.attribute(&username, "value").await?.as_deref(),
            Some(server.first.platform_username.as_str()),
            "what was right need not be typed again"
        );
        let password = browser.find("input[name='field.password']").await?;
        browser
            .type_into(&password, &server.first.platform_api_key)
            .await?;
        browser.press(ENTER).await?;
        browser.wait_for_text("is connected").await?;
        browser.accessible("done").await?;
        browser.picture("connect-done").await?;
        ensure!(
            !browser.url().await?.contains("session_token"),
            "the link is not in the address any more"
        );
        let after = status(&server, &id).await?;
        assert_eq!(after["status"], "ACTIVE", "{after}");
        ensure!(
            !after["url"].to_string().contains("session_token="),
            "no usable link once it is ACTIVE: {after}"
        );

        // The link is spent, and the connection works.
        browser.open(&url).await?;
        browser.wait_for_text("does not work any more").await?;
        browser.accessible("gone").await?;
        browser.picture("connect-gone").await?;
        let call = server
            .api()
            .request(reqwest::Method::GET, "/clicksend/v3/account")
            .header("Maton-Connection", &id);
        postern_e2e::api::send(call).await?.expect(200)?;
        let complaints = browser.complaints().await?;
        // A page that is gone answers 410, which Chromium notes; anything else is ours.
        let ours: Vec<_> = complaints
            .iter()
            .filter(|complaint| !complaint.contains("status of 4"))
            .collect();
        ensure!(ours.is_empty(), "the browser complains: {ours:?}");
        Ok(())
    }

    #[tokio::test]
    async fn it_works_without_javascript_and_offers_the_sandbox() -> Result<()> {
        let mut home = Home::new()?;
        let server = started(&mut home).await?;
        let (id, url) = pending(&server).await?;
        let browser = Browser::start(false).await?;
        browser.open(&url).await?;
        browser.wait_for_text("Connect").await?;
        let before = browser
            .find("input[name='choice'][value='sandbox'] ~ button")
            .await?;
        browser.click(&before).await?;
        browser.wait_for_text("sandbox is connected").await?;
        let after = status(&server, &id).await?;
        assert_eq!(
            (&after["status"], &after["sandbox"]),
            (&json!("ACTIVE"), &json!(true)),
            "{after}"
        );

        let (id, url) = pending(&server).await?;
        browser.open(&url).await?;
        let username = browser.find("input[name='field.username']").await?;
        browser
            .type_into(&username, &server.first.platform_username)
            .await?;
        let password = browser.find("input[name='field.password']").await?;
        browser
            .type_into(&password, &server.first.platform_api_key)
            .await?;
        browser
            .click(&browser.find("button.primary").await?)
            .await?;
        browser.wait_for_text("is connected").await?;
        assert_eq!(status(&server, &id).await?["status"], "ACTIVE");
        Ok(())
    }

    #[tokio::test]
    async fn another_site_cannot_post_the_form_and_a_link_is_good_once() -> Result<()> {
        let mut home = Home::new()?;
        let server = started(&mut home).await?;
        let (id, url) = pending(&server).await?;
        let page = Api::stranger("").fetch(&url).await?;
        for (header, wanted) in [
            ("content-security-policy", "default-src 'none'"),
            ("referrer-policy", "no-referrer"),
            ("cache-control", "no-store"),
            ("x-content-type-options", "nosniff"),
        ] {
            let value = page.header(header).unwrap_or_default();
            ensure!(value.contains(wanted), "{header}: {value}");
        }
        let hidden = |name: &str| -> Result<String> {
            let at = page
                .text
                .find(&format!("name=\"{name}\" value=\""))
                .with_context(|| format!("no {name}"))?;
            let value = page.text[at..].split('"').nth(3).context("a value")?;
            Ok(value.to_owned())
        };
        let form = |password: &str| -> Result<Vec<(&'static str, String)>> {
            Ok(vec![
                ("session_token", hidden("session_token")?),
                ("form_token", hidden("form_token")?),
                ("field.username", server.first.platform_username.clone()),
                ("field.password", password.to_owned()),
            ])
        };
        let right = server.first.platform_api_key.clone();
        let post = |form: Vec<(&'static str, String)>, headers: &[(&str, &str)]| {
            let mut request = server
                .api()
                .request(reqwest::Method::POST, "/connect")
                .body(encoded(&form));
            request = request.header("content-type", "application/x-www-form-urlencoded");
            for (name, value) in headers {
                request = request.header(*name, *value);
            }
            postern_e2e::api::send(request)
        };
        for headers in [
            [("origin", "https://evil.example")],
            [("sec-fetch-site", "cross-site")],
        ] {
            let answer = post(form(&right)?, &headers).await?;
            assert_eq!(answer.status, 403, "{headers:?}: {}", answer.text);
        }
        let mut forged = form(&right)?;
        forged[1].1 = "forged".into();
        assert_eq!(
            post(forged, &[]).await?.status,
            403,
            "a form needs its own token"
        );
        assert_eq!(status(&server, &id).await?["status"], "PENDING");

        // Two people press the button at once: one of them spends the link.
        let (first, second) = tokio::join!(post(form(&right)?, &[]), post(form(&right)?, &[]));
        let mut statuses = [first?.status, second?.status];
        statuses.sort_unstable();
        assert_eq!(statuses, [303, 410]);
        assert_eq!(status(&server, &id).await?["status"], "ACTIVE");
        Ok(())
    }

    /// A form as browsers send it.
    fn encoded(form: &[(&str, String)]) -> String {
        let escape = |text: &str| -> String {
            text.bytes()
                .map(|byte| match byte {
                    b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => {
                        char::from(byte).to_string()
                    }
                    _ => format!("%{byte:02X}"),
                })
                .collect()
        };
        form.iter()
            .map(|(name, value)| format!("{}={}", escape(name), escape(value)))
            .collect::<Vec<_>>()
            .join("&")
    }
}
