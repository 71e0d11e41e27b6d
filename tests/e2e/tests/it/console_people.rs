//! Contacts, templates, campaigns, the phone's keys and the simulator's chaos in a real browser, with a script and without.

use std::process::Command;

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Home, Server};
use serde_json::{Value, json};

use crate::person::Person;

fn quick(command: &mut Command) {
    command
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "300")
        .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "300");
}

/// Everything about a list, from making it to a campaign that it gets.
async fn a_visit(server: &Server, javascript: bool) -> Result<()> {
    let person = Person::signed_in(server, javascript, "/console/contacts").await?;
    person.open("/console/contacts", "New list").await?;
    if javascript {
        person.look("contacts-empty").await?;
    }
    person.fill("#name", "Friends").await?;
    person
        .click("form.panel button.primary", "Nobody is in this list")
        .await?;
    person.fill("#phone_number", "no number").await?;
    person.fill("#first_name", "Ann").await?;
    person
        .click("#add button.primary", "not a telephone number")
        .await?;
    if javascript {
        person.look("contact-refused").await?;
    }
    person.fill("#phone_number", "+15551230001").await?;
    person
        .click("#add button.primary", "The contact is in the list")
        .await?;

    let file = tempfile::Builder::new().suffix(".csv").tempfile()?;
    let mut csv = "First Name,Mobile\nBob,nonsense\nAnn,+15551230001\n".to_owned();
    for n in 100..400 {
        csv += &format!("Person {n},+1555123{n:04}\n");
    }
    std::fs::write(file.path(), csv)?;
    let list = person.browser.url().await?;
    let list = list.split('?').next().context("an address")?.to_owned();
    let list = list
        .strip_prefix(&server.gateway_url())
        .context("our address")?
        .to_owned();
    person
        .click("a[href$='/import']", "Import contacts")
        .await?;
    if javascript {
        person.look("import-file").await?;
    }
    // WebDriver types the path of a file into the field that chooses one.
    let field = person.browser.find("#file").await?;
    let path = file.path().to_str().context("a path in UTF-8")?;
    person.browser.type_into(&field, path).await?;
    person
        .click("form button.primary", "Say what each column is")
        .await?;
    if javascript {
        person.look("import-columns").await?;
    }
    person.click("button[name=begin]", "Rows read").await?;
    match javascript {
        // Without loading the page again.
        true => person.wait("Rows that were left out").await?,
        false => {
            let here = person.browser.url().await?;
            let here = here
                .strip_prefix(&server.gateway_url())
                .context("our address")?;
            loop {
                person.open(here, "Rows read").await?;
                if person.browser.source().await?.contains("Completed") {
                    break;
                }
            }
        }
    }
    if javascript {
        person.look("import-report").await?;
    }
    person.open(&list, "Remove duplicates").await?;
    if javascript {
        person.look("list").await?;
    }
    person
        .click("button[name=duplicates]", "One duplicate is removed")
        .await?;
    person.fill("#q", "Person 399").await?;
    person.click("form.filters button", "+15551230399").await?;
    person.click("tbody a", "Remove from the list").await?;
    if javascript {
        person.look("contact").await?;
    }
    person.fill("#last_name", "Last").await?;
    person.click("form.form button.primary", "Find").await?;

    person
        .open("/console/templates/new", "New template")
        .await?;
    person.fill("#name", "Reminder").await?;
    person
        .fill("#body", "Hello (First Name), see you tomorrow")
        .await?;
    person
        .click("button[name=preview]", "Hello Ann, see you tomorrow")
        .await?;
    person.click("button[name=save]", "Saved.").await?;
    if javascript {
        person.look("template").await?;
    }
    person.open("/console/templates", "Reminder").await?;
    if javascript {
        person.look("templates").await?;
    }

    person.open(&list, "Send to the list").await?;
    person.click(".head a.primary", "New campaign").await?;
    person
        .click("form.filters button", "Hello Ann, see you tomorrow")
        .await?;
    person.fill("#name", "Spring").await?;
    person
        .click("button[name=price]", "Nothing is sent yet")
        .await?;
    if javascript {
        person.look("campaign-price").await?;
    }
    person
        .click("button[name=send]", "Contacts looked at")
        .await?;
    if javascript {
        // All of it, without loading the page again.
        person.wait("100 %").await?;
        person.look("campaign").await?;
    }
    person.open("/console/campaigns", "Spring").await?;
    if javascript {
        person.look("campaigns").await?;
    }
    person.has_no_complaints().await
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_list_is_made_filled_from_a_file_and_sent_to() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    a_visit(&server, true).await?;
    server.stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn without_a_script_a_list_is_filled_and_sent_to_by_forms() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    a_visit(&server, false).await?;
    server.stop()
}

/// Calls a number that is asked for a key; the call's id.
async fn call(server: &Server, number: &str) -> Result<String> {
    let call = json!({"to": number, "body": "Press a key", "voice": "female", "lang": "en-us", "require_input": 1});
    let body = json!({"messages": [call]});
    let sent = server.api().post("/clicksend/v3/voice/send", &body).await?;
    let id = &sent.expect(200)?["data"]["messages"][0]["message_id"];
    Ok(id.as_str().context("an id")?.to_owned())
}

/// The keys that were pressed in one call.
async fn keys(server: &Server, call: &str) -> Result<Value> {
    let path = format!("/clicksend/v3/voice/history?q=message_id:{call}");
    let row = server.api().get(&path).await?.expect(200)?;
    Ok(row["data"]["data"][0]["digits"].clone())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_call_is_answered_refused_and_missed_with_the_phone() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let number = "+15551234567";
    for javascript in [true, false] {
        let person = Person::signed_in(&server, javascript, "/console/contacts").await?;
        let page = "/console/phone?number=%2B15551234567";
        person.open(page, "The handset +15551234567").await?;
        person
            .click("button[value=by_hand]", "The handset +15551234567")
            .await?;
        let chosen = person.browser.find("button.chosen").await?;
        ensure!(person.browser.text(&chosen).await? == "Ask me");
        let call = call(&server, number).await?;
        loop {
            if !javascript {
                person.open(page, "The handset").await?;
            }
            if person.browser.source().await?.contains("Keys to press")
                || (javascript && person.wait("Keys to press").await.is_ok())
            {
                break;
            }
        }
        if javascript {
            person.look("phone-ringing").await?;
        }
        person
            .click(".keys button[value='7']", "The handset")
            .await?;
        loop {
            if keys(&server, &call).await? == "7" {
                break;
            }
        }
        person.open(page, "Pressed").await?;
        if javascript {
            person.look("phone-answered").await?;
        }
        person
            .click("button[value=off]", "The handset +15551234567")
            .await?;
        let body = json!({"messages": [{"to": number, "body": "Are you there?"}]});
        let sent = server.api().post("/clicksend/v3/sms/send", &body).await?;
        let sent = sent.expect(200)?;
        let id = sent["data"]["messages"][0]["message_id"]
            .as_str()
            .context("an id")?;
        loop {
            let path = format!("/clicksend/v3/sms/history?q=message_id:{id}");
            let row = server.api().get(&path).await?.expect(200)?;
            if row["data"]["data"][0]["status"] == "Failed" {
                break;
            }
        }
        person.open(page, "A message from").await?;
        person
            .click("button[value=on]", "The handset +15551234567")
            .await?;
        loop {
            let inbox = server
                .api()
                .get("/inbox?to=%2B15551234567&wait=20s")
                .await?;
            if inbox.expect(200)?["messages"][0]["body"] == "Are you there?" {
                break;
            }
        }
        person.open(page, "Are you there?").await?;
        person.has_no_complaints().await?;
        server.api().delete("/inbox").await?.expect(200)?;
    }
    server.stop()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn chaos_is_made_and_the_sandbox_is_moved_to_tomorrow_in_a_browser() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(quick)?;
    let accounts = server.api().get("/accounts").await?.expect(200)?;
    let sandbox = accounts["accounts"]
        .as_array()
        .into_iter()
        .flatten()
        .find(|one| one["sandbox"] == true)
        .context("a sandbox")?["account_id"]
        .clone();
    for javascript in [true, false] {
        let person = Person::signed_in(&server, javascript, "/console/contacts").await?;
        person.open("/console/simulator", "Chaos").await?;
        person.fill("#failure_12", "100").await?;
        person.fill("#throttled", "95").await?;
        person.click("#chaos button", "Not done").await?;
        person.fill("#throttled", "").await?;
        person.click("#chaos button", "as you said").await?;
        if javascript {
            person.look("simulator").await?;
        }
        let body =
            json!({"messages": [{"to": "+15551230009", "body": format!("fails {javascript}")}]});
        let sent = server.api().post("/clicksend/v3/sms/send", &body).await?;
        let sent = sent.expect(200)?;
        let id = sent["data"]["messages"][0]["message_id"]
            .as_str()
            .context("an id")?;
        loop {
            let path = format!("/clicksend/v3/sms/history?q=message_id:{id}");
            let row = server.api().get(&path).await?.expect(200)?;
            if row["data"]["data"][0]["status"] == "Failed" {
                break;
            }
        }
        person
            .click("button[name=reset]", "works as it should")
            .await?;
        let page = format!("/console/simulator?account={sandbox}");
        person.open(&page, "The sandbox's clock").await?;
        person.click("button[value='1d']", "86400 s ahead").await?;
        person.click("button[value=freeze]", "stands").await?;
        if javascript {
            person.look("simulator-clock").await?;
        }
        person
            .click("button[value=reset]", "everybody's time")
            .await?;
        person.has_no_complaints().await?;
    }
    server.stop()
}
