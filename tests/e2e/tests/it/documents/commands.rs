//! Commands and programs, with the addresses and folders of a test in them and nothing else changed.

use super::block;
use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server, environment, peers, script};

/// Off a terminal nobody is there to answer or to open a page.
const UNATTENDED: [(&str, &str); 2] = [
    ("--name production ", "--name production --no-wait "),
    ("rotate --retire", "rotate --retire --yes"),
];

/// Runs a block of commands in bash.
fn bash(home: &Home, server: &Server, document: &str, beginning: &str) -> Result<String> {
    let programs = home.path().join("bin");
    if !programs.exists() {
        std::fs::create_dir(&programs)?;
        std::os::unix::fs::symlink(environment::program()?, programs.join("postern"))?;
    }
    let here = home.path().display().to_string();
    let mut text = block(document, beginning)?
        .text
        .replace("http://127.0.0.1:8080", &server.gateway_url())
        .replace(
            "/backups/postern-2026-11-23.db",
            "/backups/postern-$(date +%F).db",
        )
        .replace("/backups/", &format!("{here}/"))
        .replace("/var/lib/postern-new", &format!("{here}/new"))
        .replace("/safe/", &format!("{here}/data/"));
    for (shown, unattended) in UNATTENDED {
        text = text.replace(shown, unattended);
    }
    let path = environment::variable("PATH").unwrap_or_default();
    let variables = [
        ("PATH", &*format!("{}:{path}", programs.display())),
        ("HOME", &here),
        ("POSTERN_DATA_DIR", &home.data().display().to_string()),
        ("POSTERN_URL", &server.gateway_url()),
        ("POSTERN_API_KEY", &server.first.api_key),
    ];
    let bash = peers::program("bash")?;
    let text = format!("set -euo pipefail\n{text}");
    script::run(&bash, &text, &variables, home.path(), "shown.sh")
}

mod with_curl {
    use super::*;

    #[tokio::test]
    async fn the_readme_sends() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        bash(&home, &server, "README.md", "curl -s http")?;
        let rows = history::all(&server.api(), "/clicksend").await?;
        ensure!(
            rows.len() == 1 && rows[0]["body"] == "Hello from Postern",
            "{rows:?}"
        );
        server.stop()
    }
}

#[tokio::test]
async fn the_readme_connects_and_operations_keeps_keys_safe() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    bash(&home, &server, "README.md", "postern connection create")?;
    let connections = server
        .api()
        .get("/connections?status=PENDING")
        .await?
        .expect(200)?;
    ensure!(
        connections["connections"][0]["name"] == "production",
        "{connections}"
    );
    let keys = server.api().get("/keys").await?.expect(200)?;
    let keys = keys["keys"].as_array().context("keys")?;
    let bot = keys
        .iter()
        .find(|key| key["name"] == "support-bot")
        .context("no key")?;
    ensure!(
        bot["role"] == "agent" && bot["limits"]["messages_per_day"] == 200,
        "{bot}"
    );

    bash(&home, &server, "docs/operations.md", "postern backup")?;
    ensure!(
        home.path().join("new/postern.db").is_file(),
        "it is restored"
    );
    bash(&home, &server, "docs/operations.md", "postern vault rotate")?;
    let id = bot["key_id"].as_str().context("an id")?;
    let rotated = server
        .api()
        .get(&format!("/keys/{id}"))
        .await?
        .expect(200)?;
    ensure!(rotated["key"]["overlap_ends_at"].is_string(), "{rotated}");
    let said = bash(&home, &server, "docs/operations.md", "postern config check")?;
    ensure!(said.contains("data_dir"), "{said}");
    server.stop()
}

#[test]
fn an_app_of_ones_own_is_usable() -> Result<()> {
    let home = Home::new()?;
    let file = home.path().join("postern.toml");
    std::fs::write(&file, block("docs/operations.md", "[apps.acme]")?.text)?;
    let mut command = home.command()?;
    command.args(["config", "check", "--config"]).arg(&file);
    let output = postern_e2e::server::finish(&mut command)?;
    ensure!(output.status.success(), "{output:?}");
    Ok(())
}

mod with_sdk6 {
    use super::*;

    #[tokio::test]
    async fn the_readme_points_an_sdk_at_it() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start()?;
        let shown = block("README.md", "import clicksend")?.text;
        let text = shown
            .replace("http://127.0.0.1:8081", &server.platform_url())
            .replace(
                "username=\"…\"",
                &format!("username={:?}", server.first.platform_username),
            )
            .replace(
                "password=\"…\"",
                &format!("password={:?}", server.first.platform_api_key),
            );
        let text = format!(
            "{text}\nprint(clicksend.ManagementApi(clicksend.ApiClient(native)).view_account_details())"
        );
        let said = script::run(&peers::python_sdk6()?, &text, &[], home.path(), "shown.py")?;
        ensure!(said.contains("SUCCESS"), "{said}");
        server.stop()
    }
}
