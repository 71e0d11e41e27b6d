//! `postern webhook pushes`, `tries` and `replay`: what was told, every try of it, and one more.

use postern_client::PushFilter;
use postern_wire::control::{Push, PushAnswer, PushList, PushTry};
use serde_json::json;

use crate::args::Over;
use crate::command::native::cut;
use crate::console::table;
use crate::exit::Outcome;
use crate::moment::shown;
use crate::session::{Session, failure};

/// List what the addresses were told, the newest first (asks a running server)
#[derive(clap::Args, Debug)]
pub struct List {
    /// Only those in this state
    #[arg(long, value_name = "STATE", value_parser = ["waiting", "arrived", "given_up"])]
    state: Option<String>,
    /// Only those for this one, as `list` shows it, such as `inbound/7`
    #[arg(long)]
    webhook: Option<String>,
    /// Only older ones: the `next` of an earlier answer
    #[arg(long, value_name = "PUSH")]
    before: Option<String>,
    /// At most this many
    #[arg(long, short = 'L', default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    #[command(flatten)]
    pub over: Over,
}

/// Show every try of a push: when, what was answered, how long it took (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Tries {
    /// Such as `push_17`, as `webhook-id` has it
    #[arg(value_name = "PUSH")]
    push: String,
    #[command(flatten)]
    pub over: Over,
}

/// Make pushes again, now, with the same `webhook-id` (asks a running server)
///
/// One that waits for its next try is made at once; one that arrived or was given up is made once more, and tried again as a new one is only while
/// tries are left.
#[derive(clap::Args, Debug)]
pub struct Replay {
    /// Such as `push_17`
    #[arg(value_name = "PUSH", required = true)]
    pushes: Vec<String>,
    #[command(flatten)]
    pub over: Over,
}

pub async fn list(args: List, session: Session) -> Outcome {
    let filter = PushFilter {
        state: args.state,
        webhook: args.webhook,
        before: args.before,
        limit: Some(args.limit),
        connection: session.connection(&args.over.choice),
    };
    let list = session.client.pushes(&filter).await.map_err(failure)?;
    session.console.answer(&list, shown_list)
}

fn shown_list(list: &PushList) -> String {
    table(
        ["PUSH", "AT", "WEBHOOK", "URL", "STATE", "TRIES", "NEXT TRY"],
        list.pushes.iter().map(|push| {
            [
                push.push_id.clone(),
                shown(&push.created_at),
                push.webhook.clone().unwrap_or_else(|| "a test".to_owned()),
                cut(&push.url),
                in_words(push).to_owned(),
                push.tries.to_string(),
                push.next_try_at.as_deref().map(shown).unwrap_or_default(),
            ]
        }),
    )
}

pub async fn tries(args: Tries, session: Session) -> Outcome {
    let connection = session.connection(&args.over.choice);
    let found = session.client.push(&args.push, connection.as_deref()).await;
    session
        .console
        .answer(&found.map_err(failure)?, shown_tries)
}

fn shown_tries(found: &PushAnswer) -> String {
    let push = &found.push;
    let mut head = format!("{} to {}: {}", push.push_id, push.url, in_words(push));
    if let Some(next) = &push.next_try_at {
        head.push_str(&format!(", next try {}", shown(next)));
    }
    let rows = found.tries.iter().enumerate().map(|(place, one)| {
        [
            (place + 1).to_string(),
            shown(&one.at),
            came(one),
            format!("{} ms", one.took_ms),
            cut(one.answer.as_deref().unwrap_or_default()),
        ]
    });
    format!(
        "{head}\n{}",
        table(["TRY", "AT", "CAME", "TOOK", "ANSWER"], rows)
    )
}

pub async fn replay(args: Replay, session: Session) -> Outcome {
    let connection = session.connection(&args.over.choice);
    let mut made = Vec::new();
    for push in &args.pushes {
        let again = session.client.replay_push(push, connection.as_deref());
        let again = again.await.map_err(failure)?;
        if !session.console.json {
            session.console.line(format!(
                "{} is on its way again; `postern webhook tries {0}` says what became of it",
                again.push.push_id
            ))?;
        }
        made.push(again.push);
    }
    match session.console.json {
        true => session.console.json(&json!({"pushes": made})),
        false => Ok(()),
    }
}

fn in_words(push: &Push) -> &'static str {
    match push.state.as_str() {
        "arrived" => "arrived",
        "given_up" => "given up",
        _ => "waiting",
    }
}

/// The status, and why it did not arrive where there is more to say.
fn came(one: &PushTry) -> String {
    match (one.status, &one.problem) {
        (Some(status), _) => status.to_string(),
        (None, Some(problem)) => problem.clone(),
        (None, None) => "nothing".to_owned(),
    }
}
