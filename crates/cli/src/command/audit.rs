//! `postern audit`: what was done and decided, and the proof that nobody changed it.

mod verify;

use std::fs::OpenOptions;
use std::io::{self, Write};
use std::path::PathBuf;

use clap::{Args, Subcommand};
use postern_client::AuditFilter;
use serde::Serialize;

use crate::args::ServerArgs;
use crate::clock;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::{self, shown};
use crate::session::{Session, exit_of, failure};

/// See what was done and decided, and prove that nobody changed it
#[derive(Debug, Subcommand)]
pub enum Verb {
    List(List),
    /// Show one record with what changed (asks a running server)
    View(View),
    /// Show how far the chain is, and how much of it is signed (asks a running server)
    Chain(ServerArgs),
    Export(Export),
    Verify(verify::Verify),
    /// Show the public key that exports are verified with (asks a running server)
    ///
    /// Keep it where nobody who runs the server can change it: a chain that is verified with a key from the same place proves little.
    Key(ServerArgs),
}

/// List records, the newest first (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// How many
    #[arg(long, default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=200))]
    limit: u32,
    /// Only what this key did
    #[arg(long, value_name = "KEY_ID")]
    actor: Option<String>,
    /// Only this: `call`, `key.create`, `connection.delete`, …
    #[arg(long)]
    action: Option<String>,
    /// Only what was done to this: a key's, a connection's, an account's id, …
    #[arg(long, value_name = "ID")]
    object: Option<String>,
    /// Only since then: 30d or 12h ago, a date, or RFC 3339
    #[arg(long, value_name = "WHEN")]
    since: Option<String>,
    /// Only before then
    #[arg(long, value_name = "WHEN")]
    until: Option<String>,
    /// Only what was refused
    #[arg(long)]
    refused: bool,
    /// The next page: what the last one named
    #[arg(long, value_name = "AUDIT_ID")]
    before: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Args, Debug)]
pub struct View {
    audit_id: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Write the sealed record to a file, as lines of JSON (asks a running server)
///
/// With the public key (`postern audit key`) it is all that a stranger needs for `postern audit verify`.
#[derive(Args, Debug)]
pub struct Export {
    /// The file to write; it must not exist. `-` is standard output
    file: PathBuf,
    /// Only what follows this record, the last one of an earlier export
    #[arg(long, value_name = "NUMBER", default_value_t = 0)]
    after: i64,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::List(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                list(args, session)
            })
        }
        Verb::Export(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                export(args, session)
            })
        }
        Verb::View(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                view(args, session)
            })
        }
        Verb::Chain(server) => super::with_server(&server, console, environment, chain),
        Verb::Verify(args) => verify::run(&args, console),
        Verb::Key(server) => super::with_server(&server, console, environment, key),
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let instant = |text: Option<String>, flag| {
        let past = text.map(|text| moment::past(&text, clock::now(), flag));
        past.transpose()
    };
    let filter = AuditFilter {
        actor_id: args.actor,
        action: args.action,
        decision: args.refused.then(|| "refused".to_owned()),
        object_id: args.object,
        since: instant(args.since, "--since")?,
        until: instant(args.until, "--until")?,
        before: args.before,
        limit: Some(args.limit),
    };
    let list = session.client.audit(&filter).await.map_err(failure)?;
    session.console.answer(&list, |list| {
        let rows = list.records.iter().map(|record| {
            let what = match (&record.method, &record.path) {
                (Some(method), Some(path)) => format!("{method} {path}"),
                _ => format!("{} {}", record.action, record.object_id),
            };
            let outcome = match (&record.code, &record.outcome, record.status) {
                (Some(code), ..) => code.clone(),
                (None, Some(outcome), Some(status)) => format!("{outcome} {status}"),
                (None, Some(outcome), None) => outcome.clone(),
                // A change is over when it is on record; a call has an outcome later.
                (None, None, _) if record.method.is_none() => "done".to_owned(),
                (None, None, _) => "under way".to_owned(),
            };
            [
                shown(&record.at),
                record.actor_id.clone(),
                what,
                record.decision.clone(),
                outcome,
            ]
        });
        let mut text = table(["AT", "WHO", "WHAT", "DECISION", "OUTCOME"], rows);
        if let Some(next) = &list.next {
            text.push_str(&format!("\nMore: --before {next}"));
        }
        text
    })
}

async fn view(args: View, session: Session) -> Outcome {
    let record = session.client.audit_record(&args.audit_id).await;
    session.console.answer(&record.map_err(failure)?, |record| {
        let or = |text: &Option<String>| text.clone().unwrap_or_default();
        let detail = match record.detail.is_null() {
            true => String::new(),
            false => record.detail.to_string(),
        };
        sheet(&[
            ("record", record.audit_id.clone()),
            ("at", shown(&record.at)),
            ("who", format!("{} {}", record.actor_kind, record.actor_id)),
            ("from", record.peer.clone()),
            ("action", record.action.clone()),
            ("to", format!("{} {}", record.object_kind, record.object_id)),
            (
                "call",
                format!("{} {}", or(&record.method), or(&record.path))
                    .trim()
                    .to_owned(),
            ),
            ("effect", or(&record.effect)),
            ("decision", record.decision.clone()),
            ("code", or(&record.code)),
            ("outcome", or(&record.outcome)),
            ("send", or(&record.send_id)),
            ("request", record.request_id.clone()),
            ("detail", detail),
        ])
    })
}

async fn chain(session: Session) -> Outcome {
    let chain = session.client.audit_chain().await.map_err(failure)?;
    session.console.answer(&chain, |chain| {
        sheet(&[
            ("chain", chain.chain.clone()),
            ("records", chain.records.to_string()),
            ("signed", chain.signed.to_string()),
            (
                "signed at",
                chain.signed_at.as_deref().map(shown).unwrap_or_default(),
            ),
            ("public key", chain.public_key.clone()),
        ])
    })
}

async fn key(session: Session) -> Outcome {
    let key = session.client.audit_key().await.map_err(failure)?;
    session.console.answer(&key, |key| {
        sheet(&[
            ("public key", key.public_key.clone()),
            ("chain", key.chain.clone()),
        ])
    })
}

#[derive(Serialize)]
struct Done {
    file: PathBuf,
    bytes: u64,
}

async fn export(args: Export, session: Session) -> Outcome {
    let mut answer = session
        .client
        .export_audit(args.after)
        .await
        .map_err(failure)?;
    if !answer.status.is_success() {
        return Err(Failure::new(
            exit_of(answer.status.as_u16(), None),
            format!("the answer was {}", answer.status),
        )
        .fix("use a full key that is not narrowed, and a number that `postern audit verify` named last"));
    }
    let to_stdout = args.file.as_os_str() == "-";
    let unwritable = |error: io::Error| {
        Failure::new(
            Exit::Config,
            format!("cannot write {}: {error}", args.file.display()),
        )
        .fix("name a new file in a writable directory")
    };
    let mut out: Box<dyn Write> = if to_stdout {
        Box::new(io::stdout().lock())
    } else {
        let file = OpenOptions::new()
            .write(true)
            .create_new(true)
            .open(&args.file);
        Box::new(io::BufWriter::new(file.map_err(unwritable)?))
    };
    let spinner = session.console.spinner("reading the chain");
    let mut bytes = 0;
    while let Some(piece) = answer.next_piece().await.map_err(failure)? {
        let piece = piece.as_ref();
        out.write_all(piece).map_err(unwritable)?;
        bytes += piece.len() as u64;
    }
    out.flush().map_err(unwritable)?;
    spinner.finish_and_clear();
    if to_stdout {
        return Ok(());
    }
    let done = Done {
        file: args.file.clone(),
        bytes,
    };
    session.console.answer(&done, |done| {
        format!(
            "{} holds the record ({} bytes). Anybody can check it: `postern audit verify {} --public-key …`",
            done.file.display(),
            done.bytes,
            done.file.display()
        )
    })
}
