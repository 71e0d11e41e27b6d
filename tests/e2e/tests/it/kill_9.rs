//! `kill -9` during sends: what was answered is there exactly once, what was not is there at most once.

use crate::history;
use anyhow::{Context as _, Result, ensure};
use postern_e2e::{Api, Home, environment};
use std::collections::{BTreeMap, BTreeSet};
use std::process::Command;
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// In a test run; `cargo xtask soak` asks for more.
const KILLS: u64 = 4;
/// Callers at once: half through the gateway, half natively.
const CALLERS: usize = 8;
/// The server lives so long after the first answer, at most.
const LIFE_MAX_MS: u64 = 400;

/// What was asked for, and what of it was answered.
#[derive(Default)]
struct Ledger {
    attempted: BTreeSet<String>,
    accepted: BTreeSet<String>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_answered_message_is_in_history_exactly_once() -> Result<()> {
    survive(|_| {}).await
}

mod with_postgres {
    use anyhow::{Context as _, Result};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn every_answered_message_is_in_history_exactly_once() -> Result<()> {
        let database = postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")?;
        super::survive(|command| {
            command.env("POSTERN_DATABASE_URL", database.url());
        })
        .await
    }
}

/// Kills servers whose command was changed like this, and looks at what the last one finds.
async fn survive(surroundings: impl Fn(&mut Command)) -> Result<()> {
    let kills =
        environment::variable("POSTERN_TEST_KILLS").map_or(Ok(KILLS), |text| text.parse())?;
    let seed: u64 =
        environment::variable("POSTERN_TEST_SEED").map_or(Ok(20_261_123), |text| text.parse())?;
    println!("{kills} kills, seed {seed}");
    let mut random = seed;
    let mut home = Home::new()?;
    let ledger = Arc::new(Mutex::new(Ledger::default()));
    let rich = |command: &mut Command| {
        command.env("POSTERN_PLATFORM_CREDIT", "1000000.00");
        surroundings(command);
    };
    let mut credit = None;
    for kill in 0..kills {
        let server = home
            .start_with(rich)
            .with_context(|| format!("start {kill}"))?;
        if credit.is_none() {
            credit = Some(history::balance(&server.api(), "/clicksend").await?);
        }
        let callers: Vec<_> = (0..CALLERS)
            .map(|caller| {
                let (api, prefix) = if caller % 2 == 0 {
                    (server.api(), "/clicksend")
                } else {
                    (server.native(), "")
                };
                tokio::spawn(call_until_dead(
                    api,
                    prefix,
                    format!("{kill}-{caller}"),
                    Arc::clone(&ledger),
                ))
            })
            .collect();
        // The first answer starts the clock: a slow start must not mean that nothing was under way.
        let before = accepted(&ledger)?;
        while accepted(&ledger)? == before {
            ensure!(
                callers.iter().any(|caller| !caller.is_finished()),
                "nothing was ever answered:\n{}",
                server.said()
            );
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
        random = random
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        tokio::time::sleep(Duration::from_millis((random >> 33) % LIFE_MAX_MS)).await;
        server.kill()?;
        for caller in callers {
            caller.await??;
        }
    }

    let server = home.start_with(rich)?;
    let rows = history::all(&server.native(), "").await?;
    let balance = history::balance(&server.native(), "").await?;
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    let mut ids = BTreeSet::new();
    let mut charged = 0.0;
    for row in &rows {
        *counts
            .entry(row["custom_string"].as_str().unwrap_or_default().to_owned())
            .or_default() += 1;
        ensure!(
            ids.insert(row["message_id"].to_string()),
            "a message id twice: {row}"
        );
        charged += row["message_price"]
            .as_str()
            .context("a price")?
            .parse::<f64>()?;
    }
    let ledger = ledger.lock().ok().context("no caller panicked")?;
    let lost: Vec<_> = ledger
        .accepted
        .iter()
        .filter(|reference| !counts.contains_key(*reference))
        .collect();
    ensure!(
        lost.is_empty(),
        "{} of {} answered messages are lost: {lost:?}",
        lost.len(),
        ledger.accepted.len()
    );
    let doubled: Vec<_> = counts.iter().filter(|(_, count)| **count > 1).collect();
    ensure!(doubled.is_empty(), "sent more than once: {doubled:?}");
    let strange: Vec<_> = counts
        .keys()
        .filter(|reference| !ledger.attempted.contains(*reference))
        .collect();
    ensure!(strange.is_empty(), "nobody asked for {strange:?}");
    let credit = credit.context("it was read once")?;
    ensure!(
        (credit - charged - balance).abs() < 1e-6,
        "{credit} − {charged} in history is not the balance {balance}"
    );
    println!(
        "{kills} kills: {} attempted, {} answered, {} in history, none lost, none doubled, the balance agrees",
        ledger.attempted.len(),
        ledger.accepted.len(),
        rows.len()
    );
    Ok(())
}

fn accepted(ledger: &Mutex<Ledger>) -> Result<usize> {
    Ok(ledger
        .lock()
        .ok()
        .context("no caller panicked")?
        .accepted
        .len())
}

/// Sends, one call after the other, batches of one to three messages, until the server is gone.
async fn call_until_dead(
    api: Api,
    prefix: &str,
    name: String,
    ledger: Arc<Mutex<Ledger>>,
) -> Result<()> {
    for call in 0.. {
        let references: Vec<String> = (0..=call % 3)
            .map(|message| format!("{name}-{call}-{message}"))
            .collect();
        ledger
            .lock()
            .ok()
            .context("no caller panicked")?
            .attempted
            .extend(references.iter().cloned());
        let Ok(answer) = api
            .post(
                &format!("{prefix}/v3/sms/send"),
                &history::messages(&references),
            )
            .await
        else {
            // Killed. Whether this one was kept is for the history to say.
            return Ok(());
        };
        let answer = answer.expect(200)?;
        for (message, reference) in answer["data"]["messages"]
            .as_array()
            .context("messages")?
            .iter()
            .zip(&references)
        {
            ensure!(message["status"] == "SUCCESS", "{message}");
            ensure!(
                message["custom_string"] == reference.as_str(),
                "messages are answered in order: {message}"
            );
        }
        ledger
            .lock()
            .ok()
            .context("no caller panicked")?
            .accepted
            .extend(references);
    }
    Ok(())
}
