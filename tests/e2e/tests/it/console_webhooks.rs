//! Webhooks in a real browser and by command: an address that refuses, every try of a call, and a replay with the same id.

use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::origin::{Origin, answer};
use postern_e2e::{Home, Server};
use serde_json::{Value, json};

use crate::person::Person;

fn loopback(command: &mut Command) {
    command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8");
}

/// Refuses with words and a number in them until `ready`.
fn moody(ready: &Arc<AtomicBool>) -> Result<Origin> {
    let ready = Arc::clone(ready);
    Origin::start(move |_| match ready.load(Ordering::SeqCst) {
        true => answer("200 OK", "", b"thanks"),
        false => answer("503 Not Yet", "", b"we are closed, +61411111111"),
    })
}

/// The `webhook-id` of each call to the path, in their order.
fn ids(origin: &Origin, path: &str) -> Vec<String> {
    let all = origin.text();
    all.split(&format!("POST {path} "))
        .skip(1)
        .filter_map(|call| {
            let line = call.lines().find(|line| line.starts_with("webhook-id:"))?;
            Some(line.split_once(':')?.1.trim().to_owned())
        })
        .collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_that_failed_is_looked_at_and_replayed_with_its_id() -> Result<()> {
    let ready = Arc::new(AtomicBool::new(false));
    let origin = moody(&ready)?;
    let mut home = Home::new()?;
    let server = home.start_with(loopback)?;
    let person = Person::signed_in(&server, true, "/console/webhooks").await?;
    person.look("webhooks-empty").await?;
    person.click(".head .primary", "What it is told").await?;
    person
        .fill("[name=url]", "http://user:word@shop.test/")
        .await?;
    person.fill("[name=name]", "shop").await?;
    person.click("[name=add]", "Not done").await?;
    person.look("webhook-problem").await?;
    person
        .fill("[name=url]", &format!("{}/hook", origin.url()))
        .await?;
    person.look("webhook-new").await?;
    person.click("[name=add]", "not called lately").await?;
    let webhook = person.browser.url().await?;
    person.look("webhook-quiet").await?;
    // This number answers yes, and the answer is told.
    let yes = json!({"messages": [{"to": "+15550000303", "body": "hello"}]});
    server
        .native()
        .post("/v3/sms/send", &yes)
        .await?
        .expect(200)?;
    // The page looks again by itself.
    person.wait("is tried again").await?;
    person.look("webhook").await?;
    person
        .click("tbody a[href*=pushes]", "we are closed, +…")
        .await?;
    let push = person.browser.url().await?;
    person.look("webhook-push-failed").await?;
    ready.store(true, Ordering::SeqCst);
    person.click("[name=replay]", "thanks").await?;
    let text = person.browser.wait_for_text("arrived").await?;
    ensure!(text.contains("503"), "every try is there: {text}");
    person.look("webhook-push").await?;
    let calls = ids(&origin, "/hook");
    ensure!(
        calls.len() >= 2 && calls.iter().all(|id| *id == calls[0]),
        "{calls:?}"
    );
    ensure!(push.ends_with(&calls[0]), "{push} is not about {calls:?}");

    person.browser.open(&webhook).await?;
    person.click("[name=test]", "A test, to").await?;
    person.wait("thanks").await?;
    person.browser.open(&webhook).await?;
    person.click("[name=off]", "Switched off").await?;
    person.click("[name=on]", "Switch off").await?;
    person.open("/console/webhooks", "Arrived").await?;
    person.look("webhooks").await?;
    person
        .open("/console/webhooks?state=given_up", "Nothing matches")
        .await?;
    person.browser.open(&webhook).await?;
    person
        .click(".actions .danger", "Remove this webhook?")
        .await?;
    person.look("webhook-remove").await?;
    person
        .click("[name=confirm]", "No address is called")
        .await?;
    // What it was told is still on record.
    person.browser.open(&push).await?;
    person.wait("Every try").await?;
    ensure!(person.browser.all(".lead a").await?.is_empty());
    person
        .open("/console/audit?action=push.*", "push.replay")
        .await?;
    person.has_no_complaints().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_alert_is_told_again_without_a_script() -> Result<()> {
    let ready = Arc::new(AtomicBool::new(false));
    let origin = moody(&ready)?;
    let mut home = Home::new()?;
    let server = home.start_with(loopback)?;
    let person = Person::signed_in(&server, false, "/console/webhooks").await?;
    person
        .click("a[href*='told=alerts']", "What it is told")
        .await?;
    person
        .fill("[name=url]", &format!("{}/alerts", origin.url()))
        .await?;
    person.click("[name=add]", "shown this once").await?;
    person.click(".submit a", "None yet").await?;
    person.click("[name=test]", "Alerts to an address").await?;
    person.again_until("503").await?;
    ready.store(true, Ordering::SeqCst);
    person.click("td button", "Alerts to an address").await?;
    person.again_until("thanks").await?;
    // The rules of accessibility are checked by a script.
    let watcher = Person::signed_in(&server, true, "/console/webhooks").await?;
    watcher.browser.open(&person.browser.url().await?).await?;
    watcher.wait("thanks").await?;
    watcher.look("webhook-alerts").await?;
    watcher.has_no_complaints().await?;
    let calls = ids(&origin, "/alerts");
    ensure!(
        calls.len() >= 2 && calls.iter().all(|id| *id == calls[0]),
        "{calls:?}"
    );
    person
        .click(".actions .danger", "Remove this address?")
        .await?;
    person.click("[name=confirm]", "Nobody is told").await?;
    Ok(())
}

fn run(home: &Home, server: &Server, words: &[&str]) -> Result<String> {
    let output = postern_e2e::server::finish(
        home.command()?
            .args(words)
            .env("POSTERN_URL", server.gateway_url())
            .env("POSTERN_API_KEY", &server.first.api_key),
    )?;
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    ensure!(output.status.success(), "{words:?}: {errors}");
    Ok(String::from_utf8(output.stdout)?)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tries_are_listed_and_a_push_replayed_by_command() -> Result<()> {
    let ready = Arc::new(AtomicBool::new(false));
    let origin = moody(&ready)?;
    let mut home = Home::new()?;
    let server = home.start_with(loopback)?;
    let url = format!("{}/hook", origin.url());
    run(&home, &server, &["webhook", "add", &url, "--on", "inbound"])?;
    let yes = json!({"messages": [{"to": "+15550000303", "body": "hello"}]});
    server
        .native()
        .post("/v3/sms/send", &yes)
        .await?
        .expect(200)?;
    let read = |words: &[&str]| -> Result<Value> {
        Ok(serde_json::from_str(&run(
            &home,
            &server,
            &[words, &["--json"]].concat(),
        )?)?)
    };
    let until = async |tries: usize| -> Result<Value> {
        let looking = async {
            loop {
                let found = read(&["webhook", "tries", "push_1"]);
                if let Ok(found) = found
                    && found["tries"]
                        .as_array()
                        .is_some_and(|all| all.len() >= tries)
                {
                    return found;
                }
                tokio::time::sleep(Duration::from_millis(100)).await;
            }
        };
        let found = tokio::time::timeout(Duration::from_secs(30), looking).await;
        found.with_context(|| format!("there are never {tries} tries"))
    };
    let found = until(1).await?;
    ensure!(found["tries"][0]["status"] == 503, "{found}");
    let list = read(&["webhook", "pushes", "--state", "waiting"])?;
    ensure!(list["pushes"][0]["webhook"] == "inbound/1", "{list}");
    ready.store(true, Ordering::SeqCst);
    let again = read(&["webhook", "replay", "push_1"])?;
    ensure!(again["pushes"][0]["push_id"] == "push_1", "{again}");
    let found = until(2).await?;
    ensure!(found["push"]["state"] == "arrived", "{found}");
    let table = run(&home, &server, &["webhook", "tries", "push_1"])?;
    ensure!(
        table.contains("we are closed, +…") && table.contains("thanks"),
        "{table}"
    );
    let table = run(&home, &server, &["webhook", "pushes"])?;
    ensure!(
        table.contains("push_1") && table.contains("arrived"),
        "{table}"
    );
    ensure!(ids(&origin, "/hook") == ["push_1", "push_1"]);
    Ok(())
}
