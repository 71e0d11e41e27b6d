//! Contacts: imported from one file, paged, exported, deduplicated; a tenth of them by a server of its own first, to compare its memory.

use super::reading::{Readings, median, peak_memory};
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server, api};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::process::Command;
use std::time::{Duration, Instant};

const IMPORT_ROWS_PER_SECOND: f64 = 100_000.0;
const DUPLICATES_SECONDS_PER_MILLION: f64 = 10.0;
/// The most memory with ten times the file, to that with the file: nothing may grow with it.
const GROWTH_MAX: f64 = 1.3;
/// While duplicates are removed another call waits so long at most.
const OTHERS_WAIT_MAX: f64 = 0.5;
const PAGES: usize = 9;
/// Rows of one job that never ends would be waited for so long.
const JOB_MAX: Duration = Duration::from_secs(1_800);
/// The longest that one upload or download takes; the ordinary client gives up earlier.
const TRANSFER_MAX: Duration = Duration::from_secs(1_800);

pub async fn run(engine: &str, rows: usize, mut change: impl FnMut(&mut Command)) -> Result<()> {
    let small = one(&format!("contacts on {engine}"), rows / 10, &mut change).await?;
    let large = one(&format!("contacts on {engine}"), rows, &mut change).await?;
    let mut readings = Readings::new(&format!("memory on {engine}"), rows);
    for (what, small, large) in [
        ("importing", small.0, large.0),
        ("importing, exporting, deduplicating", small.1, large.1),
    ] {
        readings.note(
            &format!("most memory {what}, a tenth"),
            format!("{small:.1} MB"),
        );
        readings.at_most(
            &format!("most memory {what}, to that"),
            large / small,
            "times",
            GROWTH_MAX,
        );
    }
    readings.finish()
}

/// The file: every tenth number stands in it twice.
fn file(rows: usize) -> Result<String> {
    let mut text = String::with_capacity(rows * 72);
    for n in 0..rows {
        let number = 2_000_000_000 + n % distinct(rows) * 7;
        let (last, year) = (n % 5_000, 1990 + n % 30);
        writeln!(
            text,
            "+1{number},First{n},Last{last},n{n}@example.com,a customer since {year}"
        )?;
    }
    Ok(text)
}

fn distinct(rows: usize) -> usize {
    rows / 10 * 9
}

/// The most memory after the import, and after everything.
async fn one(
    title: &str,
    rows: usize,
    change: &mut impl FnMut(&mut Command),
) -> Result<(f64, f64)> {
    let mut readings = Readings::new(title, rows);
    let mut home = Home::new()?;
    let server = home.start_with(&mut *change)?;
    let native = server.native();
    let made = native
        .post("/v3/lists", &json!({"list_name": "Million"}))
        .await?
        .expect(200)?;
    let list = format!(
        "/v3/lists/{}",
        made["data"]["list_id"].as_i64().context("a list")?
    );
    readings.note(
        "most memory started",
        format!("{:.1} MB", peak_memory(&server)?),
    );

    let began = Instant::now();
    import(&native, &list, file(rows)?, rows).await?;
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    readings.at_least(
        "import, until every row is a contact",
        rate,
        "rows/s",
        IMPORT_ROWS_PER_SECOND,
    );
    let imported = peak_memory(&server)?;
    readings.note("most memory after the import", format!("{imported:.1} MB"));

    pages(&native, &list, rows, &mut readings).await?;

    let began = Instant::now();
    let bytes = export(&native, &list, rows).await?;
    readings.note(
        "export",
        format!("{:.0} rows/s", rows as f64 / began.elapsed().as_secs_f64()),
    );
    readings.note("exported", format!("{} MB", bytes >> 20));

    deduplicate(&server, &native, &list, rows, &mut readings).await?;
    let memory = peak_memory(&server)?;
    readings.note("most memory in the end", format!("{memory:.1} MB"));
    server.stop()?;
    readings.finish()?;
    Ok((imported, memory))
}

async fn import(native: &Api, list: &str, file: String, rows: usize) -> Result<()> {
    let path = format!("{list}/import?field_order=phone,first_name,last_name,email,custom1");
    let request = native
        .request(reqwest::Method::POST, &path)
        .timeout(TRANSFER_MAX)
        .header("content-type", "text/csv")
        .body(file);
    let queued = api::send(request).await?.expect(200)?;
    let id = queued["data"]["id"]
        .as_str()
        .context("an import")?
        .to_owned();
    let deadline = Instant::now() + JOB_MAX;
    let report = loop {
        let report = native
            .get(&format!("{list}/import/{id}"))
            .await?
            .expect(200)?;
        let status = report["data"]["status"].as_str().context("a status")?;
        if !matches!(status, "Running" | "Receiving") {
            break report;
        }
        ensure!(
            Instant::now() < deadline,
            "the import never ended: {report}"
        );
        tokio::time::sleep(Duration::from_millis(50)).await;
    };
    ensure!(report["data"]["contacts_added"] == rows, "{report}");
    Ok(())
}

async fn pages(native: &Api, list: &str, rows: usize, readings: &mut Readings) -> Result<()> {
    let last = rows / 15;
    let mut first = None;
    for (what, query) in [
        ("page 1", "page=1".to_owned()),
        ("the last page", format!("page={last}")),
        ("the newest first", "order_by=contact_id:desc".to_owned()),
        ("by number", "q=phone_number:%2B12000000700".to_owned()),
        (
            "by e-mail address",
            format!("q=email:n{}@example.com", rows - 7),
        ),
        ("changed since", "updated_after=1000".to_owned()),
    ] {
        let time = timed(native, &format!("{list}/contacts?{query}")).await?;
        match first {
            None => readings.note(
                &format!("contacts, {what}"),
                format!("{:.2} ms", millis(time)),
            ),
            Some(first) => readings.at_most(
                &format!("contacts, {what}, to page 1"),
                millis(time) / first,
                "times",
                10.0,
            ),
        }
        first.get_or_insert(millis(time));
    }
    Ok(())
}

/// The median of some calls.
pub async fn timed(native: &Api, path: &str) -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..PAGES {
        let began = Instant::now();
        let page = native.get(path).await?.expect(200)?;
        times.push(began.elapsed());
        let rows = page["data"]["data"]
            .as_array()
            .with_context(|| format!("no rows at {path}"))?;
        ensure!(!rows.is_empty(), "{path} finds nothing");
    }
    Ok(median(times))
}

pub fn millis(time: Duration) -> f64 {
    time.as_secs_f64() * 1e3
}

/// Counts what comes and keeps none of it.
async fn export(native: &Api, list: &str, rows: usize) -> Result<u64> {
    let link = native.get(&format!("{list}/export")).await?.expect(200)?;
    let url = link["data"]["url"].as_str().context("a link")?;
    let client = reqwest::Client::builder()
        .timeout(TRANSFER_MAX)
        .no_proxy()
        .build()?;
    let mut answer = client.get(url).send().await?.error_for_status()?;
    let (mut bytes, mut lines) = (0_u64, 0_usize);
    while let Some(piece) = answer.chunk().await? {
        bytes += piece.len() as u64;
        lines += piece.iter().filter(|byte| **byte == b'\n').count();
    }
    ensure!(lines == rows + 1, "{lines} lines and {rows} contacts");
    Ok(bytes)
}

async fn deduplicate(
    server: &Server,
    native: &Api,
    list: &str,
    rows: usize,
    readings: &mut Readings,
) -> Result<()> {
    let began = Instant::now();
    let body = json!({"fields": ["phone_number"]});
    native
        .put(&format!("{list}/remove-duplicates"), &body)
        .await?
        .expect(200)?;
    let (deadline, mut waited) = (began + JOB_MAX, Duration::ZERO);
    loop {
        let call = Instant::now();
        let found: Value = native.get(list).await?.expect(200)?;
        server
            .api()
            .get("/clicksend/v3/account")
            .await?
            .expect(200)?;
        waited = waited.max(call.elapsed());
        if found["data"]["_list_contacts_count"].as_u64() == Some(distinct(rows) as u64)
            || found["data"]["_contacts_count"].as_u64() == Some(distinct(rows) as u64)
        {
            break;
        }
        ensure!(
            Instant::now() < deadline,
            "duplicates are never removed: {found}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let seconds = began.elapsed().as_secs_f64();
    let goal = DUPLICATES_SECONDS_PER_MILLION * rows as f64 / 1e6;
    readings.at_most("remove-duplicates", seconds, "s", goal);
    readings.at_most(
        "the longest wait of other calls meanwhile",
        waited.as_secs_f64(),
        "s",
        OTHERS_WAIT_MAX,
    );
    Ok(())
}
