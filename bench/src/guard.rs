//! `bench guard`: what limits cost. The same sends through the gateway to the built-in platform, by a key without limits, by one within the kinds
//! of limit that an agent's key has by default and by one within every kind there is, in turns in one run; at the end the history has to hold
//! exactly what was answered as accepted.

use crate::contestant::Postern;
use crate::proxy::Options;
use crate::send::account::Account;
use crate::send::messages::Numbers;
use crate::send::{BATCH, BATCH_CALLERS, CALLERS, SETTINGS, Way, one};
use crate::statistics::Readings;
use crate::table::Table;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::{Map, Value, json};
use std::net::TcpStream;

/// What is sent, by how many callers at a time, so many messages a call.
const WORK: [(&str, usize, u64); 3] = [
    ("singles, one caller", 1, 1),
    ("singles, 64 callers", CALLERS, 1),
    ("1,000 a call, 4 callers", BATCH_CALLERS, BATCH),
];

/// Nothing can be as much as this in a run, and everything is counted.
const ENOUGH: i64 = 1_000_000_000;

#[derive(Default)]
struct Figures {
    accepted_per_second: Readings,
    p50_ms: Readings,
    p99_ms: Readings,
    /// Of the server, for 100,000 messages.
    cpu: Readings,
}

/// By whom it is sent.
const KEYS: [&str; 3] = ["no limits", "an agent's", "every kind"];

/// Of each key.
type Trio = [Figures; KEYS.len()];

/// # Errors
/// When the server does not start, refuses a message, or keeps others than it accepted.
pub fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Postern::start(&options.program()?, None, folder.path(), &SETTINGS)?;
    let measured = measure(options, &server);
    server.stop();
    let (trios, in_history) = measured?;
    print(options, &trios, in_history)
}

/// The kinds of limit of an agent's key that was made without a word about them.
fn an_agents() -> Value {
    json!({"messages_per_call": ENOUGH, "messages_per_day": ENOUGH, "spend_per_day": "900000000", "currency": "USD"})
}

/// Every kind of limit, over every time.
fn every_limit() -> Value {
    let mut limits = Map::new();
    for span in ["call", "hour", "day", "month"] {
        for what in ["messages", "segments", "recipients"] {
            limits.insert(format!("{what}_per_{span}"), json!(ENOUGH));
        }
        limits.insert(format!("spend_per_{span}"), json!("900000000"));
    }
    for span in ["hour", "day"] {
        limits.insert(format!("repeats_per_{span}"), json!(ENOUGH));
        limits.insert(format!("prefix_messages_per_{span}"), json!(ENOUGH));
    }
    limits.insert("currency".into(), json!("USD"));
    limits.insert("recipients_allow".into(), json!(["+61*", "US", "+4479*"]));
    limits.insert("recipients_deny".into(), json!(["+61999*", "NZ"]));
    limits.insert("channels".into(), json!(["sms", "mms"]));
    // A minute that nobody measures in: it is looked up all the same.
    limits.insert("quiet_hours".into(), json!("04:00-04:01"));
    limits.insert("timezone".into(), json!("Australia/Sydney"));
    limits.insert("approval_above".into(), json!({"messages": ENOUGH}));
    Value::Object(limits)
}

fn measure(options: &Options, server: &Postern) -> Result<(Vec<Trio>, u64)> {
    let mut control = TcpStream::connect(server.gateway)?;
    server.lift_limit(&mut control)?;
    let connections = [server.first_connection(&mut control)?];
    let limits = [json!({"unlimited": true}), an_agents(), every_limit()];
    let mut keys = Vec::with_capacity(KEYS.len());
    for (name, limits) in KEYS.iter().zip(&limits) {
        keys.push(server.limited_key(&mut control, name, &connections, limits)?);
    }
    let way = |name, key: &String, callers, messages| {
        let authorization = format!("Bearer {key}");
        Way::ours(
            name,
            server.gateway,
            "/clicksend",
            &authorization,
            callers,
            messages,
        )
    };
    let ways: Vec<[Way; KEYS.len()]> = WORK
        .iter()
        .map(|(name, callers, messages)| {
            [0, 1, 2].map(|which| way(name, &keys[which], *callers, *messages))
        })
        .collect();
    let pair = format!("{}:{}", server.platform_username, server.platform_api_key);
    let mut account = Account::new(server.platform, &format!("Basic {}", BASE64.encode(pair)))?;
    let mut trios: Vec<Trio> = WORK.iter().map(|_| Trio::default()).collect();
    let numbers = Numbers::default();
    let mut accepted = 0;
    for round in 0..options.rounds {
        eprint!("round {} of {}:", round + 1, options.rounds);
        for (ways, trio) in ways.iter().zip(&mut trios) {
            for turn in 0..KEYS.len() {
                // Whoever is first changes from round to round.
                let which = (round + turn) % KEYS.len();
                let way = &ways[which];
                let before = server.cpu_seconds()?;
                let (all, reading) = one(way, options.duration, &numbers)
                    .with_context(|| format!("{}, {which}", way.name))?;
                accepted += all;
                // The next one must not wait behind what this one left to be delivered.
                account.delivered(accepted)?;
                let cpu = server.cpu_seconds()? - before;
                let figures = &mut trio[which];
                let rate = reading.marks as f64 / reading.seconds;
                eprint!(" {rate:.0}");
                figures.accepted_per_second.push(rate);
                figures.p50_ms.push(reading.quantile_us(0.50) / 1000.0);
                figures.p99_ms.push(reading.quantile_us(0.99) / 1000.0);
                figures.cpu.push(cpu * 100_000.0 / all as f64);
            }
        }
        eprintln!();
    }
    let in_history = account.in_history()?;
    if in_history != accepted {
        bail!("{accepted} messages were answered as accepted, the history holds {in_history}");
    }
    Ok((trios, in_history))
}

fn print(options: &Options, trios: &[Trio], in_history: u64) -> Result<()> {
    if options.json {
        let readings = |readings: &Readings| json!({"median": readings.median(), "least": readings.min(), "most": readings.max(), "rounds": readings.0});
        let figures = |own: &Figures| {
            json!({"accepted_per_second": readings(&own.accepted_per_second), "p50_ms": readings(&own.p50_ms),
                "p99_ms": readings(&own.p99_ms), "cpu_seconds_per_100k": readings(&own.cpu)})
        };
        let all: Map<String, Value> = WORK
            .iter()
            .zip(trios)
            .map(|((name, ..), trio)| {
                let keys: Map<String, Value> = KEYS
                    .iter()
                    .zip(trio)
                    .map(|(key, own)| ((*key).to_owned(), figures(own)))
                    .collect();
                ((*name).to_owned(), Value::Object(keys))
            })
            .collect();
        println!(
            "{}",
            serde_json::to_string_pretty(&json!({"guard": all, "in_history": in_history}))?
        );
        return Ok(());
    }
    println!(
        "\nSends through the gateway to the built-in platform on SQLite, each answered after a synced commit, by a key without limits, by one within\n\
         an agent's kinds (messages by call and day, money by day), and by one within every kind (messages, segments, money and recipients by call,\n\
         hour, day and month, repeats, prefixes, lists, quiet hours). Server and callers share the machine; {} rounds of {} s in turns; medians,\n\
         in brackets the rounds' least and most.",
        options.rounds,
        options.duration.as_secs_f64()
    );
    let mut table = Table::new(&[
        "",
        "limits",
        "accepted/s",
        "to none",
        "p50 ms",
        "p99 ms",
        "p99 to none",
        "CPU s per 100k",
        "to none",
    ]);
    let ranged = |ratio: &Readings| {
        format!(
            "{:.2} [{:.2}..{:.2}]",
            ratio.median(),
            ratio.min(),
            ratio.max()
        )
    };
    for ((name, ..), trio) in WORK.iter().zip(trios) {
        let none = &trio[0];
        for (key, own) in KEYS.iter().zip(trio) {
            table.row(vec![
                (*name).to_owned(),
                (*key).to_owned(),
                format!("{:.0}", own.accepted_per_second.median()),
                ranged(&own.accepted_per_second.against(&none.accepted_per_second)),
                format!("{:.2}", own.p50_ms.median()),
                format!("{:.2}", own.p99_ms.median()),
                ranged(&own.p99_ms.against(&none.p99_ms)),
                format!("{:.1}", own.cpu.median()),
                ranged(&own.cpu.against(&none.cpu)),
            ]);
        }
    }
    table.print();
    println!(
        "{in_history} messages were answered as accepted; the history holds as many, and each has its receipt."
    );
    Ok(())
}
