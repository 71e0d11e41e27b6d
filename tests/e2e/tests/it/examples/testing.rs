//! The sign-in with a one-time code and its tests, as three runners run them.

use super::{folder, start};
use anyhow::{Result, ensure};
use postern_e2e::{Home, peers, server::finish};
use std::path::PathBuf;
use std::process::Command;

/// Every file of these folders; the last ones hold the tests.
pub const FILES: [&str; 12] = [
    "testing/cargo/Cargo.lock",
    "testing/cargo/Cargo.toml",
    "testing/cargo/src/lib.rs",
    "testing/cargo/tests/handset/mod.rs",
    "testing/cargo/tests/sign_in.rs",
    "testing/jest/handset.js",
    "testing/jest/package.json",
    "testing/jest/sign_in.js",
    "testing/jest/sign_in.test.js",
    "testing/pytest/conftest.py",
    "testing/pytest/sign_in.py",
    "testing/pytest/test_sign_in.py",
];

mod with_pytest {
    use super::*;

    #[tokio::test]
    async fn pytest() -> Result<()> {
        let mut command = Command::new(peers::python_pytest()?);
        command.args(["-m", "pytest", "-q", "-p", "no:cacheprovider"]);
        command.env("PYTHONDONTWRITEBYTECODE", "1");
        two_pass(command, "pytest", "2 passed").await
    }
}

mod with_jest {
    use super::*;

    #[tokio::test]
    async fn jest() -> Result<()> {
        let mut command = Command::new(peers::program("node")?);
        command.arg(jest_folder()?.join("bin/jest.js"));
        command.args(["--ci", "--no-cache"]);
        two_pass(command, "jest", "2 passed").await
    }

    /// Whoever copies it gets the version that it was run with here.
    #[test]
    fn the_version_is_the_one_that_is_asked_for() -> Result<()> {
        let version = |path: PathBuf, field: &str| -> Result<String> {
            let manifest: serde_json::Value = serde_json::from_slice(&std::fs::read(path)?)?;
            Ok(manifest
                .pointer(field)
                .map(ToString::to_string)
                .unwrap_or_default())
        };
        let wanted = version(
            folder().join("testing/jest/package.json"),
            "/devDependencies/jest",
        )?;
        let installed = version(jest_folder()?.join("package.json"), "/version")?;
        ensure!(
            wanted == installed,
            "{wanted} is asked for, {installed} installed"
        );
        Ok(())
    }

    fn jest_folder() -> Result<PathBuf> {
        Ok(peers::jest()?.join("node_modules/jest"))
    }
}

mod with_sign_in_crate {
    use super::*;

    #[tokio::test]
    async fn cargo_test() -> Result<()> {
        let mut command = Command::new(peers::program("cargo")?);
        command.args(["test", "--locked", "--offline", "--test", "sign_in"]);
        command.env("CARGO_TARGET_DIR", peers::sign_in_crate()?);
        two_pass(command, "cargo", "2 passed").await
    }
}

/// Runs the tests in a folder, and finds what they left: two codes, one of them answered.
async fn two_pass(mut command: Command, below: &str, said: &str) -> Result<()> {
    let mut home = Home::new()?;
    let server = start(&mut home)?;
    command
        .current_dir(folder().join("testing").join(below))
        .env("POSTERN_URL", server.gateway_url())
        .env("POSTERN_API_KEY", &server.first.api_key);
    let output = finish(&mut command)?;
    let printed = String::from_utf8([output.stdout, output.stderr].concat())?;
    ensure!(
        output.status.success() && printed.contains(said),
        "{printed}"
    );
    let history = server
        .api()
        .get("/clicksend/v3/sms/history")
        .await?
        .expect(200)?;
    ensure!(history["data"]["total"] == 2, "{history}");
    let unread = server
        .api()
        .get("/clicksend/v3/sms/inbound")
        .await?
        .expect(200)?;
    ensure!(
        unread["data"]["total"] == 0,
        "the answer was read: {unread}"
    );
    server.stop()
}
