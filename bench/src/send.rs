//! `bench send`: durable sends to the built-in platform, interleaved with what the disk itself can do.

use crate::contestant::Postern;
use crate::load::{Load, Pace, Reading};
use crate::proxy::Options;
use crate::statistics::Readings;
use crate::table::Table;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use serde_json::json;
use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

const CALLERS: usize = 64;
const BATCH: usize = 1_000;
/// Callers that each send whole batches.
const BATCH_CALLERS: usize = 4;
/// Different bodies of single sends: equal ones at the same time would be taken for a repeat.
const BODIES: usize = 20_000;

/// A way to send.
struct Way {
    name: &'static str,
    address: SocketAddr,
    requests: Rc<Vec<Rc<[u8]>>>,
    callers: usize,
    /// Messages in each request.
    messages: usize,
}

#[derive(Default)]
struct Figures {
    messages_per_second: Readings,
    p50_ms: Readings,
    p99_ms: Readings,
}

/// # Errors
/// When the server does not start, or refuses a send.
pub fn run(options: &Options) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let server = Postern::start(&options.program()?, None, folder.path())?;
    let result = measure(options, &server, folder.path());
    server.stop();
    let (figures, syncs) = result?;
    print(options, &figures, &syncs)
}

type Measured = (BTreeMap<&'static str, Figures>, Readings);

fn measure(options: &Options, server: &Postern, folder: &Path) -> Result<Measured> {
    let ways = ways(server)?;
    let mut figures: BTreeMap<&'static str, Figures> = BTreeMap::new();
    let mut syncs = Readings::default();
    for round in 0..options.rounds {
        eprint!("round {} of {}:", round + 1, options.rounds);
        let rate = fdatasyncs(folder, options.duration / 3)?;
        syncs.push(rate);
        eprint!(" fdatasync {rate:.0}/s");
        for turn in 0..ways.len() {
            let way = &ways[(round + turn) % ways.len()];
            let reading = one(way, options.duration).with_context(|| way.name.to_owned())?;
            let rate = reading.per_second() * way.messages as f64;
            eprint!(", {} {rate:.0}/s", way.name);
            let own = figures.entry(way.name).or_default();
            own.messages_per_second.push(rate);
            own.p50_ms.push(reading.quantile_us(0.50) / 1000.0);
            own.p99_ms.push(reading.quantile_us(0.99) / 1000.0);
        }
        eprintln!();
    }
    Ok((figures, syncs))
}

fn one(way: &Way, duration: Duration) -> Result<Reading> {
    let mut load = Load::connect(way.address, way.callers, Rc::clone(&way.requests))?;
    let reading = load.run(Pace::Saturate, duration)?;
    if reading.wrong > 0 {
        bail!(
            "{} of {} sends were not answered 200",
            reading.wrong,
            reading.completed
        );
    }
    Ok(reading)
}

fn ways(server: &Postern) -> Result<Vec<Way>> {
    let mut control = std::net::TcpStream::connect(server.gateway)?;
    server.lift_limit(&mut control)?;
    let connection = server.first_connection(&mut control)?;
    let key = server.key(&mut control, "bench send", &[connection])?;
    let basic = BASE64.encode(format!(
        "{}:{}",
        server.platform_username, server.platform_api_key
    ));
    let native = format!("Basic {basic}");
    let gateway = format!("Bearer {key}");
    Ok(vec![
        Way {
            name: "native, one message a call, 64 callers",
            address: server.platform,
            requests: singles(server.platform, "", &native),
            callers: CALLERS,
            messages: 1,
        },
        Way {
            name: "gateway, one message a call, 64 callers",
            address: server.gateway,
            requests: singles(server.gateway, "/clicksend", &gateway),
            callers: CALLERS,
            messages: 1,
        },
        Way {
            name: "native, 1,000 messages a call, 4 callers",
            address: server.platform,
            requests: Rc::new(
                (0..50)
                    .map(|batch| send(server.platform, "", &native, batch * BATCH, BATCH))
                    .collect(),
            ),
            callers: BATCH_CALLERS,
            messages: BATCH,
        },
    ])
}

fn singles(address: SocketAddr, prefix: &str, authorization: &str) -> Rc<Vec<Rc<[u8]>>> {
    Rc::new(
        (0..BODIES)
            .map(|number| send(address, prefix, authorization, number, 1))
            .collect(),
    )
}

fn send(
    address: SocketAddr,
    prefix: &str,
    authorization: &str,
    first: usize,
    count: usize,
) -> Rc<[u8]> {
    let messages: Vec<_> = (first..first + count)
        .map(|number| {
            json!({"to": format!("+1555{:07}", number % 10_000_000), "body": format!("Your code is {number:06}"),
                   "source": "bench", "custom_string": format!("bench-{number}")})
        })
        .collect();
    let body = json!({"messages": messages}).to_string();
    let mut request = String::new();
    let _ = write!(
        request,
        "POST {prefix}/v3/sms/send HTTP/1.1\r\nHost: {address}\r\nAuthorization: {authorization}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    );
    request.into_bytes().into()
}

/// How often the disk under the data directory makes a small write durable, one after the other: what a send each for
/// itself could reach at the most.
fn fdatasyncs(folder: &Path, duration: Duration) -> Result<f64> {
    let mut file = std::fs::File::create(folder.join("fdatasync"))?;
    let begin = Instant::now();
    let mut count = 0_u32;
    while begin.elapsed() < duration {
        file.write_all(&[b'x'; 4096])?;
        file.sync_data()?;
        count += 1;
    }
    Ok(f64::from(count) / begin.elapsed().as_secs_f64())
}

fn print(
    options: &Options,
    figures: &BTreeMap<&'static str, Figures>,
    syncs: &Readings,
) -> Result<()> {
    if options.json {
        let readings = |readings: &Readings| json!({"median": readings.median(), "least": readings.min(), "most": readings.max(), "rounds": readings.0});
        let ways: serde_json::Map<String, serde_json::Value> = figures
            .iter()
            .map(|(name, own)| {
                let value = json!({
                    "messages_per_second": readings(&own.messages_per_second),
                    "p50_ms": readings(&own.p50_ms),
                    "p99_ms": readings(&own.p99_ms),
                });
                ((*name).to_owned(), value)
            })
            .collect();
        println!(
            "{}",
            serde_json::to_string_pretty(
                &json!({"sends": ways, "fdatasyncs_per_second": readings(syncs)})
            )?
        );
        return Ok(());
    }
    println!(
        "\nDurable sends to the built-in platform: answered after the commit, audited through the gateway"
    );
    println!(
        "Server and callers share the machine; {} rounds; medians",
        options.rounds
    );
    let mut table = Table::new(&[
        "",
        "messages/s",
        "least..most",
        "to fdatasync",
        "p50 ms",
        "p99 ms",
    ]);
    for (name, own) in figures {
        let rate = &own.messages_per_second;
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", rate.median()),
            format!("{:.0}..{:.0}", rate.min(), rate.max()),
            format!("{:.1}", rate.against(syncs).median()),
            format!("{:.1}", own.p50_ms.median()),
            format!("{:.1}", own.p99_ms.median()),
        ]);
    }
    table.row(vec![
        "fdatasync of 4 KiB, one after the other".into(),
        format!("{:.0}", syncs.median()),
    ]);
    table.print();
    Ok(())
}
