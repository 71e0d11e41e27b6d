//! Connect links at the end of their life, on the real server and its own store.
//!
//! The clock of the real binary is the machine's. A test does not wait half an hour: it moves the stored end of the link, after which
//! the server itself writes the link that belongs to it. The old link must not work then: its end is part of what is authenticated.

use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server};
use rusqlite::{Connection, params};
use serde_json::{Value, json};
use std::time::{Duration, Instant};

const MICROS: i64 = 1_000_000;
const LINK_SECONDS: i64 = 30 * 60;
/// Longer than the longest end that a test sets.
const EXPIRY_MAX: Duration = Duration::from_secs(120);

async fn pending(server: &Server) -> Result<(String, String)> {
    let body = json!({"app": "clicksend", "upstream": server.platform_url()});
    let made = server
        .api()
        .post("/connections", &body)
        .await?
        .expect(201)?;
    let id = made["connection_id"].as_str().context("an id")?.to_owned();
    Ok((id, link(&made["connection"])?))
}

fn link(connection: &Value) -> Result<String> {
    let url = connection["url"].as_str().context("a link")?.to_owned();
    ensure!(
        url.contains("session_token="),
        "no usable link: {connection}"
    );
    Ok(url)
}

async fn connection(server: &Server, id: &str) -> Result<Value> {
    let path = format!("/connections/{id}");
    Ok(server.api().get(&path).await?.expect(200)?["connection"].clone())
}

fn store(home: &Home) -> Result<Connection> {
    Ok(Connection::open(home.data().join("postern.db"))?)
}

fn set_end(home: &Home, id: &str, end: i64) -> Result<()> {
    let sql = "UPDATE connections SET session_expires_at = ?1 WHERE connection_id = ?2";
    ensure!(
        store(home)?.execute(sql, params![end, id])? == 1,
        "no such row"
    );
    Ok(())
}

fn now_micros(server: &Server) -> Result<i64> {
    Ok(i64::try_from(server.now_unix()?)? * MICROS)
}

/// The form's hidden values, as a browser reads them.
fn hidden(page: &str, name: &str) -> Result<String> {
    let at = page
        .find(&format!("name=\"{name}\" value=\""))
        .with_context(|| format!("no {name}"))?;
    Ok(page[at..].split('"').nth(3).context("a value")?.to_owned())
}

async fn choose_sandbox(server: &Server, page: &str) -> Result<postern_e2e::api::Answer> {
    // Tokens are base64url: nothing in them needs an escape.
    let form = format!(
        "session_token={}&form_token={}&choice=sandbox",
        hidden(page, "session_token")?,
        hidden(page, "form_token")?
    );
    let request = Api::stranger(&server.gateway_url())
        .request(reqwest::Method::POST, "/connect")
        .header("content-type", "application/x-www-form-urlencoded")
        .body(form);
    postern_e2e::api::send(request).await
}

fn started(home: &mut Home) -> Result<Server> {
    home.start_with(|command| {
        command.args(["--egress-allow", "127.0.0.0/8"]);
    })
}

#[tokio::test]
async fn a_link_ends_after_half_an_hour() -> Result<()> {
    let mut home = Home::new()?;
    let server = started(&mut home)?;
    let before = now_micros(&server)?;
    let (id, first) = pending(&server).await?;
    let after = now_micros(&server)? + MICROS;
    assert_eq!(Api::stranger("").fetch(&first).await?.status, 200);
    server.stop()?;

    let sql = "SELECT session_expires_at FROM connections WHERE connection_id = ?1";
    let end: i64 = store(&home)?.query_row(sql, [&id], |row| row.get(0))?;
    let life = LINK_SECONDS * MICROS;
    ensure!(
        (before + life..=after + life).contains(&end),
        "{before}..{after} and {end}"
    );

    // A minute of life would be stolen by whoever can write the row: the link that was sent is void then, not longer.
    set_end(&home, &id, end + 60 * MICROS)?;
    let server = started(&mut home)?;
    let at = |url: &str| {
        format!(
            "{}/connect?{}",
            server.gateway_url(),
            url.split_once('?').map_or("", |(_, query)| query)
        )
    };
    let stretched = Api::stranger("").fetch(&at(&first)).await?;
    assert_eq!(stretched.status, 410, "{}", stretched.text);
    ensure!(
        stretched.text.contains("does not work any more"),
        "{}",
        stretched.text
    );

    // The clock cannot be moved, so the end is: near enough to wait for, far enough to be seen alive even on a busy machine.
    let (page, url) = 'alive: {
        for seconds in [2, 8, 32] {
            set_end(&home, &id, now_micros(&server)? + seconds * MICROS)?;
            let Ok(url) = link(&connection(&server, &id).await?) else {
                continue;
            };
            let page = Api::stranger("").fetch(&url).await?;
            if page.status == 200 {
                break 'alive (page, url);
            }
        }
        anyhow::bail!("the link was never seen alive");
    };
    let deadline = Instant::now() + EXPIRY_MAX;
    let gone = loop {
        let page = Api::stranger("").fetch(&url).await?;
        if page.status != 200 {
            break page;
        }
        ensure!(Instant::now() < deadline, "the link never ended");
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(gone.status, 410, "{}", gone.text);
    ensure!(
        gone.text.contains("has expired") && gone.text.contains("30 minutes"),
        "{}",
        gone.text
    );
    ensure!(
        gone.text
            .contains(&format!("postern connection reconnect {id}")),
        "the way on is named: {}",
        gone.text
    );

    // Who opened the page in time and thought too long is told the same, and nothing has changed.
    let late = choose_sandbox(&server, &page.text).await?;
    assert_eq!(late.status, 410, "{}", late.text);
    ensure!(late.text.contains("has expired"), "{}", late.text);
    let now = connection(&server, &id).await?;
    assert_eq!(now["status"], "PENDING", "{now}");
    ensure!(
        !now["url"].to_string().contains("session_token="),
        "no link that does not work: {now}"
    );

    // A new one takes its place.
    let again = server
        .api()
        .post(&format!("/connections/{id}/reconnect"), &json!({}))
        .await?;
    ensure!(again.status < 300, "{again:?}");
    let url = link(&connection(&server, &id).await?)?;
    assert_eq!(Api::stranger("").fetch(&url).await?.status, 200);
    Ok(())
}

#[tokio::test]
async fn a_used_link_is_spent_also_after_a_restart() -> Result<()> {
    let mut home = Home::new()?;
    let server = started(&mut home)?;
    let (id, url) = pending(&server).await?;
    let page = Api::stranger("").fetch(&url).await?;
    // Reading spends nothing: mail programs look at links before people do.
    assert_eq!(Api::stranger("").fetch(&url).await?.status, 200);
    let done = choose_sandbox(&server, &page.text).await?;
    assert_eq!(done.status, 303, "{}", done.text);
    assert_eq!(connection(&server, &id).await?["status"], "ACTIVE");

    let spent = Api::stranger("").fetch(&url).await?;
    assert_eq!(spent.status, 410, "{}", spent.text);
    ensure!(spent.text.contains("It was used already"), "{}", spent.text);
    let twice = choose_sandbox(&server, &page.text).await?;
    assert_eq!(twice.status, 410, "{}", twice.text);
    server.stop()?;

    let server = started(&mut home)?;
    let query = url.split_once('?').map_or("", |(_, query)| query);
    let spent = Api::stranger(&server.gateway_url())
        .get(&format!("/connect?{query}"))
        .await?;
    assert_eq!(spent.status, 410, "{}", spent.text);
    assert_eq!(connection(&server, &id).await?["status"], "ACTIVE");
    Ok(())
}
