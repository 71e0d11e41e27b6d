//! `skills/postern/SKILL.md`: every example in it is executed with the key of an agent, and answers what is shown.

use crate::fences::{self, Fence};
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server, peers, script};
use serde_json::{Value, json};
use std::path::Path;

/// What agents' programs read of a skill before they load it.
const DESCRIPTION_LENGTH_MAX: usize = 1024;

fn document() -> Result<String> {
    read("skills/postern/SKILL.md")
}

fn read(file: &str) -> Result<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    Ok(std::fs::read_to_string(root.join(file))?)
}

#[test]
fn it_says_what_it_is_for() -> Result<()> {
    let document = document()?;
    let front = document
        .strip_prefix("---\n")
        .and_then(|rest| rest.split_once("\n---\n"))
        .context("there is front matter")?
        .0;
    let field = |name: &str| {
        front
            .lines()
            .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
            .with_context(|| format!("no {name}"))
    };
    ensure!(field("name")? == "postern", "it is called as its folder is");
    let description = field("description")?;
    ensure!(description.len() <= DESCRIPTION_LENGTH_MAX, "too long");
    // Plain YAML without quotes ends at these.
    ensure!(!description.contains(": ") && !description.contains(" #"));
    Ok(())
}

#[test]
fn the_routes_exist() -> Result<()> {
    let document = document()?;
    let (_, rest) = document.split_once("## Routes\n").context("no routes")?;
    let routes = rest.split("\n## ").next().context("no routes")?;
    let (account, ours) = routes.split_once("Of Postern,").context("two kinds")?;
    let served = read("docs/compatibility.md")?;
    for route in named(account) {
        let route = route.replacen(' ', " /v3", 1);
        // One is documented with a slash at its end.
        let row = [
            format!("| `{route}` | done |"),
            format!("| `{route}/` | done |"),
        ];
        let known = row.iter().any(|row| served.contains(row));
        ensure!(known, "{route} is not served");
    }
    // `{id}` of whatever kind.
    let control = read("docs/control-api.md")?;
    for route in named(ours) {
        let (method, path) = route.split_once(' ').context("method and path")?;
        let row = control.lines().find(|line| {
            line.starts_with("| `") && line.contains(method) && line.contains(&format!("{path}`"))
        });
        ensure!(row.is_some(), "{route} is no route");
    }
    ensure!(named(account).count() > 30 && named(ours).count() > 5);
    Ok(())
}

/// What stands between backticks and begins with a method, without its query.
fn named(text: &str) -> impl Iterator<Item = &str> {
    text.split('`')
        .filter(|part| {
            ["GET /", "POST /", "PUT /", "DELETE /"]
                .iter()
                .any(|method| part.starts_with(method))
        })
        .map(|part| part.split_once('?').map_or(part, |(route, _)| route))
}

mod with_curl {
    use super::*;

    #[tokio::test]
    async fn every_example() -> Result<()> {
        let mut home = Home::new()?;
        let server = home.start_with(|command| {
            command
                .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "300")
                .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "300");
        })?;
        let limits = json!({
            "messages_per_day": 20, "spend_per_day": "5.00", "currency": "USD", "recipients_allow": ["+1555*"],
            "approval_above": {"messages": 3},
        });
        let agent = server.agent(json!({"limits": limits})).await?;
        let url = server.gateway_url();
        let variables = [
            ("POSTERN_URL", url.as_str()),
            ("POSTERN_API_KEY", agent.secret()),
        ];
        let bash = peers::program("bash")?;
        let mut run = 0;
        let mut printed = None;
        for fence in fences::fences(&document()?)? {
            let place = format!("line {}", fence.line);
            match fence.language.as_str() {
                "sh" => {
                    let text = format!("set -euo pipefail\n{}", fence.text);
                    let said = script::run(&bash, &text, &variables, home.path(), "example.sh");
                    printed = Some(said.context(place)?);
                    run += 1;
                }
                "json" => {
                    let said = printed
                        .take()
                        .with_context(|| format!("{place}: of what?"))?;
                    compare(&fence, &said).context(place)?;
                }
                other => anyhow::bail!("{place}: nobody runs {other:?}"),
            }
        }
        ensure!(run > 10, "{run} examples were found");
        approved(&server, &agent).await?;
        server.stop()
    }

    /// What waits for a person is sent once one agrees, as the document says.
    async fn approved(server: &Server, agent: &Api) -> Result<()> {
        let first = &server.first;
        let person = json!({"operator": first.operator, "password": first.operator_password});
        let url = server.gateway_url();
        let stranger = Api::stranger(&url);
        let session = stranger
            .post("/console/session", &person)
            .await?
            .expect(201)?;
        let operator = Api::bearer(&url, session["token"].as_str().context("a token")?);
        let waiting = agent.get("/approvals?state=pending").await?.expect(200)?;
        let id = waiting["approvals"][0]["approval_id"]
            .as_str()
            .context("an id")?;
        let shown = operator
            .get(&format!("/approvals/{id}"))
            .await?
            .expect(200)?;
        let digest = json!({"digest": shown["digest"]});
        operator
            .post(&format!("/approvals/{id}/approve"), &digest)
            .await?
            .expect(200)?;
        let ended = agent
            .get(&format!("/approvals/{id}?wait=60"))
            .await?
            .expect(200)?;
        ensure!(ended["state"] == "sent", "{ended}");
        ensure!(
            ended["answer"]["body"]["data"]["queued_count"] == 4,
            "{ended}"
        );
        Ok(())
    }

    fn compare(fence: &Fence, said: &str) -> Result<()> {
        let shown: Value = serde_json::from_str(&fence.text).context("what is shown is no JSON")?;
        let answer: Value =
            serde_json::from_str(said).with_context(|| format!("no JSON: {said}"))?;
        fences::like(&shown, &answer, "").with_context(|| said.to_owned())
    }
}
