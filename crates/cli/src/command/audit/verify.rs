//! `postern audit verify`: an export and the public key, no server, no store.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read};
use std::path::{Path, PathBuf};

use postern_audit::{PublicKey, Summary, Verifier};
use serde::Serialize;

use crate::console::{Console, sheet};
use crate::exit::{Exit, Failure, Outcome};

/// No line of an export comes near.
const LINE_BYTES_MAX: u64 = 1 << 20;

/// Check an export with nothing but the public key (needs no server)
///
/// Names the first record that was changed, removed, moved or added. Exit code 1 when it is not what was signed.
#[derive(clap::Args, Debug)]
pub struct Verify {
    /// What `postern audit export` wrote; `-` is standard input
    file: PathBuf,
    /// What `postern audit key` showed when the chain was trusted
    #[arg(long, value_name = "BASE64")]
    public_key: String,
}

#[derive(Serialize)]
struct Proven {
    chain: String,
    records: i64,
    erased: i64,
    checkpoints: i64,
    first: i64,
    last: i64,
    signed_at: String,
}

pub fn run(args: &Verify, console: Console) -> Outcome {
    let key = PublicKey::parse(&args.public_key).map_err(|error| {
        Failure::new(Exit::Usage, format!("--public-key: {error}"))
            .fix("give the 44 characters that `postern audit key` shows")
    })?;
    let summary = verify(&args.file, key)?;
    let proven = Proven {
        signed_at: jiff::Timestamp::from_microsecond(summary.signed_at)
            .map(|at| at.to_string())
            .unwrap_or_default(),
        chain: summary.chain,
        records: summary.records,
        erased: summary.erased,
        checkpoints: summary.checkpoints,
        first: summary.first,
        last: summary.last,
    };
    console.answer(&proven, |proven| {
        sheet(&[
            ("chain", proven.chain.clone()),
            (
                "records",
                format!("{}, none changed, none missing", proven.records),
            ),
            ("erased by retention", proven.erased.to_string()),
            ("numbers", format!("{} to {}", proven.first, proven.last)),
            ("signed", proven.signed_at.clone()),
        ])
    })
}

fn verify(file: &Path, key: PublicKey) -> Outcome<Summary> {
    let unreadable = |error: io::Error| {
        Failure::new(
            Exit::Config,
            format!("cannot read {}: {error}", file.display()),
        )
        .fix("name a file that `postern audit export` wrote")
    };
    let mut input: Box<dyn BufRead> = if file.as_os_str() == "-" {
        Box::new(io::stdin().lock())
    } else {
        Box::new(BufReader::new(File::open(file).map_err(unreadable)?))
    };
    let bad = |bad: postern_audit::Bad| {
        Failure::failed(format!("this is not what was signed: {bad}")).fix(
            "nothing from that line on is proven; compare with another copy, and find out who could write the store or the file",
        )
    };
    let mut verifier = Verifier::new(key);
    let mut line = String::new();
    loop {
        line.clear();
        let read = input.by_ref().take(LINE_BYTES_MAX).read_line(&mut line);
        if read.map_err(unreadable)? == 0 {
            return verifier.finish().map_err(bad);
        }
        verifier.line(line.trim_end_matches('\n')).map_err(bad)?;
    }
}
