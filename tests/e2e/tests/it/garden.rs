//! The mini-garden: malformed and ambiguous messages through the gateway to servers that each read HTTP their own way.
//!
//! The rule for every case: refuse it, or forward one unambiguous message. Judged by what the origin logged, and by
//! probes on the same pooled connections whose answers must stay their own.

mod cases;
mod frames;
mod plants;

use anyhow::{Context as _, Result, ensure};
use cases::Case;
use plants::Plant;
use postern_e2e::{Home, raw};
use serde_json::json;
use std::net::SocketAddr;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

/// How long a connection may be silent before we stop listening. A late answer is judged by the origin's log all the same.
const PATIENCE: Duration = Duration::from_millis(700);
/// The same for a message whose answer must come, however busy the machine is.
const PATIENCE_WITH_GOOD: Duration = Duration::from_secs(5);
/// Cases at once.
const GARDENERS: usize = 8;
/// Probes when all cases are through.
const PROBES_AFTER: usize = 20;
/// In the address of what no case may bring to the origin.
const SMUGGLED: &str = "/smuggled";

async fn tend(plant: Plant) -> Result<()> {
    let mut home = Home::new()?;
    let server = home.start_with(|command| {
        command.args(["--egress-allow", "127.0.0.0/8"]);
    })?;
    let body = json!({"app": "clicksend", "upstream": format!("http://{}", plant.address), "verify": false, "name": "garden",
                      "credentials": {"username": "gardener", "password": "spade-and-fork"}});
    let made = server
        .api()
        .post("/connections", &body)
        .await?
        .expect(201)?;
    let connection = made["connection_id"].as_str().context("an id")?.to_owned();

    let garden = Garden {
        gateway: server.gateway,
        key: server.first.api_key.clone(),
        connection,
    };
    garden.probe(usize::MAX).context("before any case")?;
    let cases = cases::all();
    let next = AtomicUsize::new(0);
    let failures = Mutex::new(Vec::new());
    std::thread::scope(|scope| {
        for _ in 0..GARDENERS {
            scope.spawn(|| {
                loop {
                    let number = next.fetch_add(1, Ordering::SeqCst);
                    let Some(case) = cases.get(number) else {
                        return;
                    };
                    let result = garden
                        .plant(number, case)
                        .and_then(|()| garden.probe(number));
                    if let (Err(error), Ok(mut failures)) = (result, failures.lock()) {
                        failures.push(format!("{}: {error:#}", case.name));
                    }
                }
            });
        }
    });
    let mut failures = failures.into_inner().ok().context("no gardener died")?;
    // Once more after everything: whatever lies in wait on a pooled connection is for these to find.
    for _ in 0..PROBES_AFTER {
        if let Err(error) = garden.probe(usize::MAX) {
            failures.push(format!("a probe after all cases: {error:#}"));
        }
    }
    let log = plant.log(&format!("/v3/probe-{}", usize::MAX), 1 + PROBES_AFTER)?;
    for line in log.lines().filter(|line| line.contains(SMUGGLED)) {
        failures.push(format!("the origin was brought: {line}"));
    }
    for (number, case) in cases.iter().enumerate() {
        let marker = format!("/v3/case-{number}.");
        let count = log.lines().filter(|line| line.contains(&marker)).count();
        if count > case.forwards {
            failures.push(format!(
                "{}: the origin saw {count} requests where {} are right",
                case.name, case.forwards
            ));
        }
        if case.must_arrive && count != case.forwards {
            failures.push(format!(
                "{}: a good message must arrive, but the origin saw {count}",
                case.name
            ));
        }
    }
    ensure!(
        failures.is_empty(),
        "{}:\n  {}",
        plant.name,
        failures.join("\n  ")
    );
    Ok(())
}

/// What the judgement rests on: the origin names the path in its answer, and logs it.
fn alone(plant: &Plant) -> Result<()> {
    let request =
        "POST /v3/alone HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Length: 5\r\n\r\nhello";
    let exchange = raw::exchange(plant.address, request.as_bytes(), Duration::from_secs(10))?;
    let [answer] = &exchange.answers[..] else {
        anyhow::bail!("{} answers", exchange.answers.len())
    };
    ensure!(
        answer.status == 200,
        "{}: {} {}",
        plant.name,
        answer.status,
        answer.text()
    );
    ensure!(
        answer.header("x-path") == Some("/v3/alone"),
        "{}: {:?}",
        plant.name,
        answer.headers
    );
    plant.log("POST /v3/alone 5", 1)?;
    Ok(())
}

struct Garden {
    gateway: SocketAddr,
    key: String,
    connection: String,
}

impl Garden {
    /// Sends one case and looks at what comes back.
    fn plant(&self, number: usize, case: &Case) -> Result<()> {
        let bytes = case.bytes(&cases::Place {
            path: format!("/clicksend/v3/case-{number}."),
            host: self.gateway.to_string(),
            key: self.key.clone(),
            connection: self.connection.clone(),
        });
        let patience = if case.must_arrive {
            PATIENCE_WITH_GOOD
        } else {
            PATIENCE
        };
        if case.h2 {
            return frames::exchange(self.gateway, &bytes, patience);
        }
        let exchange = raw::exchange(self.gateway, &bytes, patience)?;
        ensure!(
            exchange.answers.len() <= case.answers,
            "{} answers to what is {} at most: {}",
            exchange.answers.len(),
            case.answers,
            String::from_utf8_lossy(&exchange.bytes)
        );
        let first = exchange.answers.first();
        if let Some(first) = first {
            ensure!(
                first.status < 500 || first.status == 501 || first.status == 505,
                "it is the caller's fault: {}",
                first.status
            );
            if matches!(first.status, 400 | 411 | 413 | 414 | 431 | 501 | 505) && !case.must_arrive
            {
                ensure!(
                    exchange.closed,
                    "a refusal ends the connection: nobody knows where the next message begins"
                );
            }
        }
        if case.must_arrive {
            let statuses: Vec<u16> = exchange
                .answers
                .iter()
                .map(|answer| answer.status)
                .collect();
            ensure!(
                statuses == vec![200; case.answers],
                "good messages are answered: {statuses:?}"
            );
        }
        Ok(())
    }

    /// A good request of somebody else, whose answer must be its own.
    fn probe(&self, number: usize) -> Result<()> {
        let path = format!("/v3/probe-{number}");
        let request = format!(
            "GET /clicksend{path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nMaton-Connection: {}\r\nConnection: close\r\n\r\n",
            self.gateway, self.key, self.connection
        );
        let exchange = raw::exchange(self.gateway, request.as_bytes(), Duration::from_secs(20))?;
        let [answer] = &exchange.answers[..] else {
            anyhow::bail!(
                "the probe got {} answers: {}",
                exchange.answers.len(),
                String::from_utf8_lossy(&exchange.bytes)
            );
        };
        ensure!(
            answer.status == 200,
            "the probe got {}: {}",
            answer.status,
            answer.text()
        );
        ensure!(
            answer.header("x-path") == Some(path.as_str()),
            "the probe got somebody else's answer: {:?}",
            answer.headers
        );
        Ok(())
    }
}

mod with_nginx {
    #[tokio::test]
    async fn behind_the_gateway() -> anyhow::Result<()> {
        super::tend(super::Plant::nginx()?).await
    }

    #[test]
    fn by_itself() -> anyhow::Result<()> {
        super::alone(&super::Plant::nginx()?)
    }
}

mod with_apache {
    #[tokio::test]
    async fn behind_the_gateway() -> anyhow::Result<()> {
        super::tend(super::Plant::apache()?).await
    }

    #[test]
    fn by_itself() -> anyhow::Result<()> {
        super::alone(&super::Plant::apache()?)
    }
}

mod with_node {
    #[tokio::test]
    async fn behind_the_gateway() -> anyhow::Result<()> {
        super::tend(super::Plant::node()?).await
    }

    #[test]
    fn by_itself() -> anyhow::Result<()> {
        super::alone(&super::Plant::node()?)
    }
}
