//! Chromium, driven over WebDriver.

use crate::peers;
use anyhow::{Context as _, Result, bail};
use reqwest::Method;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const DRIVER_START_MAX: Duration = Duration::from_secs(30);
/// How long a page may take to become what a test waits for.
const PAGE_MAX: Duration = Duration::from_secs(20);
/// The key under which WebDriver hands out elements, from its specification.
const ELEMENT: &str = "element-6066-11e4-a52e-4f735466cecf";

pub struct Browser {
    driver: Child,
    session: String,
    client: reqwest::Client,
    _profile: TempDir,
}

/// Something on a page.
#[derive(Clone, Debug)]
pub struct Element(String);

impl Browser {
    /// A new browser with an empty profile.
    ///
    /// # Errors
    /// When Chromium or its driver does not start.
    pub async fn start(javascript: bool) -> Result<Self> {
        let chromium = peers::program("chromium")?;
        let mut driver = Command::new(peers::program("chromedriver")?)
            .arg("--port=0")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()?;
        let Ok(port) = driver_port(&mut driver) else {
            let _ = driver.kill();
            let _ = driver.wait();
            bail!("chromedriver did not say its port");
        };
        let profile = tempfile::Builder::new()
            .prefix("postern-chromium-")
            .tempdir()?;
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(60))
            .build()?;
        let mut browser = Self {
            driver,
            session: format!("http://127.0.0.1:{port}/session"),
            client,
            _profile: profile,
        };
        let arguments = [
            "--headless=new",
            // Chromium's own sandbox does not start for root or in most containers; it sees only our pages.
            "--no-sandbox",
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--disable-quic",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--window-size=1100,1400",
        ];
        let mut arguments: Vec<String> = arguments
            .iter()
            .map(|&argument| argument.to_owned())
            .collect();
        arguments.push(format!(
            "--user-data-dir={}",
            browser._profile.path().display()
        ));
        let javascript_setting = if javascript { 1 } else { 2 };
        let capabilities = json!({"capabilities": {"alwaysMatch": {
            "browserName": "chrome",
            "goog:chromeOptions": {
                "binary": chromium,
                "args": arguments,
                "prefs": {"profile.managed_default_content_settings.javascript": javascript_setting},
            },
            "goog:loggingPrefs": {"browser": "ALL"},
        }}});
        let answer = browser
            .call(Method::POST, "", &capabilities)
            .await
            .context("starting Chromium")?;
        let id = answer["sessionId"]
            .as_str()
            .context("a session without an id")?;
        browser.session = format!("{}/{id}", browser.session);
        Ok(browser)
    }

    /// # Errors
    /// When the page does not load.
    pub async fn open(&self, url: &str) -> Result<()> {
        self.call(Method::POST, "/url", &json!({"url": url}))
            .await?;
        Ok(())
    }

    /// # Errors
    /// When the browser is gone.
    pub async fn url(&self) -> Result<String> {
        Ok(self
            .call(Method::GET, "/url", &Value::Null)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// # Errors
    /// When the browser is gone.
    pub async fn title(&self) -> Result<String> {
        Ok(self
            .call(Method::GET, "/title", &Value::Null)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// The page's HTML as the browser has it.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn source(&self) -> Result<String> {
        Ok(self
            .call(Method::GET, "/source", &Value::Null)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// Every element that a CSS selector finds.
    ///
    /// # Errors
    /// When the selector is malformed.
    pub async fn all(&self, selector: &str) -> Result<Vec<Element>> {
        let found = self
            .call(
                Method::POST,
                "/elements",
                &json!({"using": "css selector", "value": selector}),
            )
            .await?;
        Ok(found
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|element| element[ELEMENT].as_str())
            .map(|id| Element(id.to_owned()))
            .collect())
    }

    /// The first element that a CSS selector finds, waited for.
    ///
    /// # Errors
    /// When none appears.
    pub async fn find(&self, selector: &str) -> Result<Element> {
        let deadline = Instant::now() + PAGE_MAX;
        loop {
            if let Some(element) = self.all(selector).await?.into_iter().next() {
                return Ok(element);
            }
            if Instant::now() > deadline {
                bail!(
                    "nothing on the page is `{selector}`:\n{}",
                    self.source().await?
                );
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// Waits until the page's visible text has this in it.
    ///
    /// # Errors
    /// When it does not appear.
    pub async fn wait_for_text(&self, wanted: &str) -> Result<String> {
        let deadline = Instant::now() + PAGE_MAX;
        loop {
            // The page may be on its way to the next one.
            let text = match self.all("body").await?.first() {
                Some(body) => self.text(body).await.unwrap_or_default(),
                None => String::new(),
            };
            if text.to_lowercase().contains(&wanted.to_lowercase()) {
                return Ok(text);
            }
            if Instant::now() > deadline {
                bail!("the page never said `{wanted}`, but: {text}");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    /// # Errors
    /// When the element is gone.
    pub async fn text(&self, element: &Element) -> Result<String> {
        let text = self
            .call(
                Method::GET,
                &format!("/element/{}/text", element.0),
                &Value::Null,
            )
            .await?;
        Ok(text.as_str().unwrap_or_default().to_owned())
    }

    /// # Errors
    /// When the element is gone.
    pub async fn attribute(&self, element: &Element, name: &str) -> Result<Option<String>> {
        let path = format!("/element/{}/attribute/{name}", element.0);
        Ok(self
            .call(Method::GET, &path, &Value::Null)
            .await?
            .as_str()
            .map(str::to_owned))
    }

    /// The name that a screen reader says.
    ///
    /// # Errors
    /// When the element is gone.
    pub async fn accessible_name(&self, element: &Element) -> Result<String> {
        let path = format!("/element/{}/computedlabel", element.0);
        Ok(self
            .call(Method::GET, &path, &Value::Null)
            .await?
            .as_str()
            .unwrap_or_default()
            .to_owned())
    }

    /// # Errors
    /// When the element cannot be typed into.
    pub async fn type_into(&self, element: &Element, text: &str) -> Result<()> {
        self.call(
            Method::POST,
            &format!("/element/{}/value", element.0),
            &json!({"text": text}),
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the element cannot be emptied.
    pub async fn clear(&self, element: &Element) -> Result<()> {
        self.call(
            Method::POST,
            &format!("/element/{}/clear", element.0),
            &json!({}),
        )
        .await?;
        Ok(())
    }

    /// # Errors
    /// When the element cannot be clicked.
    pub async fn click(&self, element: &Element) -> Result<()> {
        self.call(
            Method::POST,
            &format!("/element/{}/click", element.0),
            &json!({}),
        )
        .await?;
        Ok(())
    }

    /// Types keys at whatever has the focus, as somebody without a mouse does.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn press(&self, keys: &str) -> Result<()> {
        let actions: Vec<Value> = keys
            .chars()
            .flat_map(|key| {
                [
                    json!({"type": "keyDown", "value": key}),
                    json!({"type": "keyUp", "value": key}),
                ]
            })
            .collect();
        let body = json!({"actions": [{"type": "key", "id": "keyboard", "actions": actions}]});
        self.call(Method::POST, "/actions", &body).await?;
        Ok(())
    }

    /// The element that has the focus.
    ///
    /// # Errors
    /// When none has.
    pub async fn focused(&self) -> Result<Element> {
        let found = self
            .call(Method::GET, "/element/active", &Value::Null)
            .await?;
        Ok(Element(
            found[ELEMENT]
                .as_str()
                .context("nothing has the focus")?
                .to_owned(),
        ))
    }

    /// Runs a script in the page and hands back what it returns.
    ///
    /// # Errors
    /// When it throws.
    pub async fn script(&self, script: &str) -> Result<Value> {
        self.call(
            Method::POST,
            "/execute/sync",
            &json!({"script": script, "args": []}),
        )
        .await
    }

    /// What the page complained about: errors and violations of its own policy.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn complaints(&self) -> Result<Vec<String>> {
        let entries = self
            .call(Method::POST, "/se/log", &json!({"type": "browser"}))
            .await?;
        Ok(entries
            .as_array()
            .into_iter()
            .flatten()
            .filter(|entry| entry["level"] == "SEVERE" || entry["source"] == "security")
            .map(|entry| entry["message"].to_string())
            .collect())
    }

    /// A picture of the whole window.
    ///
    /// # Errors
    /// When it cannot be written.
    pub async fn screenshot(&self, file: &Path) -> Result<()> {
        let picture = self.call(Method::GET, "/screenshot", &Value::Null).await?;
        let bytes = base64::Engine::decode(
            &base64::engine::general_purpose::STANDARD,
            picture.as_str().context("a picture that is no text")?,
        )?;
        std::fs::write(file, bytes)?;
        Ok(())
    }

    /// A picture where `POSTERN_TEST_SCREENSHOTS` says, for people to look at: as it is, in the dark, and at phone width.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn picture(&self, name: &str) -> Result<()> {
        let Some(folder) = crate::environment::variable("POSTERN_TEST_SCREENSHOTS") else {
            return Ok(());
        };
        let folder = Path::new(&folder);
        self.screenshot(&folder.join(format!("{name}.png"))).await?;
        self.look(true, None).await?;
        self.screenshot(&folder.join(format!("{name}-dark.png")))
            .await?;
        self.look(false, Some(390)).await?;
        self.screenshot(&folder.join(format!("{name}-phone.png")))
            .await?;
        self.look(false, None).await
    }

    /// Shows pages in the dark or not, and at a width of its own.
    ///
    /// # Errors
    /// When the browser is gone.
    pub async fn look(&self, dark: bool, width: Option<u32>) -> Result<()> {
        let scheme = if dark { "dark" } else { "light" };
        let features = json!([{"name": "prefers-color-scheme", "value": scheme}]);
        self.command("Emulation.setEmulatedMedia", &json!({"features": features}))
            .await?;
        match width {
            Some(width) => {
                let metrics =
                    json!({"width": width, "height": 1400, "deviceScaleFactor": 1, "mobile": true});
                self.command("Emulation.setDeviceMetricsOverride", &metrics)
                    .await
            }
            None => {
                self.command("Emulation.clearDeviceMetricsOverride", &json!({}))
                    .await
            }
        }
    }

    /// A command of Chromium's own protocol.
    async fn command(&self, name: &str, parameters: &Value) -> Result<()> {
        let body = json!({"cmd": name, "params": parameters});
        self.call(Method::POST, "/goog/cdp/execute", &body)
            .await
            .map(drop)
    }

    /// Rules of accessibility that a program can check, on the page as it is now, in the light and in the dark.
    ///
    /// # Errors
    /// When it breaks one, by name.
    pub async fn accessible(&self, page: &str) -> Result<()> {
        for dark in [false, true] {
            self.look(dark, None).await?;
            self.accessible_now(page).await?;
        }
        self.look(false, None).await
    }

    async fn accessible_now(&self, page: &str) -> Result<()> {
        let axe = std::fs::read_to_string(peers::axe()?)?;
        self.script(&format!("{axe}\nreturn true;")).await?;
        self.script("window.axeDone = null; axe.run().then((result) => { window.axeDone = result.violations; });")
            .await?;
        let deadline = Instant::now() + PAGE_MAX;
        let violations = loop {
            let found = self.script("return window.axeDone;").await?;
            if !found.is_null() {
                break found;
            }
            if Instant::now() > deadline {
                bail!("axe never ended");
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        };
        let named: Vec<String> = violations
            .as_array()
            .into_iter()
            .flatten()
            .map(|violation| {
                format!(
                    "{}: {} {}",
                    violation["id"], violation["help"], violation["nodes"][0]["html"]
                )
            })
            .collect();
        match named.is_empty() {
            true => Ok(()),
            false => bail!("{page}: {}", named.join("\n")),
        }
    }

    async fn call(&self, method: Method, path: &str, body: &Value) -> Result<Value> {
        let mut request = self
            .client
            .request(method.clone(), format!("{}{path}", self.session));
        if method == Method::POST {
            request = request.json(body);
        }
        let response = request.send().await?;
        let status = response.status();
        let text = response.text().await?;
        let answer: Value =
            serde_json::from_str(&text).with_context(|| format!("the driver said: {text}"))?;
        if !status.is_success() {
            bail!("{method} {path}: {}", answer["value"]["message"]);
        }
        Ok(answer["value"].clone())
    }
}

impl Drop for Browser {
    fn drop(&mut self) {
        // Ending the session ends Chromium; killing the driver alone would leave it behind.
        if let Some((address, path)) = self.session.trim_start_matches("http://").split_once('/')
            && let Ok(address) = address.parse()
        {
            let request =
                format!("DELETE /{path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
            let _ = crate::raw::exchange(address, request.as_bytes(), Duration::from_secs(10));
        }
        let _ = self.driver.kill();
        let _ = self.driver.wait();
    }
}

fn driver_port(driver: &mut Child) -> Result<u16> {
    let stdout = driver.stdout.take().context("its output is piped")?;
    let (say, said) = std::sync::mpsc::channel();
    std::thread::spawn(move || {
        // "ChromeDriver was started successfully on port 40123."
        for line in BufReader::new(stdout).lines().map_while(Result::ok) {
            if let Some((_, port)) = line.split_once("successfully on port ") {
                let _ = say.send(port.trim_end_matches('.').parse());
            }
        }
    });
    Ok(said.recv_timeout(DRIVER_START_MAX)??)
}
