//! `kill -9` in the middle of a CSV import and of removing duplicates: every good row is one contact, every bad one is reported once, and
//! of each number one contact is left.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::time::Duration;

const ROWS: usize = 120_000;
/// Every such row has a number that nobody can have.
const BAD_EVERY: usize = 1_000;
/// Every number stands in the file so many times.
const COPIES: usize = 2;
const GOOD: usize = ROWS - ROWS / BAD_EVERY;
/// Rows that are read when each server is killed, at least.
const KILLED_AT: [usize; 3] = [1, 30_000, 70_000];
/// Between two looks.
const PAUSE: Duration = Duration::from_millis(2);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_row_is_one_contact() -> Result<()> {
    let mut home = Home::new()?;
    let mut server = Some(home.start()?);
    let api = server.as_ref().context("a server")?.native();
    let made = api
        .post("/v3/lists", &json!({"list_name": "Everybody"}))
        .await?
        .expect(200)?;
    let list = format!("/v3/lists/{}", made["data"]["list_id"]);
    let request = api
        .request(
            reqwest::Method::POST,
            &format!("{list}/import?field_order=phone,first_name"),
        )
        .header("content-type", "text/csv")
        .body(file()?);
    let queued = postern_e2e::api::send(request).await?.expect(200)?;
    let report = format!(
        "{list}/import/{}",
        queued["data"]["id"].as_str().context("an import")?
    );

    let mut in_the_middle = 0;
    for least in KILLED_AT {
        let running = match server.take() {
            Some(first) => first,
            None => home.start()?,
        };
        let seen = until(&running.native(), &report, |data| {
            data["rows_read"].as_u64() >= Some(least as u64)
        })
        .await?;
        running.kill()?;
        println!("killed at row {}", seen["rows_read"]);
        in_the_middle += usize::from(seen["status"] == "Running");
    }
    ensure!(in_the_middle > 0, "every kill came too late");

    let running = home.start()?;
    let seen = until(&running.native(), &report, |data| {
        data["status"] != "Running"
    })
    .await?;
    ensure!(
        seen["status"] == "Completed"
            && seen["rows_read"] == ROWS
            && seen["contacts_added"] == GOOD,
        "{}",
        counts(&seen)
    );
    let bad: BTreeSet<_> = seen["bad_rows"]
        .as_array()
        .context("bad rows")?
        .iter()
        .map(|bad| bad["row"].as_u64())
        .collect();
    ensure!(
        bad.len() == ROWS / BAD_EVERY && seen["rows_failed"] == ROWS / BAD_EVERY,
        "{} bad rows, {}",
        bad.len(),
        counts(&seen)
    );
    let api = running.native();
    ensure!(api.get(&list).await?.expect(200)?["data"]["_contacts_count"] == GOOD);
    let names = names(&running, &list).await?;
    ensure!(
        names.len() == GOOD && names.iter().collect::<BTreeSet<_>>().len() == GOOD,
        "{} contacts",
        names.len()
    );

    // The same for what removes most of them again.
    api.put(
        &format!("{list}/remove-duplicates"),
        &json!({"fields": ["phone_number"]}),
    )
    .await?
    .expect(200)?;
    until(&api, &list, |data| {
        data["_contacts_count"].as_u64() < Some(GOOD as u64)
    })
    .await?;
    running.kill()?;
    let running = home.start()?;
    let left = numbers().len();
    until(&running.native(), &list, |data| {
        data["_contacts_count"] == left
    })
    .await?;
    running.kill()?;
    let running = home.start()?;
    ensure!(self::names(&running, &list).await?.len() == left);
    running.stop()
}

fn file() -> Result<String> {
    let mut text = String::new();
    for n in 0..ROWS {
        match is_bad(n) {
            true => writeln!(text, "nobody,N{n}")?,
            false => writeln!(text, "+1555{:07},N{n}", n / COPIES)?,
        }
    }
    Ok(text)
}

fn is_bad(n: usize) -> bool {
    n % BAD_EVERY == BAD_EVERY - 1
}

fn numbers() -> BTreeSet<usize> {
    (0..ROWS)
        .filter(|n| !is_bad(*n))
        .map(|n| n / COPIES)
        .collect()
}

fn counts(report: &Value) -> Value {
    let mut counts = report.clone();
    counts["bad_rows"] = Value::Null;
    counts
}

/// The second column of the export.
async fn names(server: &postern_e2e::Server, list: &str) -> Result<Vec<String>> {
    let link = server
        .native()
        .get(&format!("{list}/export"))
        .await?
        .expect(200)?;
    let client = reqwest::Client::builder().no_proxy().build()?;
    let answer = client
        .get(link["data"]["url"].as_str().context("a link")?)
        .send()
        .await?;
    let text = answer.error_for_status()?.text().await?;
    let mut lines = text.lines();
    let heading: Vec<_> = lines.next().context("a heading")?.split(',').collect();
    let column = heading.iter().position(|name| {
        name.trim_matches('"')
            .to_lowercase()
            .replace([' ', '_'], "")
            == "firstname"
    });
    let column = column.with_context(|| format!("no first name in {heading:?}"))?;
    Ok(lines
        .map(|line| line.split(',').nth(column).unwrap_or_default().to_owned())
        .collect())
}

/// Looks again until it is as wished; the test's own time limit ends this.
async fn until(api: &Api, path: &str, wished: impl Fn(&Value) -> bool) -> Result<Value> {
    loop {
        let seen = api.get(path).await?.expect(200)?["data"].clone();
        if wished(&seen) {
            return Ok(seen);
        }
        tokio::time::sleep(PAUSE).await;
    }
}
