//! `bench guard`: what limits cost. The same sends through the gateway to the built-in platform, by a key without limits and by one within every
//! kind of limit there is, in turns in one run; at the end the history has to hold exactly what was answered as accepted.

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

/// Without and within limits.
type Pair = [Figures; 2];

/// # Errors
/// When the server does not start, refuses a message, or keeps others than it accepted.
pub fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Postern::start(&options.program()?, None, folder.path(), &SETTINGS)?;
    let measured = measure(options, &server);
    server.stop();
    let (pairs, in_history) = measured?;
    print(options, &pairs, in_history)
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

fn measure(options: &Options, server: &Postern) -> Result<(Vec<Pair>, u64)> {
    let mut control = TcpStream::connect(server.gateway)?;
    server.lift_limit(&mut control)?;
    let connections = [server.first_connection(&mut control)?];
    let keys = [
        server.limited_key(
            &mut control,
            "without",
            &connections,
            &json!({"unlimited": true}),
        )?,
        server.limited_key(&mut control, "within", &connections, &every_limit())?,
    ];
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
    let ways: Vec<[Way; 2]> = WORK
        .iter()
        .map(|(name, callers, messages)| {
            [0, 1].map(|which| way(name, &keys[which], *callers, *messages))
        })
        .collect();
    let pair = format!("{}:{}", server.platform_username, server.platform_api_key);
    let mut account = Account::new(server.platform, &format!("Basic {}", BASE64.encode(pair)))?;
    let mut pairs: Vec<Pair> = WORK.iter().map(|_| Pair::default()).collect();
    let numbers = Numbers::default();
    let mut accepted = 0;
    for round in 0..options.rounds {
        eprint!("round {} of {}:", round + 1, options.rounds);
        for (ways, pair) in ways.iter().zip(&mut pairs) {
            for turn in 0..2 {
                // Whoever is first changes from round to round.
                let which = (round + turn) % 2;
                let way = &ways[which];
                let before = server.cpu_seconds()?;
                let (all, reading) = one(way, options.duration, &numbers)
                    .with_context(|| format!("{}, {which}", way.name))?;
                accepted += all;
                // The next one must not wait behind what this one left to be delivered.
                account.delivered(accepted)?;
                let cpu = server.cpu_seconds()? - before;
                let figures = &mut pair[which];
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
    Ok((pairs, in_history))
}

fn print(options: &Options, pairs: &[Pair], in_history: u64) -> Result<()> {
    if options.json {
        let readings = |readings: &Readings| json!({"median": readings.median(), "least": readings.min(), "most": readings.max(), "rounds": readings.0});
        let figures = |own: &Figures| {
            json!({"accepted_per_second": readings(&own.accepted_per_second), "p50_ms": readings(&own.p50_ms),
                "p99_ms": readings(&own.p99_ms), "cpu_seconds_per_100k": readings(&own.cpu)})
        };
        let all: Map<String, Value> = WORK
            .iter()
            .zip(pairs)
            .map(|((name, ..), pair)| {
                (
                    (*name).to_owned(),
                    json!({"without": figures(&pair[0]), "within": figures(&pair[1])}),
                )
            })
            .collect();
        println!(
            "{}",
            serde_json::to_string_pretty(&json!({"guard": all, "in_history": in_history}))?
        );
        return Ok(());
    }
    println!(
        "\nSends through the gateway to the built-in platform on SQLite, each answered after a synced commit, by a key without limits and by one\n\
         within every kind of limit (messages, segments, money and recipients by call, hour, day and month, repeats, prefixes, lists, quiet hours).\n\
         Server and callers share the machine; {} rounds of {} s in turns; medians, in brackets the rounds' least and most.",
        options.rounds,
        options.duration.as_secs_f64()
    );
    let mut table = Table::new(&[
        "",
        "without/s",
        "within/s",
        "within to without",
        "p50 ms, without",
        "within",
        "p99 to without",
        "CPU s per 100k, without",
        "within",
        "CPU to without",
    ]);
    let ranged = |ratio: &Readings| {
        format!(
            "{:.2} [{:.2}..{:.2}]",
            ratio.median(),
            ratio.min(),
            ratio.max()
        )
    };
    for ((name, ..), [without, within]) in WORK.iter().zip(pairs) {
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", without.accepted_per_second.median()),
            format!("{:.0}", within.accepted_per_second.median()),
            ranged(
                &within
                    .accepted_per_second
                    .against(&without.accepted_per_second),
            ),
            format!("{:.2}", without.p50_ms.median()),
            format!("{:.2}", within.p50_ms.median()),
            ranged(&within.p99_ms.against(&without.p99_ms)),
            format!("{:.1}", without.cpu.median()),
            format!("{:.1}", within.cpu.median()),
            ranged(&within.cpu.against(&without.cpu)),
        ]);
    }
    table.print();
    println!(
        "{in_history} messages were answered as accepted; the history holds as many, and each has its receipt."
    );
    Ok(())
}
