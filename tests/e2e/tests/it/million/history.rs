//! Messages: a million in one account's history, most of them scheduled for later and some sent; then pages of it, near and far, found
//! by number, by date and by status.

use super::contacts::{millis, timed};
use super::reading::{Readings, peak_memory};
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, Server};
use serde_json::{Value, json};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

/// The most that one call takes.
const BATCH: usize = 1_000;
const CALLERS: usize = 4;
/// Goal for a durable accept in batches.
const ACCEPTED_PER_SECOND: f64 = 50_000.0;
/// A page anywhere, found by anything, to page 1.
const PAGE_RATIO: f64 = 10.0;
const PAGE_ROWS: usize = 15;
/// Every so many batches is sent at once.
const NOW_EVERY: usize = 50;
const LATER_SECONDS: u64 = 20 * 3600;
const HANDED_OVER_MAX: Duration = Duration::from_secs(600);

pub async fn run(engine: &str, rows: usize, change: impl FnOnce(&mut Command)) -> Result<()> {
    let mut readings = Readings::new(&format!("history on {engine}"), rows);
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command
            .env("POSTERN_PLATFORM_CREDIT", "1000000.00")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "1")
            .env("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "10");
        change(command);
    })?;
    let native = server.native();
    let began = Instant::now();
    send_all(&server, rows).await?;
    let rate = rows as f64 / began.elapsed().as_secs_f64();
    readings.at_least(
        &format!("accepted, {CALLERS} callers, {BATCH} a call"),
        rate,
        "/s",
        ACCEPTED_PER_SECOND,
    );
    handed_over(&native).await?;
    readings.note("most memory", format!("{:.1} MB", peak_memory(&server)?));

    let (far, middle) = ((rows / PAGE_ROWS).min(50_000), rows / 2);
    let date = date_of(&native, rows, middle).await?;
    let newest = date_of(&native, rows, rows - 1).await?;
    let mut first = None;
    for (what, query) in [
        ("page 1", "page=1".to_owned()),
        (
            "page 1, the newest first",
            "page=1&order_by=date:desc".to_owned(),
        ),
        (&format!("page {far}"), format!("page={far}")),
        (
            &format!("page {far}, the newest first"),
            format!("page={far}&order_by=date:desc"),
        ),
        ("by date", format!("date_from={date}&date_to={newest}")),
        ("by number", format!("q=to:%2B{}", number(middle))),
        (
            "by number, the newest first",
            format!("q=to:%2B{}&order_by=date:desc", number(middle)),
        ),
        ("by status, most", "q=status:Scheduled".to_owned()),
        ("by status, few", "q=status:Sent".to_owned()),
        (
            "by status, few, the newest first",
            "q=status:Sent&order_by=date:desc".to_owned(),
        ),
        (
            &format!("by status, page {}", far / 2),
            format!("q=status:Scheduled&page={}", far / 2),
        ),
        ("by sender, all", "q=from:Soak".to_owned()),
        (
            "by status and date",
            format!("q=status:Scheduled&date_from={date}"),
        ),
    ] {
        let time = millis(timed(&native, &format!("/v3/sms/history?{query}")).await?);
        match first {
            None => readings.note(what, format!("{time:.2} ms")),
            Some(first) => readings.at_most(
                &format!("{what}, to page 1"),
                time / first,
                "times",
                PAGE_RATIO,
            ),
        }
        first.get_or_insert(time);
    }
    let scheduled = total(&native, "q=status:Scheduled").await?;
    let sent = total(&native, "q=status:Sent").await?;
    let failed = total(&native, "q=status:Failed").await?;
    ensure!(
        scheduled + sent + failed == rows as u64,
        "{scheduled} + {sent} + {failed} of {rows}"
    );
    ensure!(
        total(&native, "q=from:soak").await? == rows as u64,
        "every message has the one sender"
    );
    ensure!(
        total(&native, &format!("q=to:%2B{}", number(middle))).await? == 1,
        "a number of its own"
    );
    server.stop()?;
    readings.finish()
}

/// An Australian mobile number of its own for each message.
fn number(n: usize) -> usize {
    61_400_000_000 + n
}

async fn send_all(server: &Server, rows: usize) -> Result<()> {
    let next = Arc::new(AtomicUsize::new(0));
    let later = server.now_unix()? + LATER_SECONDS;
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(send_some(server.native(), rows, later, Arc::clone(&next))))
        .collect();
    for caller in callers {
        caller.await??;
    }
    Ok(())
}

async fn send_some(native: Api, rows: usize, later: u64, next: Arc<AtomicUsize>) -> Result<()> {
    loop {
        let batch = next.fetch_add(1, Ordering::Relaxed);
        let begin = batch * BATCH;
        if begin >= rows {
            return Ok(());
        }
        let schedule = if batch.is_multiple_of(NOW_EVERY) {
            0
        } else {
            later
        };
        let messages: Vec<Value> = (begin..(begin + BATCH).min(rows))
            .map(|n| json!({"to": format!("+{}", number(n)), "from": "Soak", "body": format!("Message {n}"), "schedule": schedule, "source": "e2e"}))
            .collect();
        let count = messages.len();
        let answer = native
            .post("/v3/sms/send", &json!({"messages": messages}))
            .await?
            .expect(200)?;
        ensure!(
            answer["data"]["queued_count"] == count,
            "{}",
            answer["data"]["messages"][0]
        );
    }
}

async fn total(native: &Api, query: &str) -> Result<u64> {
    let page = native
        .get(&format!("/v3/sms/history?limit=1&{query}"))
        .await?
        .expect(200)?;
    page["data"]["total"]
        .as_u64()
        .with_context(|| format!("no total in {page}"))
}

/// Until a carrier has everything that is not for later.
async fn handed_over(native: &Api) -> Result<()> {
    let deadline = Instant::now() + HANDED_OVER_MAX;
    // The word for those that a carrier has is also the word for those that arrived.
    while total(native, "q=status:Queued").await? > 0 {
        ensure!(
            Instant::now() < deadline,
            "some messages were never handed over"
        );
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    Ok(())
}

/// When the message with this place in the history was accepted, in seconds.
async fn date_of(native: &Api, rows: usize, place: usize) -> Result<u64> {
    let page = native
        .get(&format!(
            "/v3/sms/history?limit=1&page={}",
            (place + 1).min(rows)
        ))
        .await?
        .expect(200)?;
    let row = &page["data"]["data"][0];
    let date = row["date_added"].as_u64().or_else(|| row["date"].as_u64());
    date.with_context(|| format!("no date in {row}"))
}
