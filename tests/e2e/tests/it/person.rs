//! An operator with a browser, on the console's pages.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::Server;
use postern_e2e::browser::Browser;

/// A browser, and whose pages it looks at.
pub struct Person<'a> {
    pub browser: Browser,
    server: &'a Server,
}

impl<'a> Person<'a> {
    /// On this page.
    pub async fn signed_in(server: &'a Server, javascript: bool, page: &str) -> Result<Person<'a>> {
        let browser = Browser::start(javascript).await?;
        let person = Person { browser, server };
        person.open(page, "For operators").await?;
        person.fill("#operator", &server.first.operator).await?;
        person
            .fill("#password", &server.first.operator_password)
            .await?;
        person.click("button.primary", "Sign out").await?;
        Ok(person)
    }

    pub async fn open(&self, page: &str, wanted: &str) -> Result<()> {
        let url = format!("{}{page}", self.server.gateway_url());
        self.browser.open(&url).await?;
        self.wait(wanted).await
    }

    pub async fn wait(&self, wanted: &str) -> Result<()> {
        self.browser.wait_for_text(wanted).await.map(drop)
    }

    pub async fn fill(&self, field: &str, text: &str) -> Result<()> {
        let field = self.browser.find(field).await?;
        self.browser.clear(&field).await?;
        self.browser.type_into(&field, text).await
    }

    pub async fn click(&self, button: &str, wanted: &str) -> Result<()> {
        let button = self.browser.find(button).await?;
        self.browser.click(&button).await?;
        self.wait(wanted).await
    }

    /// Looks at the page as a whole: rules of accessibility, and pictures for people.
    pub async fn look(&self, name: &str) -> Result<()> {
        self.browser.accessible(name).await?;
        self.browser.picture(&format!("console-{name}")).await
    }

    pub async fn has_no_complaints(&self) -> Result<()> {
        let complaints = self.browser.complaints().await?;
        // A form that is refused is answered with 4xx, which a browser notes down.
        let real: Vec<_> = complaints
            .iter()
            .filter(|said| !said.contains("status of 4"))
            .collect();
        ensure!(real.is_empty(), "{real:?}");
        Ok(())
    }

    /// Loads the page again until it says so: without a script nothing changes by itself.
    pub async fn again_until(&self, wanted: &str) -> Result<()> {
        let url = self.browser.url().await?;
        let looking = async {
            loop {
                self.browser.open(&url).await?;
                let main = self.browser.find("main").await?;
                if self.browser.text(&main).await?.contains(wanted) {
                    return Ok::<_, anyhow::Error>(());
                }
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        };
        tokio::time::timeout(Duration::from_secs(30), looking)
            .await
            .with_context(|| format!("{url} never says {wanted}"))?
    }
}
