//! `postern api`: any call, in the manner of `gh api`.

mod fields;

use std::fs;
use std::io::{Read, Write};

use postern_client::{RawAnswer, RawRequest};

use crate::args::{ConnectionChoice, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, exit_of, failure};
use fields::Fields;

/// Make any call through the server and print what it answers
///
/// The path is the server's: `/clicksend/v3/account`, `/connections`, `/keys`. GET, or POST when fields are given. The body goes to
/// standard output whatever the status; the exit code is 0 below 400. What there is to call: `/docs` of the server, `/openapi.json`.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Such as /clicksend/v3/sms/history?limit=5
    path: String,

    /// [default: GET, or POST with fields or --input]
    #[arg(long, short = 'X', value_name = "METHOD")]
    method: Option<String>,

    /// A text field: `name=value`, nested `a[b]=value`, a list `a[]=value`; may be repeated
    #[arg(long = "raw-field", short = 'f', value_name = "NAME=VALUE")]
    raw: Vec<String>,

    /// A typed field: true, false, null and numbers as themselves, `@file` for a file's text
    #[arg(long = "field", short = 'F', value_name = "NAME=VALUE")]
    typed: Vec<String>,

    /// The body, from a file or `-` for standard input
    #[arg(long, value_name = "FILE")]
    input: Option<String>,

    /// Another header: `Name: value`; may be repeated
    #[arg(long = "header", short = 'H', value_name = "NAME: VALUE")]
    headers: Vec<String>,

    /// Print status and headers too
    #[arg(long, short)]
    include: bool,

    /// Do not print the body
    #[arg(long)]
    silent: bool,

    #[command(flatten)]
    choice: ConnectionChoice,

    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(args: Args, console: Console, environment: &Environment) -> Outcome {
    super::with_server(&args.server.clone(), console, environment, |session| {
        call(args, session)
    })
}

async fn call(args: Args, session: Session) -> Outcome {
    let request = request(&args, session.connection(&args.choice))?;
    let answer = session.client.raw(request).await.map_err(failure)?;
    print(&args, answer).await
}

fn request(args: &Args, connection: Option<String>) -> Outcome<RawRequest> {
    let fields = Fields::read(&args.raw, &args.typed)?;
    let has_body = args.input.is_some() || !fields.is_empty();
    let method = match args.method.as_deref() {
        Some(method) => method.to_ascii_uppercase(),
        None if has_body => "POST".to_owned(),
        None => "GET".to_owned(),
    };
    let mut request = RawRequest::get(args.path.clone());
    request.method = method.parse().map_err(|_| {
        Failure::new(Exit::Usage, format!("{method:?} is no method"))
            .fix("use GET, POST, PUT, PATCH or DELETE")
    })?;
    let fields_go_into_the_query = request.method.is_safe() || args.input.is_some();
    if !fields.is_empty() && fields_go_into_the_query {
        let glue = if request.path.contains('?') { '&' } else { '?' };
        request.path = format!("{}{glue}{}", request.path, fields.query());
    } else if !fields.is_empty() {
        request.body = Some(fields.json());
    }
    if let Some(file) = &args.input {
        request.body = Some(read(file)?);
    }
    let content_type_given = args
        .headers
        .iter()
        .any(|line| line.to_ascii_lowercase().starts_with("content-type:"));
    let mut lines = args.headers.clone();
    if request.body.is_some() && !content_type_given {
        lines.push("Content-Type: application/json".to_owned());
    }
    lines.extend(connection.map(|id| format!("Postern-Connection: {id}")));
    for line in lines {
        request = request.header(&line).ok_or_else(|| {
            Failure::new(Exit::Usage, format!("{line:?} is no header"))
                .fix("write it as \"Name: value\"")
        })?;
    }
    Ok(request)
}

async fn print(args: &Args, mut answer: RawAnswer) -> Outcome {
    let mut out = std::io::stdout().lock();
    let closed = |error: std::io::Error| {
        Failure::failed(format!("cannot write to standard output: {error}"))
    };
    if args.include {
        writeln!(out, "{:?} {}", answer.version, answer.status).map_err(closed)?;
        for (name, value) in &answer.headers {
            writeln!(out, "{name}: {}", String::from_utf8_lossy(value.as_bytes()))
                .map_err(closed)?;
        }
        writeln!(out).map_err(closed)?;
    }
    let mut refusal = Vec::new();
    while let Some(piece) = answer.next_piece().await.map_err(failure)? {
        let piece = piece.as_ref();
        if !args.silent {
            out.write_all(piece).map_err(closed)?;
        }
        if answer.status.as_u16() >= 400 && refusal.len() < (1 << 20) {
            refusal.extend_from_slice(piece);
        }
    }
    out.flush().map_err(closed)?;
    let status = answer.status.as_u16();
    if status < 400 {
        return Ok(());
    }
    let problem: Option<postern_wire::control::Problem> = serde_json::from_slice(&refusal).ok();
    let word = problem.as_ref().map(|problem| problem.error.as_str());
    let mut ended = Failure::new(
        exit_of(status, word),
        format!("the answer was {}", answer.status),
    );
    ended.fix = problem.and_then(|problem| problem.hint);
    Err(ended)
}

fn read(file: &str) -> Outcome<Vec<u8>> {
    let mut bytes = Vec::new();
    let read = if file == "-" {
        std::io::stdin().read_to_end(&mut bytes).map(|_| ())
    } else {
        fs::read(file).map(|content| bytes = content)
    };
    read.map_err(|error| {
        Failure::failed(format!("cannot read {file}: {error}"))
            .fix("name a readable file with --input")
    })?;
    Ok(bytes)
}
