//! `postern mcp`: the Model Context Protocol over standard input and output, for clients that start their servers themselves. It is a pipe to
//! `/mcp` of a running server: the tools are the server's, so both transports are one.

mod message;

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use postern_client::{Client, RawRequest};
use serde_json::Value;
use tokio::io::{
    AsyncBufRead, AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader,
};
use tokio::sync::Semaphore;
use tokio::task::AbortHandle;
use tokio_util::task::TaskTracker;

use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Failure, Outcome};
use crate::session::Session;
use message::{Message, unanswered, unreadable};

/// As the server takes them.
const LINE_BYTES_MAX: u64 = 1 << 20;
/// What a tool answers at most, and the frame around it.
const ANSWER_BYTES_MAX: usize = 8 << 20;
/// Requests that wait for their answers at a time; more are read when one of them has its own.
const UNDER_WAY_MAX: usize = 16;

/// Speak MCP on standard input and output, for clients of agents (asks a running server)
///
/// A client's settings name it so: {"mcpServers": {"postern": {"command": "postern", "args": ["mcp"], "env": {"POSTERN_URL": "…",
/// "POSTERN_API_KEY": "pst_live_…"}}}}. Give agents a key of their own with limits: postern key create --name NAME.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    choice: ConnectionChoice,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    super::with_server(&args.server, console, environment, |session| {
        let connection = session.connection(&args.choice);
        pipe(session, connection)
    })
}

struct Pipe {
    client: Client,
    connection: Option<String>,
    /// Of `initialize`; later requests name it in a header.
    version: Mutex<Option<String>>,
    /// By the text of the request's id, for clients that change their mind.
    under_way: Mutex<HashMap<String, AbortHandle>>,
    out: tokio::sync::Mutex<tokio::io::Stdout>,
}

/// Ends at the end of the input, after the last answer.
async fn pipe(session: Session, connection: Option<String>) -> Outcome {
    let pipe = Arc::new(Pipe {
        client: session.client,
        connection,
        version: Mutex::default(),
        under_way: Mutex::default(),
        out: tokio::sync::Mutex::new(tokio::io::stdout()),
    });
    let (tasks, places) = (TaskTracker::new(), Arc::new(Semaphore::new(UNDER_WAY_MAX)));
    let mut input = BufReader::new(tokio::io::stdin());
    while let Some(line) = next_line(&mut input).await? {
        let Some(message) = line.as_deref().and_then(Message::read) else {
            pipe.say(&unreadable()).await?;
            continue;
        };
        if let Some(id) = message.cancels() {
            pipe.forget(&id);
            continue;
        }
        let Ok(place) = places.clone().acquire_owned().await else {
            break;
        };
        if message.is_initialize() {
            // Its answer decides what the next request says; everything else may overtake.
            pipe.serve(&message).await?;
            continue;
        }
        let (shared, id) = (pipe.clone(), message.id());
        let mut under_way = lock(&pipe.under_way);
        let task = tasks.spawn(async move {
            let served = shared.serve(&message).await;
            if let Some(id) = message.id() {
                lock(&shared.under_way).remove(&id);
            }
            drop(place);
            served
        });
        // Held until it is in, so that it cannot be taken out before.
        under_way.extend(id.map(|id| (id, task.abort_handle())));
    }
    tasks.close();
    tasks.wait().await;
    Ok(())
}

/// One line; `Some(None)` for one that is longer than any message, `None` at the end.
async fn next_line(input: &mut (impl AsyncBufRead + Unpin)) -> Outcome<Option<Option<Vec<u8>>>> {
    let failed = |error| Failure::failed(format!("cannot read standard input: {error}"));
    let mut line = Vec::new();
    let mut limited = (&mut *input).take(LINE_BYTES_MAX);
    let read = limited.read_until(b'\n', &mut line).await.map_err(failed)?;
    if read == 0 {
        return Ok(None);
    }
    if line.last() == Some(&b'\n') || (read as u64) < LINE_BYTES_MAX {
        return Ok(Some(Some(line)));
    }
    loop {
        line.clear();
        let mut limited = (&mut *input).take(LINE_BYTES_MAX);
        let read = limited.read_until(b'\n', &mut line).await.map_err(failed)?;
        if read == 0 || line.last() == Some(&b'\n') {
            return Ok(Some(None));
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Pipe {
    async fn serve(&self, message: &Message) -> Outcome {
        match self.ask(message).await {
            Some(answer) => self.say(&answer).await,
            None => Ok(()),
        }
    }

    /// What the server answers; `None` for what has no answer.
    async fn ask(&self, message: &Message) -> Option<Value> {
        let version = lock(&self.version).clone();
        let request = message.request(version.as_deref(), self.connection.as_deref());
        match self.answer(request).await {
            Ok((status, body)) => {
                let answer = message.answer(status, &body)?;
                if let Some(version) = message.negotiated(&answer) {
                    *lock(&self.version) = Some(version);
                }
                Some(answer)
            }
            Err(error) => unanswered(message, &error),
        }
    }

    async fn answer(&self, request: RawRequest) -> Result<(u16, Vec<u8>), postern_client::Error> {
        let mut answer = self.client.raw(request).await?;
        let mut body = Vec::new();
        while let Some(piece) = answer.next_piece().await? {
            if body.len() < ANSWER_BYTES_MAX {
                body.extend_from_slice(piece.as_ref());
            }
        }
        Ok((answer.status.as_u16(), body))
    }

    async fn say(&self, message: &Value) -> Outcome {
        let mut line = message.to_string();
        line.push('\n');
        let mut out = self.out.lock().await;
        let written = async {
            out.write_all(line.as_bytes()).await?;
            out.flush().await
        };
        written
            .await
            .map_err(|error| Failure::failed(format!("cannot write to standard output: {error}")))
    }

    /// The client wants no answer any more. What the server is doing it does to its end.
    fn forget(&self, id: &str) {
        if let Some(task) = lock(&self.under_way).remove(id) {
            task.abort();
        }
    }
}
