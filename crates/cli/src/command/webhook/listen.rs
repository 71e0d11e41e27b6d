//! `postern webhook listen`: what happens from now on, shown or handed to a program that has no public address.

use std::time::Duration;

use postern_client::{ClickSend, Error, EventFilter};
use postern_vault::webhook;
use postern_wire::control::{Event, EventList};
use secrecy::{ExposeSecret as _, SecretSlice};
use serde_json::json;

use super::About;
use super::forward::Forward;
use crate::args::Over;
use crate::exit::Outcome;
use crate::moment::shown;
use crate::session::{Session, failure};

/// One question to the server; it answers as soon as something is there.
const WAIT: Duration = Duration::from_secs(30);
/// Between questions that fail.
const PAUSE: Duration = Duration::from_secs(1);
/// Questions that may fail in a row: a server that restarts is waited for.
const FAILURES_MAX: u32 = 120;

/// Show what happens from now on, or hand it to a program of yours as a webhook would (asks a running server)
///
/// The calls have the bytes and headers of a webhook and are signed with the account's secret, or with one that is made and shown when the key may
/// not see it. What your program refuses is shown and not tried again. With --json one object a line.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Where your program listens [default: events are shown only]
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    /// What it is told
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = About::ALL)]
    on: Vec<About>,
    /// How texts are told: post (a form) or json
    #[arg(long, value_name = "TYPE", default_value = "json", value_parser = ["post", "json"])]
    webhook_type: String,
    /// End after so many events
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    count: Option<u64>,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let forward = match &args.forward_to {
        Some(url) => {
            let secret = secret(&session, &session.clicksend(&args.over)).await?;
            Some(Forward::to(url, secret)?)
        }
        None => None,
    };
    let mut filter = EventFilter {
        webhook_type: Some(args.webhook_type.clone()),
        connection: session.connection(&args.over.choice),
        ..EventFilter::default()
    };
    let now = session.client.events(&filter).await.map_err(failure)?;
    filter.after = Some(now.cursor);
    filter.wait = Some(WAIT);
    let to = args.forward_to.as_deref().unwrap_or("standard output");
    session.console.note(format!(
        "Listening at {} for {to}. Ctrl-C ends.",
        session.client.url()
    ));
    let mut left = args.count;
    while left != Some(0) {
        let list = next(&session, &filter).await?;
        filter.after = Some(list.cursor);
        let wanted = list
            .events
            .into_iter()
            .filter(|event| is_wanted(&args.on, event));
        for event in wanted.take(left.map_or(usize::MAX, |left| left as usize)) {
            tell(&session, forward.as_ref(), &event).await?;
            left = left.map(|left| left - 1);
        }
    }
    Ok(())
}

/// Once something is there, or the wait is over; a server that is away is waited for.
async fn next(session: &Session, filter: &EventFilter) -> Outcome<EventList> {
    let mut failures = 0;
    loop {
        let error = match session.client.events(filter).await {
            Ok(list) => return Ok(list),
            Err(error) => error,
        };
        let passes = match &error {
            Error::Refused(no) => no.status == 429 || no.status >= 500,
            Error::Unreachable { .. } | Error::BrokenOff { .. } => true,
            _ => false,
        };
        failures += 1;
        if !passes || failures > FAILURES_MAX {
            return Err(failure(error));
        }
        if failures == 1 {
            session.console.note(format!("{error}; trying again"));
        }
        tokio::time::sleep(PAUSE).await;
    }
}

fn is_wanted(on: &[About], event: &Event) -> bool {
    let about = match event.r#type.as_str() {
        "inbound" => About::Inbound,
        "voice_receipt" => About::VoiceReceipts,
        _ => About::Receipts,
    };
    on.contains(&about)
}

async fn tell(session: &Session, forward: Option<&Forward>, event: &Event) -> Outcome {
    let Some(forward) = forward else {
        if session.console.json {
            return session.console.line(json!(event).to_string());
        }
        let Event {
            r#type, payload, ..
        } = event;
        return session
            .console
            .line(format!("{}  {type}  {payload}", shown(&event.at)));
    };
    let answered = forward.call(event).await;
    let millis = u64::try_from(answered.took.as_millis()).unwrap_or(u64::MAX);
    if session.console.json {
        let mut line = json!(event);
        line["status"] = json!(answered.status.as_ref().ok());
        line["problem"] = json!(answered.status.as_ref().err());
        line["took_ms"] = json!(millis);
        return session.console.line(line.to_string());
    }
    let came = match &answered.status {
        Ok(status) => status.to_string(),
        Err(problem) => problem.clone(),
    };
    session.console.line(format!(
        "{}  {}  {}  {came}  {millis} ms",
        shown(&event.at),
        event.r#type,
        event.event_id
    ))
}

/// The account's own, so that the program checks what it will check later; else one for this time only.
async fn secret(session: &Session, clicksend: &ClickSend) -> Outcome<SecretSlice<u8>> {
    let found = match clicksend.webhook_secret().await {
        Ok(found) => found.into_data().ok(),
        Err(Error::Refused(_)) => None,
        Err(error) => return Err(failure(error)),
    };
    let kept = found.and_then(|found| webhook::parse_secret(&found.webhook_secret));
    if let Some(secret) = kept {
        session
            .console
            .note("Signed with the account's secret, which `postern webhook secret` shows.");
        return Ok(secret);
    }
    let secret = webhook::create_secret();
    // With --json standard output stays the events' alone; the secret must be seen all the same.
    anstream::eprintln!(
        "Signed with a secret of this time only: {}",
        webhook::secret_text(&secret).expose_secret()
    );
    Ok(secret)
}
