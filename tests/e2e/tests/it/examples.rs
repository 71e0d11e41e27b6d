//! Every file under `examples/` is run against the real binary, and what it did is looked at.

mod effects;
mod files;
mod testing;

use anyhow::{Context as _, Result};
use postern_e2e::{Home, Server, peers, script};
use std::path::{Path, PathBuf};

/// What the examples are about, in the order in which they run: a file each in every language.
const IDEAS: [&str; 22] = [
    "account",
    "connections",
    "choose_connection",
    "sms_price",
    "sms_send",
    "sms_history",
    "preview",
    "sms_once",
    "sms_inbound",
    "sms_receipts",
    "sms_schedule",
    "sms_cancel_all",
    "templates",
    "mms",
    "voice",
    "lists",
    "contacts",
    "contacts_copy",
    "remove_duplicates",
    "email_addresses",
    "countries",
    "pages",
];

/// A folder of examples.
struct Language {
    folder: &'static str,
    ending: &'static str,
    /// How its texts call it: "Hello from …".
    name: &'static str,
}

const CURL: Language = Language {
    folder: "curl",
    ending: "sh",
    name: "curl",
};
const PYTHON: Language = Language {
    folder: "python",
    ending: "py",
    name: "Python",
};
const JAVASCRIPT: Language = Language {
    folder: "javascript",
    ending: "mjs",
    name: "JavaScript",
};
const LANGUAGES: [&Language; 3] = [&CURL, &PYTHON, &JAVASCRIPT];

impl Language {
    /// Below `examples/`.
    fn file(&self, stem: &str) -> String {
        format!("{}/{stem}.{}", self.folder, self.ending)
    }
}

mod with_curl {
    use super::*;

    #[tokio::test]
    async fn bash_and_curl() -> Result<()> {
        every_idea(&CURL, &peers::program("bash")?).await
    }
}

mod with_python {
    use super::*;

    #[tokio::test]
    async fn python() -> Result<()> {
        every_idea(&PYTHON, &peers::program("python3")?).await
    }
}

mod with_node {
    use super::*;

    #[tokio::test]
    async fn javascript() -> Result<()> {
        every_idea(&JAVASCRIPT, &peers::program("node")?).await
    }
}

async fn every_idea(language: &Language, interpreter: &Path) -> Result<()> {
    let mut home = Home::new()?;
    let server = start(&mut home)?;
    let url = server.gateway_url();
    let variables = [
        ("POSTERN_URL", url.as_str()),
        ("POSTERN_API_KEY", &server.first.api_key),
        ("PYTHONDONTWRITEBYTECODE", "1"),
    ];
    let before = effects::kept(&server.api()).await?;
    for idea in IDEAS {
        let file = language.file(idea);
        let printed = script::run_at(interpreter, &folder().join(&file), &variables, home.path())?;
        effects::judge(idea, &printed, &server.api(), language.name)
            .await
            .with_context(|| format!("{file} printed:\n{printed}"))?;
        let after = effects::kept(&server.api()).await?;
        assert_eq!(before, after, "{file} cleans up what it made");
    }
    server.stop()
}

/// Handsets get their messages at once.
fn start(home: &mut Home) -> Result<Server> {
    home.start_with(|command| {
        command
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "300")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "300");
    })
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples")
}
