//! `bench send`: durable sends to the built-in platform, interleaved with Kannel and with what the disk itself can do. Every message is
//! another one, every answer is read, and at the end the history has to hold exactly what was answered as accepted.

pub(crate) mod account;
mod kannel;
pub(crate) mod messages;
mod report;

use crate::contestant::Postern;
use crate::load::{Load, Pace, Reading, Requests};
use crate::proxy::Options;
use crate::statistics::Readings;
use account::Account;
use anyhow::{Context as _, Result, bail};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use kannel::Kannel;
use messages::{Numbers, Template};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

pub(crate) const CALLERS: usize = 64;
pub(crate) const BATCH: u64 = 1_000;
/// Callers that each send whole batches.
pub(crate) const BATCH_CALLERS: usize = 4;
/// Before every reading, so that connections are open and statements prepared.
const WARM_UP: Duration = Duration::from_millis(200);

/// What makes the server a benchmark's: credit that does not run out, and a carrier that does not dawdle.
pub(crate) const SETTINGS: [(&str, &str); 3] = [
    ("POSTERN_PLATFORM_CREDIT", "900000000"),
    ("POSTERN_SIMULATOR_DELIVERED_AFTER_MIN_MS", "0"),
    ("POSTERN_SIMULATOR_DELIVERED_AFTER_MAX_MS", "0"),
];

/// A way to send.
pub(crate) struct Way {
    pub(crate) name: &'static str,
    address: SocketAddr,
    template: Rc<Template>,
    callers: usize,
    /// Stands in an answer once for each message that was accepted.
    mark: &'static str,
    /// Our platform keeps what came this way.
    ours: bool,
}

impl Way {
    /// So many messages a call to the platform, or with a prefix through the gateway.
    pub(crate) fn ours(
        name: &'static str,
        address: SocketAddr,
        prefix: &str,
        authorization: &str,
        callers: usize,
        messages: u64,
    ) -> Way {
        Way {
            name,
            address,
            template: Rc::new(Template::send(address, prefix, authorization, messages)),
            callers,
            mark: r#""status":"SUCCESS""#,
            ours: true,
        }
    }
}

#[derive(Default)]
struct Figures {
    accepted_per_second: Readings,
    p50_ms: Readings,
    p99_ms: Readings,
    /// Messages by the seconds from the first send to the last receipt.
    delivered_per_second: Readings,
}

#[derive(Default)]
struct Report {
    ways: BTreeMap<&'static str, Figures>,
    fdatasyncs_per_second: Readings,
    in_history: u64,
    missing: Option<String>,
}

/// # Errors
/// When the server does not start, refuses a message, or keeps others than it accepted.
pub fn run(options: &Options) -> Result<()> {
    let (ours, theirs) = (tempfile::tempdir()?, tempfile::tempdir()?);
    let server = Postern::start(&options.program()?, None, ours.path(), &SETTINGS)?;
    let kannel = Kannel::start(theirs.path());
    let report = measure(options, &server, &kannel, ours.path());
    server.stop();
    report?.print(options)
}

fn measure(
    options: &Options,
    server: &Postern,
    kannel: &Result<Kannel>,
    folder: &Path,
) -> Result<Report> {
    let native = format!(
        "Basic {}",
        BASE64.encode(format!(
            "{}:{}",
            server.platform_username, server.platform_api_key
        ))
    );
    let mut account = Account::new(server.platform, &native)?;
    let ways = ways(server, kannel.as_ref().ok(), &native)?;
    let mut report = Report {
        missing: kannel.as_ref().err().map(|error| format!("{error:#}")),
        ..Report::default()
    };
    let numbers = Numbers::default();
    let mut accepted = 0;
    for round in 0..options.rounds {
        eprint!("round {} of {}:", round + 1, options.rounds);
        let rate = fdatasyncs(folder, options.duration / 3)?;
        report.fdatasyncs_per_second.push(rate);
        eprint!(" fdatasync {rate:.0}/s");
        for turn in 0..ways.len() {
            let way = &ways[(round + turn) % ways.len()];
            let begin = Instant::now();
            let (all, reading) =
                one(way, options.duration, &numbers).with_context(|| way.name.to_owned())?;
            let figures = report.ways.entry(way.name).or_default();
            if way.ours {
                accepted += all;
                // The next way must not wait behind what this one left to be delivered.
                account.delivered(accepted)?;
                let seconds = begin.elapsed().as_secs_f64();
                figures.delivered_per_second.push(all as f64 / seconds);
            }
            let rate = reading.marks as f64 / reading.seconds;
            eprint!(", {} {rate:.0}/s", way.name);
            figures.accepted_per_second.push(rate);
            figures.p50_ms.push(reading.quantile_us(0.50) / 1000.0);
            figures.p99_ms.push(reading.quantile_us(0.99) / 1000.0);
        }
        eprintln!();
    }
    report.in_history = account.in_history()?;
    if report.in_history != accepted {
        bail!(
            "{accepted} messages were answered as accepted, the history holds {}",
            report.in_history
        );
    }
    Ok(report)
}

/// Everything that was accepted, warming up included, and the reading.
pub(crate) fn one(way: &Way, duration: Duration, numbers: &Numbers) -> Result<(u64, Reading)> {
    let (template, numbers) = (Rc::clone(&way.template), Rc::clone(numbers));
    let requests = Requests::Made(Box::new(move || template.make(&numbers)));
    let mut load = Load::connect(way.address, way.callers, requests)?.counting(way.mark);
    let mut all = 0;
    let mut run = |duration| {
        let reading = load.run(Pace::Saturate, duration)?;
        let sent = reading.completed * way.template.messages();
        if reading.wrong > 0 || reading.marks != sent {
            bail!(
                "{} of {sent} messages were accepted, {} of {} answers were wrong",
                reading.marks,
                reading.wrong,
                reading.completed
            );
        }
        all += reading.marks;
        Ok(reading)
    };
    run(WARM_UP)?;
    let reading = run(duration)?;
    Ok((all, reading))
}

fn ways(server: &Postern, kannel: Option<&Kannel>, native: &str) -> Result<Vec<Way>> {
    let mut control = std::net::TcpStream::connect(server.gateway)?;
    server.lift_limit(&mut control)?;
    let connection = server.first_connection(&mut control)?;
    let key = server.key(&mut control, "bench send", &[connection])?;
    let (platform, gateway) = (server.platform, server.gateway);
    let bearer = format!("Bearer {key}");
    let mut ways = vec![
        Way::ours("platform, singles", platform, "", native, CALLERS, 1),
        Way::ours(
            "gateway, singles, audited",
            gateway,
            "/clicksend",
            &bearer,
            CALLERS,
            1,
        ),
        Way::ours(
            "platform, 1,000 a call",
            platform,
            "",
            native,
            BATCH_CALLERS,
            BATCH,
        ),
        Way::ours(
            "gateway, 1,000 a call, audited",
            gateway,
            "/clicksend",
            &bearer,
            BATCH_CALLERS,
            BATCH,
        ),
    ];
    if let Some(kannel) = kannel {
        ways.push(Way {
            name: "Kannel, singles, not synced",
            address: kannel.address,
            template: Rc::new(Template::kannel(kannel.address)),
            callers: CALLERS,
            mark: "0: Accepted",
            ours: false,
        });
    }
    Ok(ways)
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
