//! Servers kept by name, and an operator who stays signed in.

use super::json;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::server::finish;
use postern_e2e::{Home, Server};
use serde_json::{Value, json as object};
use std::process::Output;

/// A command that has nothing but its home.
fn alone(home: &Home, line: &str, variables: &[(&str, &str)]) -> Result<Output> {
    let mut command = home.command()?;
    command.args(line.split(' ')).env("HOME", home.path());
    finish(command.envs(variables.iter().copied()))
}

fn done(home: &Home, line: &str, variables: &[(&str, &str)]) -> Result<Value> {
    let output = alone(home, &format!("{line} --json"), variables)?;
    ensure!(output.status.success(), "{line}: {output:?}");
    Ok(serde_json::from_slice(&output.stdout)?)
}

#[tokio::test]
async fn a_profile_takes_the_place_of_variables() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    std::fs::write(
        home.path().join("key"),
        format!("{}\n", server.first.api_key),
    )?;
    let url = server.gateway_url();
    let line = format!("profile add here --url {url} --key-file key");
    done(&home, &line, &[])?;
    let who = done(&home, "whoami", &[])?;
    ensure!(who["key"]["role"] == "full", "{who}");
    done(
        &home,
        &format!("profile add there --url {url} --no-key"),
        &[],
    )?;
    let refused = alone(&home, "whoami --profile there", &[])?;
    ensure!(
        refused.status.code() == Some(10),
        "it has no key: {refused:?}"
    );
    // What is kept for one server goes to no other one.
    let elsewhere = alone(&home, "whoami --url http://127.0.0.1:1", &[])?;
    ensure!(elsewhere.status.code() == Some(10), "{elsewhere:?}");
    let list = done(&home, "profile list", &[])?;
    ensure!(
        list[0]["name"] == "here" && list[0]["current"] == true,
        "{list}"
    );
    ensure!(
        !list.to_string().contains(&server.first.api_key),
        "no key is shown"
    );
    done(&home, "profile use there", &[])?;
    done(&home, "profile remove here --yes", &[])?;
    ensure!(
        alone(&home, "whoami --profile here", &[])?.status.code() == Some(11),
        "forgotten"
    );
    server.stop()
}

/// An approval that waits, made by a key whose sends a person decides about.
async fn held(home: &Home, server: &Server) -> Result<String> {
    let limits = object!({"approval_above": {"messages": 0}});
    let body = object!({"name": "careful", "role": "agent", "limits": limits});
    let key = server.api().post("/keys", &body).await?.expect(201)?;
    let secret = key["api_key"].as_str().context("a key")?;
    let url = server.gateway_url();
    let variables = [("POSTERN_URL", &*url), ("POSTERN_API_KEY", secret)];
    let output = alone(home, "sms send +15551234567 -b hi --json", &variables)?;
    ensure!(output.status.code() == Some(10), "it is held: {output:?}");
    let list = json(home, server, "approval list --state pending")?;
    let id = list["approvals"][0]["approval_id"].as_str();
    Ok(id.context("an approval")?.to_owned())
}

#[tokio::test]
async fn an_operator_signs_in_once() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let approval = held(&home, &server).await?;
    let url = server.gateway_url();
    let first = &server.first;
    let with_password = [
        ("POSTERN_URL", &*url),
        ("POSTERN_OPERATOR_PASSWORD", &*first.operator_password),
    ];
    done(
        &home,
        &format!("operator sign-in {}", first.operator),
        &with_password,
    )?;
    let file = home.path().join(".config/postern/profiles.toml");
    let kept = std::fs::read_to_string(&file)?;
    ensure!(
        !kept.contains(&first.operator_password),
        "no password is kept"
    );
    // Neither a key nor a password any more.
    let decided = done(&home, &format!("approval approve {approval} --yes"), &[])?;
    ensure!(decided["state"] != "pending", "{decided}");
    done(&home, "operator sign-out", &[])?;
    let refused = alone(&home, &format!("approval deny {approval}"), &[])?;
    ensure!(refused.status.code() == Some(10), "{refused:?}");
    ensure!(
        !std::fs::read_to_string(&file)?.contains("pso_"),
        "the session is forgotten"
    );
    server.stop()
}
