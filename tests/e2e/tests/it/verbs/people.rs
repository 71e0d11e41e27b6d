//! Lists, contacts, files of them, and campaigns.

use super::{json, run, text};
use anyhow::{Context as _, Result, ensure};
use postern_e2e::Home;

#[tokio::test]
async fn lists_contacts_and_campaigns() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    json(&home, &server, "list create people")?;
    json(&home, &server, "list rename people friends")?;
    let added = json(
        &home,
        &server,
        "contact add friends --phone +15551230001 --first-name Ann --field custom1=x",
    )?;
    let id = added["data"]["contact_id"].as_i64().context("an id")?;
    json(
        &home,
        &server,
        &format!("contact edit friends {id} --last-name Lee"),
    )?;
    let seen = text(&home, &server, &format!("contact view friends {id}"))?;
    ensure!(
        ["Ann", "Lee", "+15551230001"]
            .iter()
            .all(|one| seen.contains(one)),
        "{seen}"
    );
    json(
        &home,
        &server,
        "contact add friends --phone +15551230001 --first-name Twin",
    )?;
    let removed = json(&home, &server, "list duplicates friends")?;
    ensure!(removed["data"]["deleted"] == 1, "{removed}");
    ensure!(
        text(
            &home,
            &server,
            "contact list friends --search last_name:Lee"
        )?
        .contains("1 contacts"),
        "found"
    );

    let words = [
        "campaign",
        "price",
        "friends",
        "-b",
        "Hi (First Name)",
        "--json",
    ];
    let priced = run(&home, &server, &words)?;
    ensure!(
        String::from_utf8_lossy(&priced.stdout).contains("\"total_count\":1"),
        "{priced:?}"
    );
    let later = json(&home, &server, "campaign send friends -b Hi --schedule 12h")?;
    let number = later["data"]["sms_campaign_id"]
        .as_i64()
        .context("a number")?;
    ensure!(
        text(&home, &server, "campaign list")?.contains("Scheduled"),
        "listed"
    );
    json(&home, &server, &format!("campaign cancel {number} --yes"))?;
    let now = json(&home, &server, "campaign create friends -b Hi")?;
    let number = now["data"]["sms_campaign_id"]
        .as_i64()
        .context("a number")?;
    let arrived = json(&home, &server, "inbox wait +15551230001 --seconds 30")?;
    ensure!(arrived["body"] == "Hi", "{arrived}");
    ensure!(
        text(&home, &server, &format!("campaign view {number}"))?.contains("friends"),
        "viewed"
    );

    json(
        &home,
        &server,
        &format!("contact delete friends {id} --yes"),
    )?;
    let unasked = run(&home, &server, &["list", "delete", "friends"])?;
    ensure!(
        unasked.status.code() == Some(2),
        "nobody is there to ask: {unasked:?}"
    );
    json(&home, &server, "list delete friends --yes")?;
    let gone = run(&home, &server, &["contact", "list", "friends"])?;
    ensure!(gone.status.code() == Some(11), "{gone:?}");
    server.stop()
}

#[tokio::test]
async fn a_file_goes_in_and_comes_out_the_same() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    json(&home, &server, "list create people")?;
    let mut file = String::from("Phone Number,First Name,Comment,custom_1\n");
    for n in 0..250 {
        file.push_str(&format!("+1555124{n:04},Name {n},left out,=1+{n}\n"));
    }
    file.push_str("not a number,Bad,,\n");
    std::fs::write(home.path().join("people.csv"), file)?;
    let brought = run(
        &home,
        &server,
        &["contact", "import", "people", "people.csv", "--json"],
    )?;
    ensure!(
        brought.status.code() == Some(1),
        "a row was left out: {brought:?}"
    );
    let report: serde_json::Value = serde_json::from_slice(&brought.stdout)?;
    ensure!(
        report["contacts_added"] == 250 && report["bad_rows"][0]["row"] == 252,
        "{report}"
    );
    let import = report["id"].as_str().context("its number")?;
    let watched = run(
        &home,
        &server,
        &["contact", "import", "people", "--watch", import, "--json"],
    )?;
    ensure!(watched.stdout == brought.stdout, "{watched:?}");

    let first = text(&home, &server, "contact export people")?;
    ensure!(
        first.lines().count() == 251 && first.contains("'=1+7"),
        "{first}"
    );
    json(&home, &server, "contact export people -o out.csv")?;
    json(&home, &server, "list create copy")?;
    json(&home, &server, "contact import copy out.csv")?;
    ensure!(
        text(&home, &server, "contact export copy")? == first,
        "the same again"
    );
    server.stop()
}

/// Once the file has been handed over nothing of it is lost, whoever dies.
#[tokio::test]
async fn an_import_is_watched_again_after_a_kill() -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start()?;
    let list = json(&home, &server, "list create many")?["data"]["list_id"].to_string();
    let rows: String = (0..20_000)
        .map(|n| format!("+1555{n:07},Name {n}\n"))
        .collect();
    std::fs::write(
        home.path().join("many.csv"),
        format!("phone,first_name\n{rows}"),
    )?;
    let queued = json(
        &home,
        &server,
        &format!("contact import {list} many.csv --no-wait"),
    )?;
    let import = queued["data"]["id"].as_str().context("its number")?;
    server.kill()?;
    let server = home.start()?;
    let report = json(
        &home,
        &server,
        &format!("contact import {list} --watch {import}"),
    )?;
    ensure!(
        report["contacts_added"] == 20_000 && report["status"] == "Completed",
        "{report}"
    );
    let counted = json(&home, &server, &format!("contact list {list} --limit 1"))?;
    ensure!(counted["data"]["total"] == 20_000, "{counted}");
    server.stop()
}
