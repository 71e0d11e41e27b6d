//! The documentation in a real browser.

mod with_chromium {
    use anyhow::{Result, ensure};
    use postern_e2e::Home;
    use postern_e2e::browser::Browser;

    /// Without JavaScript, which the pages do not need: from the overview to an operation and its refusal, by links alone.
    #[tokio::test]
    async fn somebody_finds_out_how_to_send() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(false).await?;
        browser
            .open(&format!("{}/docs", server.gateway_url()))
            .await?;
        let text = browser.wait_for_text("The first call").await?;
        ensure!(text.contains(&format!("{}/clicksend/v3/sms/send", server.gateway_url())));
        browser
            .click(&browser.find("a[href='/docs/platform/sms#sendSms']").await?)
            .await?;
        let text = browser.wait_for_text("Send texts").await?;
        ensure!(text.contains("messages[].to"), "{text}");
        let unfold = browser
            .find("#sendSms details:last-of-type summary")
            .await?;
        browser.click(&unfold).await?;
        browser.wait_for_text("FORBIDDEN").await?;
        browser
            .click(
                &browser
                    .find("#sendSms a[href='/docs/errors#FORBIDDEN']")
                    .await?,
            )
            .await?;
        browser.wait_for_text("Codes of the platform").await?;
        let complaints = browser.complaints().await?;
        ensure!(complaints.is_empty(), "{complaints:?}");
        Ok(())
    }

    #[tokio::test]
    async fn every_page_is_accessible_and_fits_a_telephone() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(true).await?;
        browser
            .open(&format!("{}/docs", server.gateway_url()))
            .await?;
        let mut pages = Vec::new();
        for link in browser.all("header > nav a").await? {
            pages.extend(browser.attribute(&link, "href").await?);
        }
        ensure!(pages.len() > 25, "{pages:?}");
        for page in pages {
            let path = page.trim_start_matches(&server.gateway_url()).to_owned();
            browser
                .open(&format!("{}{path}", server.gateway_url()))
                .await?;
            browser
                .script("document.querySelectorAll('main details').forEach((one) => { one.open = true; }); return true;")
                .await?;
            browser.accessible(&path).await?;
            browser.look(false, Some(390)).await?;
            let width = browser
                .script("return document.documentElement.scrollWidth;")
                .await?;
            ensure!(
                width.as_i64() <= Some(390),
                "{path} is {width} wide on a telephone"
            );
            browser.look(false, None).await?;
        }
        let complaints = browser.complaints().await?;
        ensure!(complaints.is_empty(), "{complaints:?}");
        for (path, name) in [
            ("/docs", "docs"),
            ("/docs/platform/sms", "docs-sms"),
            ("/docs/control/keys", "docs-keys"),
            ("/docs/errors", "docs-errors"),
        ] {
            browser
                .open(&format!("{}{path}", server.gateway_url()))
                .await?;
            browser.picture(name).await?;
        }
        Ok(())
    }

    #[tokio::test]
    async fn the_keyboard_reaches_the_content_first() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let browser = Browser::start(true).await?;
        browser
            .open(&format!("{}/docs/control/keys", server.gateway_url()))
            .await?;
        browser.press("\u{E004}").await?;
        let focused = browser.focused().await?;
        ensure!(
            browser
                .text(&focused)
                .await?
                .contains("Skip to the content")
        );
        browser.press("\u{E007}").await?;
        ensure!(browser.url().await?.ends_with("#main"));
        Ok(())
    }
}
