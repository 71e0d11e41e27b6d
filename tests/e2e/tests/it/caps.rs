//! Limits under fire: 64 writers at once against a cap of messages and one of money, `kill -9` at a random moment, and exactly the cap is
//! accepted, each time.

use anyhow::{Context as _, Result, bail, ensure};
use postern_e2e::{Api, Home, Server, environment};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// In a test run; `cargo xtask soak caps` asks for more.
const RUNS: u64 = 4;
/// At once; every other one under the cap of money.
const WRITERS: usize = 64;
const MICROS: i64 = 1_000_000;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn exactly_the_cap_is_accepted_whenever_the_server_dies() -> Result<()> {
    hold(|_| {}).await
}

mod with_postgres {
    use anyhow::{Context as _, Result};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn exactly_the_cap_is_accepted_whenever_the_server_dies() -> Result<()> {
        let database = postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")?;
        super::hold(|command| {
            command.env("POSTERN_DATABASE_URL", database.url());
        })
        .await
    }
}

/// One limited key and what came of it.
struct Capped {
    key_id: String,
    secret: String,
    /// Where the references of its messages begin.
    prefix: String,
    /// In messages, or in micro-units of money.
    cap: i64,
    by_money: bool,
}

/// How a writer ended.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Ended {
    /// Not even one message passes any more.
    AtTheCap,
    /// The server has gone.
    Gone,
}

/// What all writers of a run share.
#[derive(Default)]
struct Ledger {
    /// Messages.
    accepted: AtomicUsize,
    answered: Mutex<BTreeSet<String>>,
}

/// Runs on servers whose command was changed like this.
async fn hold(surroundings: impl Fn(&mut Command)) -> Result<()> {
    let number = |name: &str, default: u64| -> Result<u64> {
        Ok(environment::variable(name).map_or(Ok(default), |text| text.parse())?)
    };
    let (runs, seed) = (
        number("POSTERN_TEST_RUNS", RUNS)?,
        number("POSTERN_TEST_SEED", 20_261_123)?,
    );
    println!("{runs} runs, seed {seed}");
    let mut random = seed;
    let mut home = Home::new()?;
    let rich = |command: &mut Command| {
        command.env("POSTERN_PLATFORM_CREDIT", "1000000.00");
        surroundings(command);
    };
    let mut server = home.start_with(rich)?;
    let price = price(&server.api()).await?;
    let (mut under_fire, mut accepted) = (0, 0);
    for run in 0..runs {
        let mut draw = |most: u64| {
            random = random
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (random >> 33) % most
        };
        let messages = 100 + i64::try_from(draw(300))?;
        let money = price * (100 + i64::try_from(draw(200))?);
        let capped = [
            Capped::of(&server, run, messages, false).await?,
            Capped::of(&server, run, money, true).await?,
        ];
        let since = server.now_unix()?;
        let ledger = Arc::new(Ledger::default());
        let writers = start(&server, &capped, "a", &ledger);
        // Dies when so many were answered: a moment between the first and the last, whatever the machine.
        let most = u64::try_from(messages + money / price)?;
        let fatal = 1 + usize::try_from(draw(most))?;
        while ledger.accepted.load(Ordering::SeqCst) < fatal
            && writers.iter().any(|writer| !writer.is_finished())
        {
            tokio::time::sleep(Duration::from_micros(200)).await;
        }
        server.kill()?;
        let mut gone = 0;
        for writer in writers {
            gone += usize::from(writer.await?? == Ended::Gone);
        }
        under_fire += usize::from(gone > 0);
        server = home
            .start_with(rich)
            .with_context(|| format!("start after run {run}"))?;
        for writer in start(&server, &capped, "b", &ledger) {
            ensure!(
                writer.await?? == Ended::AtTheCap,
                "the server died by itself:\n{}",
                server.said()
            );
        }
        let rows = since_then(&server.native(), since).await?;
        for capped in &capped {
            accepted += capped
                .check(&server, &rows, &ledger)
                .await
                .with_context(|| format!("run {run} of seed {seed}"))?;
        }
    }
    println!(
        "{runs} runs of {WRITERS} writers, {under_fire} killed with calls under way: {accepted} messages accepted, every cap reached and none exceeded"
    );
    Ok(())
}

impl Capped {
    async fn of(server: &Server, run: u64, cap: i64, by_money: bool) -> Result<Capped> {
        // Of a month, so that no midnight comes in between.
        let limits = match by_money {
            true => json!({"spend_per_month": decimal(cap), "currency": "USD"}),
            false => json!({"messages_per_month": cap, "recipients_per_month": 1000}),
        };
        let key = json!({"name": "capped", "role": "agent", "limits": limits});
        let made = server.api().post("/keys", &key).await?.expect(201)?;
        let text = |name: &str| made[name].as_str().map(str::to_owned).context("a text");
        Ok(Capped {
            key_id: text("key_id")?,
            secret: text("api_key")?,
            prefix: format!("{run}{}-", if by_money { "m" } else { "n" }),
            cap,
            by_money,
        })
    }

    /// What the history says was accepted, once each, is what the cap allows and what the counter says; what was answered is among it.
    async fn check(&self, server: &Server, rows: &[Value], ledger: &Ledger) -> Result<usize> {
        let mut seen = BTreeSet::new();
        let mut spent = 0;
        for row in rows {
            let reference = row["custom_string"].as_str().unwrap_or_default();
            if reference.starts_with(&self.prefix) {
                ensure!(
                    seen.insert(reference.to_owned()),
                    "{reference} is there twice"
                );
                spent += micros(&row["message_price"])?;
            }
        }
        let count = i64::try_from(seen.len())?;
        let came_to = if self.by_money { spent } else { count };
        ensure!(
            came_to == self.cap,
            "{came_to} of {} were accepted: {count} messages for {}",
            self.cap,
            decimal(spent)
        );
        let answered = ledger
            .answered
            .lock()
            .ok()
            .context("no writer panicked")?
            .clone();
        let lost: Vec<_> = answered
            .iter()
            .filter(|reference| reference.starts_with(&self.prefix) && !seen.contains(*reference))
            .collect();
        ensure!(lost.is_empty(), "answered and lost: {lost:?}");
        let path = format!("/keys/{}/allowance", self.key_id);
        let told = server.api().get(&path).await?.expect(200)?;
        let remaining = told["allowances"][0]["remaining"].as_str();
        let remaining = remaining.and_then(|text| text.parse::<f64>().ok());
        ensure!(remaining == Some(0.0), "the counter says otherwise: {told}");
        Ok(seen.len())
    }
}

type Writer = tokio::task::JoinHandle<Result<Ended>>;

fn start(server: &Server, capped: &[Capped; 2], life: &str, ledger: &Arc<Ledger>) -> Vec<Writer> {
    let one = |writer: usize| {
        let capped = &capped[writer % 2];
        let api = Api::bearer(&server.gateway_url(), &capped.secret);
        let name = format!("{}{life}{writer}", capped.prefix);
        tokio::spawn(write(api, name, Arc::clone(ledger)))
    };
    (0..WRITERS).map(one).collect()
}

/// Sends batches of one to three messages until one is refused, then single ones until one is: a cap is not reached as long as somebody can
/// still take a single message.
async fn write(api: Api, name: String, ledger: Arc<Ledger>) -> Result<Ended> {
    let mut most = 3;
    for call in 0.. {
        let references: Vec<String> = (0..=call % most)
            .map(|n| format!("{name}-{call}-{n}"))
            .collect();
        let body = crate::history::messages(&references);
        let Ok(answer) = api.post("/clicksend/v3/sms/send", &body).await else {
            return Ok(Ended::Gone);
        };
        match answer.status {
            200 => {
                let told = answer.json()?;
                let queued = told["data"]["queued_count"].as_u64();
                ensure!(queued == Some(references.len() as u64), "{told}");
                ledger
                    .accepted
                    .fetch_add(references.len(), Ordering::SeqCst);
                ledger
                    .answered
                    .lock()
                    .ok()
                    .context("no writer panicked")?
                    .extend(references);
            }
            403 if answer.text.contains("\"limit_") => match most {
                1 => return Ok(Ended::AtTheCap),
                _ => most = 1,
            },
            _ => bail!("{} {}", answer.status, answer.text),
        }
    }
    Ok(Ended::AtTheCap)
}

/// The history since a moment, page by page.
async fn since_then(api: &Api, since: u64) -> Result<Vec<Value>> {
    let mut rows = Vec::new();
    for page in 1.. {
        let path = format!(
            "/v3/sms/history?page={page}&limit=100&date_from={}",
            since - 1
        );
        let answer = api.get(&path).await?.expect(200)?;
        rows.extend(
            answer["data"]["data"]
                .as_array()
                .context("rows")?
                .iter()
                .cloned(),
        );
        if page >= answer["data"]["last_page"].as_u64().context("last_page")? {
            break;
        }
    }
    Ok(rows)
}

/// What one message costs, in micro-units.
async fn price(api: &Api) -> Result<i64> {
    let body = crate::history::messages(&["price".to_owned()]);
    let told = api
        .post("/clicksend/v3/sms/price", &body)
        .await?
        .expect(200)?;
    micros(&told["data"]["messages"][0]["message_price"])
}

/// Exact: floating point takes no part.
fn micros(amount: &Value) -> Result<i64> {
    let text = amount
        .as_str()
        .map_or_else(|| amount.to_string(), str::to_owned);
    let (whole, part) = text.split_once('.').unwrap_or((&text, ""));
    let part: i64 = format!("{part:0<6}")
        .parse()
        .with_context(|| text.clone())?;
    Ok(whole.parse::<i64>().with_context(|| text.clone())? * MICROS + part)
}

fn decimal(micros: i64) -> String {
    format!("{}.{:06}", micros / MICROS, micros % MICROS)
}
