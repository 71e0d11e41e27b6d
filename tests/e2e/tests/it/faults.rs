//! Sends through an upstream that fails as networks do, by a client that repeats every POST up to three times on 429, 5xx and silence, as
//! Maton's own does, while the server is killed and started again: nothing is sent twice, and whatever nobody knows is shown.

use anyhow::{Context as _, Result, bail, ensure};
use postern_e2e::faulty::{Delays, Faulty};
use postern_e2e::{Api, Home, Server, environment};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::process::Command;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, RwLock};
use std::time::Duration;

/// In a test run; `cargo xtask soak faults` asks for more.
const SENDS: usize = 400;
const CALLERS: usize = 16;
/// The server is killed so often during them.
const KILLS: usize = 2;
/// The client's patience; Maton's is 30 s.
const PATIENCE: Duration = Duration::from_millis(1_000);
const DELAYS: Delays = Delays {
    late: Duration::from_millis(1_600),
    too_late: Duration::from_millis(3_600),
};
/// The gateway's, in whole seconds.
const GATEWAY_PATIENCE_SECONDS: &str = "3";
/// Requests of one send.
const TRIES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_sent_twice_and_what_nobody_knows_is_shown() -> Result<()> {
    survive(|_| {}).await
}

mod with_postgres {
    use anyhow::{Context as _, Result};

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn nothing_is_sent_twice_and_what_nobody_knows_is_shown() -> Result<()> {
        let database = postern_testkit::postgres_database()
            .await
            .context("POSTERN_TEST_DATABASE_URL is not set")?;
        super::survive(|command| {
            command.env("POSTERN_DATABASE_URL", database.url());
        })
        .await
    }
}

/// What a send was told last.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Told {
    /// 200
    Sent,
    /// A refusal after which nothing may have been sent: status and word.
    Refused(u16, String),
    /// 409 with a send that is to be found.
    Unknown(String),
    /// 409: it was sent before.
    SentBefore,
    /// Nothing, or nothing that says anything.
    Nothing,
}

/// The server of the moment: its address changes with each start.
type Place = Arc<RwLock<Api>>;

async fn survive(surroundings: impl Fn(&mut Command)) -> Result<()> {
    let number = |name: &str, default: usize| {
        environment::variable(name).map_or(Ok(default), |text| text.parse())
    };
    let sends = number("POSTERN_TEST_SENDS", SENDS)?;
    let seed = number("POSTERN_TEST_SEED", 20_261_123)?;
    let upstream = Faulty::start(seed as u64, DELAYS).await?;
    let mut home = Home::new()?;
    let patient = |command: &mut Command| {
        command.env("POSTERN_EGRESS_ALLOW", "127.0.0.0/8").env(
            "POSTERN_TIMEOUTS_RESPONSE_SECONDS",
            GATEWAY_PATIENCE_SECONDS,
        );
        surroundings(command);
    };
    let mut server = home.start_with(patient)?;
    let key = prepared(&server, upstream.url()).await?;
    let place: Place = Arc::new(RwLock::new(Api::bearer(&server.gateway_url(), &key)));
    let next = Arc::new(AtomicUsize::new(0));
    let told = Arc::new(Mutex::new(BTreeMap::new()));
    let callers: Vec<_> = (0..CALLERS)
        .map(|_| tokio::spawn(call(place.clone(), next.clone(), sends, told.clone())))
        .collect();
    for kill in 1..=KILLS {
        while next.load(Ordering::Relaxed) < sends * kill / (KILLS + 1) {
            ensure!(
                !callers.iter().all(tokio::task::JoinHandle::is_finished),
                "{}",
                server.said()
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        server.kill()?;
        server = home.start_with(patient)?;
        *place.write().ok().context("no caller panicked")? =
            Api::bearer(&server.gateway_url(), &key);
    }
    for caller in callers {
        caller.await??;
    }
    let told = told.lock().ok().context("no caller panicked")?.clone();
    judge(&server.api(), &upstream, &told).await?;
    println!(
        "{sends} sends, seed {seed}, {KILLS} kills; faults: {:?}",
        upstream.happened()
    );
    let mut words: BTreeMap<String, usize> = BTreeMap::new();
    for told in told.values() {
        let word = match told {
            Told::Refused(status, word) => format!("{status} {word}"),
            Told::Unknown(_) => "unknown".to_owned(),
            other => format!("{other:?}"),
        };
        *words.entry(word).or_default() += 1;
    }
    println!(
        "told: {words:?}; accepted {}, none of them twice",
        upstream.accepted().len()
    );
    server.stop()
}

/// A connection to the account, and a key that only this account's sends are limited by.
async fn prepared(server: &Server, upstream: &str) -> Result<String> {
    let connection = json!({"app": "clicksend", "upstream": upstream, "verify": false,
        "credentials": {"username": "user", "password": "key"}});
    let made = server
        .api()
        .post("/connections", &connection)
        .await?
        .expect(201)?;
    let key =
        json!({"connections": [made["connection_id"]], "limits": {"messages_per_day": 1_000_000}});
    Ok(server.agent(key).await?.secret().to_owned())
}

fn text(number: usize) -> String {
    format!("send {number}")
}

fn body(number: usize) -> Value {
    json!({"messages": [{"to": format!("+6141{number:07}"), "body": text(number)}]})
}

async fn call(
    place: Place,
    next: Arc<AtomicUsize>,
    sends: usize,
    told: Arc<Mutex<BTreeMap<usize, Told>>>,
) -> Result<()> {
    loop {
        let number = next.fetch_add(1, Ordering::Relaxed);
        if number >= sends {
            return Ok(());
        }
        let said = one(&place, number).await?;
        told.lock()
            .ok()
            .context("no caller panicked")?
            .insert(number, said);
    }
}

/// One send, as Maton's client makes it. A server that is not there is tried longer: it is being started.
async fn one(place: &Place, number: usize) -> Result<Told> {
    let mut said = Told::Nothing;
    let (mut tries, mut absent) = (0, 0);
    while tries < TRIES {
        let api = place.read().ok().context("no caller panicked")?.clone();
        let request = api
            .request(reqwest::Method::POST, "/clicksend/v3/sms/send")
            .json(&body(number))
            .timeout(PATIENCE);
        let answer = match postern_e2e::api::send(request).await {
            Ok(answer) => answer,
            Err(error) => {
                let refused = error
                    .downcast_ref::<reqwest::Error>()
                    .is_some_and(reqwest::Error::is_connect);
                if refused && absent < 400 {
                    absent += 1;
                    tokio::time::sleep(Duration::from_millis(25)).await;
                    continue;
                }
                tries += 1;
                said = Told::Nothing;
                continue;
            }
        };
        tries += 1;
        let json = answer.json().unwrap_or_default();
        let word = json["error"].as_str().unwrap_or_default().to_owned();
        let send_id = json["send_id"].as_str().unwrap_or_default().to_owned();
        said = match (answer.status, word.as_str()) {
            (200, _) => Told::Sent,
            (409, "send_unknown") => Told::Unknown(send_id),
            (409, "already_sent") => Told::SentBefore,
            (status, _) => Told::Refused(status, word),
        };
        if !matches!(answer.status, 429 | 500 | 502 | 503 | 504) {
            return Ok(said);
        }
    }
    Ok(said)
}

/// Holds what callers were told, and what the ledger says, against what the account accepted.
async fn judge(api: &Api, upstream: &Faulty, told: &BTreeMap<usize, Told>) -> Result<()> {
    let doubled: Vec<_> = upstream
        .accepted()
        .into_iter()
        .filter(|(_, times)| *times > 1)
        .collect();
    ensure!(doubled.is_empty(), "sent more than once: {doubled:?}");
    let open = cleared_up(api, upstream, told).await?;
    let accepted = upstream.accepted();
    for (number, told) in told {
        let is_there = accepted.contains_key(&text(*number));
        match told {
            Told::Sent | Told::SentBefore => {
                ensure!(is_there, "{number} was told {told:?} and is lost")
            }
            Told::Refused(status, word) => {
                ensure!(
                    !is_there,
                    "{number} was refused with {status} {word} and is there"
                );
                ensure!(*status == 429, "{number} was refused with {status} {word}");
            }
            Told::Unknown(id) => {
                let send = api.get(&format!("/sends/{id}")).await?.expect(200)?;
                match send["send"]["state"].as_str() {
                    Some("accepted") => ensure!(is_there, "{number} is called accepted: {send}"),
                    Some("unknown") => ensure!(
                        !is_there && open.contains(id),
                        "{number} is there, and nobody found it: {send}"
                    ),
                    state => {
                        bail!("{number} was told that it is unknown, and it is {state:?}: {send}")
                    }
                }
            }
            // The client had enough before anybody knew: the ledger shows it, by whatever id.
            Told::Nothing => {}
        }
    }
    Ok(())
}

/// Waits until what the account has is known to be there; gives what is still unknown.
async fn cleared_up(
    api: &Api,
    upstream: &Faulty,
    told: &BTreeMap<usize, Told>,
) -> Result<Vec<String>> {
    let accepted = upstream.accepted();
    let found: Vec<_> = told
        .iter()
        .filter(|(number, _)| accepted.contains_key(&text(**number)))
        .filter_map(|(_, told)| match told {
            Told::Unknown(id) => Some(id.clone()),
            _ => None,
        })
        .collect();
    for _ in 0..600 {
        let mut open = Vec::new();
        let mut path = "/sends?state=unknown&limit=200".to_owned();
        loop {
            let page = api.get(&path).await?.expect(200)?;
            let ids = page["sends"].as_array().context("sends")?.iter();
            open.extend(ids.filter_map(|send| send["send_id"].as_str().map(str::to_owned)));
            match page["next"].as_str() {
                Some(next) => path = format!("/sends?state=unknown&limit=200&before={next}"),
                None => break,
            }
        }
        if !found.iter().any(|id| open.contains(id)) {
            return Ok(open);
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    bail!("sends that the account has are unknown still")
}
