//! `postern simulator`: a network that misbehaves on purpose, handsets that are off, and the clock of a sandbox.

use clap::{Args, Subcommand};
use postern_wire::control::{
    ChaosAnswer, ChaosChange, ClockMove, Failures, ReceiptDelay, SandboxClock, Waiting,
};

use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Let the simulator misbehave on purpose, so that a program is tried before a network tries it (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// How the network of an account misbehaves (asks a running server)
    Show(Plain),
    Set(Set),
    /// Let the network work as it should (asks a running server)
    Reset(Plain),
    Handset(Handset),
    Decide(Decide),
    Clock(Clock),
}

#[derive(Args, Debug)]
pub struct Plain {
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Change how the network misbehaves; what is left out stays (asks a running server)
#[derive(Args, Debug)]
pub struct Set {
    /// Which part fails with which of ClickSend's error codes, 7 to 20; all of them anew
    #[arg(long = "fail", value_name = "CODE=RATE", value_parser = failures)]
    fail: Vec<Failures>,
    /// Which part is sent and never heard of again, from 0 to 1
    #[arg(long, value_name = "RATE")]
    lost: Option<f64>,
    /// Which part is reported twice
    #[arg(long, value_name = "RATE")]
    doubled: Option<f64>,
    /// Which part is told to come later, each time anew, at most 0.9
    #[arg(long, value_name = "RATE")]
    throttled: Option<f64>,
    /// How much later
    #[arg(long, value_name = "MS")]
    throttle_ms: Option<i64>,
    /// When messages are reported after they were sent, in milliseconds
    #[arg(long, value_name = "MIN-MAX", value_parser = delay)]
    delay: Option<ReceiptDelay>,
    /// The same seed does the same to the same messages
    #[arg(long)]
    seed: Option<i64>,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Switch a handset off or on, let it refuse everything, or decide by hand (asks a running server)
#[derive(Args, Debug)]
pub struct Handset {
    number: String,
    #[arg(value_parser = ["on", "off", "refusing", "by_hand"])]
    state: String,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Take, refuse or answer a message that waits at a handset whose owner decides by hand (asks a running server)
#[derive(Args, Debug)]
pub struct Decide {
    message_id: String,
    /// It is not taken; a call is not answered
    #[arg(long, conflicts_with = "keys")]
    refuse: bool,
    /// The keys that are pressed in a call: 0 to 9, * and #
    #[arg(long)]
    keys: Option<String>,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show, move, stop or start the clock that schedules of a sandbox go by (asks a running server)
#[derive(Args, Debug)]
pub struct Clock {
    /// Forward by so much, such as 2h or 3d
    #[arg(long, value_name = "TIME", conflicts_with_all = ["now", "reset"])]
    advance: Option<String>,
    /// To this instant, RFC 3339
    #[arg(long, value_name = "INSTANT", conflicts_with = "reset")]
    now: Option<String>,
    /// It goes on only by hand
    #[arg(long, conflicts_with_all = ["go", "reset"])]
    freeze: bool,
    /// It goes on from where it stands
    #[arg(long, conflicts_with = "reset")]
    go: bool,
    /// Back to everybody's time
    #[arg(long)]
    reset: bool,
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = match &verb {
        Verb::Show(args) | Verb::Reset(args) => args.server.clone(),
        Verb::Set(args) => args.server.clone(),
        Verb::Handset(args) => args.server.clone(),
        Verb::Decide(args) => args.server.clone(),
        Verb::Clock(args) => args.server.clone(),
    };
    super::with_server(&server, console, environment, |session| act(verb, session))
}

async fn act(verb: Verb, session: Session) -> Outcome {
    let client = &session.client;
    match verb {
        Verb::Show(args) => {
            let of = session.connection(&args.choice);
            let answer = client.chaos(of.as_deref()).await.map_err(failure)?;
            session.console.answer(&answer, shown)
        }
        Verb::Reset(args) => {
            let of = session.connection(&args.choice);
            let answer = client.reset_chaos(of.as_deref()).await.map_err(failure)?;
            session
                .console
                .answer(&answer, |_| "The network works as it should.".to_owned())
        }
        Verb::Set(args) => {
            let of = session.connection(&args.choice);
            let change = ChaosChange {
                seed: args.seed,
                receipt_delay_ms: args.delay.map(Some),
                failures: (!args.fail.is_empty()).then_some(args.fail),
                lost_receipts: args.lost,
                doubled_receipts: args.doubled,
                throttled: args.throttled,
                throttle_ms: args.throttle_ms,
            };
            let changed = client.change_chaos(of.as_deref(), &change).await;
            session.console.answer(&changed.map_err(failure)?, shown)
        }
        Verb::Handset(args) => {
            let of = session.connection(&args.choice);
            let put = client.put_handset(of.as_deref(), &args.number, &args.state);
            session
                .console
                .answer(&put.await.map_err(failure)?, |answer| {
                    let handset = &answer.handset;
                    format!("{} is {}.", handset.number, handset.state.replace('_', " "))
                })
        }
        Verb::Decide(args) => {
            let of = session.connection(&args.choice);
            let decision = Waiting {
                refuse: args.refuse,
                keys: args.keys,
            };
            let decided = client.decide_waiting(of.as_deref(), &args.message_id, &decision);
            session
                .console
                .answer(&decided.await.map_err(failure)?, |handled| {
                    let what = if handled.refused { "refused" } else { "taken" };
                    format!("{} is {what}.", handled.message_id)
                })
        }
        Verb::Clock(args) => clock(args, session).await,
    }
}

async fn clock(args: Clock, session: Session) -> Outcome {
    let of = session.connection(&args.choice);
    let of = of.as_deref();
    let to = ClockMove {
        advance: args.advance,
        now: args.now,
        frozen: match (args.freeze, args.go) {
            (true, _) => Some(true),
            (_, true) => Some(false),
            _ => None,
        },
    };
    let clock = match (args.reset, to == ClockMove::default()) {
        (true, _) => session.client.reset_sandbox_clock(of).await,
        (false, true) => session.client.sandbox_clock(of).await,
        (false, false) => session.client.move_sandbox_clock(of, &to).await,
    };
    session
        .console
        .answer(&clock.map_err(failure)?, shown_clock)
}

fn shown_clock(clock: &SandboxClock) -> String {
    let state = match (clock.frozen, clock.ahead_seconds) {
        (true, _) => "it stands".to_owned(),
        (false, 0) => "everybody's time".to_owned(),
        (false, seconds) => format!("{seconds} s ahead"),
    };
    format!("{} ({state})", clock.now)
}

fn shown(answer: &ChaosAnswer) -> String {
    let chaos = &answer.chaos;
    let delay = match &chaos.receipt_delay_ms {
        Some(delay) => format!("{} to {} ms", delay.min, delay.max),
        None => "as the server is set".to_owned(),
    };
    let mut rows = vec![
        ["reported after".to_owned(), delay],
        ["lost receipts".to_owned(), chaos.lost_receipts.to_string()],
        [
            "doubled receipts".to_owned(),
            chaos.doubled_receipts.to_string(),
        ],
        [
            "throttled".to_owned(),
            format!("{} for {} ms", chaos.throttled, chaos.throttle_ms),
        ],
        ["seed".to_owned(), chaos.seed.to_string()],
    ];
    rows.extend(chaos.failures.iter().map(|one| {
        [
            format!("failing with {}", one.error_code),
            one.rate.to_string(),
        ]
    }));
    table(["WHAT", "HOW MUCH"], rows)
}

fn failures(text: &str) -> Result<Failures, String> {
    let parsed = text.split_once('=').and_then(|(code, rate)| {
        Some(Failures {
            error_code: code.parse().ok()?,
            rate: rate.parse().ok()?,
        })
    });
    parsed.ok_or_else(|| "write an error code and a rate, such as 12=0.25".to_owned())
}

fn delay(text: &str) -> Result<ReceiptDelay, String> {
    let (min, max) = text.split_once('-').unwrap_or((text, text));
    let parsed = min.trim().parse().ok().zip(max.trim().parse().ok());
    parsed
        .map(|(min, max)| ReceiptDelay { min, max })
        .ok_or_else(|| "write milliseconds, such as 500 or 0-2000".to_owned())
}
