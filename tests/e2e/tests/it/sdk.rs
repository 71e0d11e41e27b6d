//! The official SDKs, unchanged: every method they offer is driven, and what it did is looked at again.
//!
//! A package has a folder here, with a file for each group of methods in `groups`; a new file there is found by itself. What is not
//! driven yet stands in the package's `not_driven.txt`.

use anyhow::{Context as _, Result};
use postern_e2e::{Home, Server, peers, script};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

mod with_sdk6 {
    use super::*;

    #[test]
    fn natively() -> Result<()> {
        let mut home = Home::new()?;
        let server = strict(&mut home)?;
        let host = server.platform_url();
        judge(
            "sdk6",
            &run(
                &home,
                &peers::python_sdk6()?,
                "sdk6/main.py",
                &native(&server, &host),
            )?,
        )
    }

    #[test]
    fn through_the_gateway() -> Result<()> {
        let mut home = Home::new()?;
        let server = strict(&mut home)?;
        let host = format!("{}/clicksend", server.gateway_url());
        let variables = [("HOST", host.as_str()), ("KEY", &server.first.api_key)];
        judge(
            "sdk6",
            &run(&home, &peers::python_sdk6()?, "sdk6/main.py", &variables)?,
        )
    }
}

mod with_sdk5 {
    use super::*;

    #[test]
    fn natively() -> Result<()> {
        let mut home = Home::new()?;
        let server = strict(&mut home)?;
        let host = format!("{}/v3", server.platform_url());
        judge(
            "sdk5",
            &run(
                &home,
                &peers::python_sdk5()?,
                "sdk5/main.py",
                &native(&server, &host),
            )?,
        )
    }
}

mod with_npm_sdk {
    use super::*;

    #[test]
    fn natively() -> Result<()> {
        let mut home = Home::new()?;
        let server = strict(&mut home)?;
        let host = format!("{}/v3", server.platform_url());
        let modules = peers::npm_sdk()?.join("node_modules").display().to_string();
        let mut variables = native(&server, &host).to_vec();
        variables.push(("NODE_PATH", &modules));
        judge(
            "npm",
            &run(&home, &peers::program("node")?, "npm/main.cjs", &variables)?,
        )
    }
}

fn native<'a>(server: &'a Server, host: &'a str) -> [(&'a str, &'a str); 3] {
    [
        ("HOST", host),
        ("USERNAME", &server.first.platform_username),
        ("PASSWORD", &server.first.platform_api_key),
    ]
}

/// Runs a package's program from where it lies, beside its groups.
fn run(
    home: &Home,
    interpreter: &Path,
    program: &str,
    variables: &[(&str, &str)],
) -> Result<Value> {
    let database = home.data().join("postern.db").display().to_string();
    let mut variables = variables.to_vec();
    variables.push(("DATABASE", &database));
    variables.push(("PYTHONDONTWRITEBYTECODE", "1"));
    script::json_of(
        interpreter,
        &folder().join(program),
        &variables,
        home.path(),
    )
}

/// Every method that the package offers is driven, or stands among those that are not; nothing stands there for nothing.
fn judge(package: &str, said: &Value) -> Result<()> {
    let (offered, driven) = (names(&said["offered"])?, names(&said["driven"])?);
    assert!(
        offered.len() > 170,
        "{package}: {} methods were found",
        offered.len()
    );
    let path = folder().join(package).join("not_driven.txt");
    let listed = std::fs::read_to_string(&path)?;
    let listed: BTreeSet<String> = listed
        .lines()
        .filter(|line| !line.is_empty())
        .map(str::to_owned)
        .collect();
    let not_driven: BTreeSet<String> = offered.difference(&driven).cloned().collect();
    let missing: Vec<_> = not_driven.difference(&listed).collect();
    let stale: Vec<_> = listed.difference(&not_driven).collect();
    let list = path.display();
    assert!(
        missing.is_empty(),
        "{package}: methods that no group drives and {list} does not name: {missing:#?}"
    );
    assert!(
        stale.is_empty(),
        "{package}: {list} names methods that are driven, or are none: {stale:#?}"
    );
    println!(
        "{package}: {} checks, {} of {} methods driven",
        said["checks"],
        driven.len(),
        offered.len()
    );
    Ok(())
}

fn names(list: &Value) -> Result<BTreeSet<String>> {
    let list = list.as_array().context("a list of methods")?;
    Ok(list
        .iter()
        .filter_map(|name| name.as_str().map(str::to_owned))
        .collect())
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/sdk")
}

/// Numbers are verified before anything is sent from them, as at ClickSend.
fn strict(home: &mut Home) -> Result<Server> {
    home.start_with(|command| {
        command.env("POSTERN_PLATFORM_SENDERS", "own");
    })
}
