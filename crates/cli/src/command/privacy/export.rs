//! `postern privacy export`: everything about one person, a JSON object a line.

use std::fs::File;
use std::io::{BufWriter, Write as _};
use std::path::{Path, PathBuf};

use postern_store::privacy::{self, Cursor, Found};
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::{Who, hold, load};
use crate::args::DataArgs;
use crate::console::Console;
use crate::data_dir::unusable;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::serve::store_failure;

/// Write everything kept about one person to a file, one JSON object a line (works on the data directory or POSTERN_DATABASE_URL)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    who: Who,
    /// The file to write; it must not exist
    file: PathBuf,
    #[command(flatten)]
    data: DataArgs,
}

#[derive(Serialize)]
struct Done {
    file: PathBuf,
    found: u64,
    looked_at: i64,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = load(&args.data, environment)?;
    let person = args.who.person(&config)?;
    let done = crate::command::block_on(async {
        let held = hold(&config).await?;
        let mut file = create(&args.file)?;
        let spinner = console.spinner("looking through everything");
        let (mut cursor, mut looked_at, mut found) = (Some(Cursor::default()), 0, 0);
        while let Some(from) = cursor {
            let who = person.clone();
            let step = held.store.read(move |tx| privacy::find(tx, &who, from));
            let step = step.await.map_err(store_failure)?;
            for one in &step.found {
                let line = line(one).to_string();
                writeln!(file, "{line}").map_err(|error| unusable(&args.file, &error))?;
            }
            looked_at += step.looked;
            found += step.found.len() as u64;
            cursor = step.next;
            spinner.set_message(format!("{looked_at} rows looked at, {found} found"));
        }
        let written = file
            .into_inner()
            .map_err(std::io::IntoInnerError::into_error);
        written
            .and_then(|file| file.sync_all())
            .map_err(|error| unusable(&args.file, &error))?;
        spinner.finish_and_clear();
        held.store.close().await;
        Ok(Done {
            file: args.file.clone(),
            found,
            looked_at,
        })
    })?;
    console.answer(&done, |done| {
        format!(
            "{} holds the {} things that are kept about this person ({} rows were looked at).",
            done.file.display(),
            done.found,
            done.looked_at
        )
    })
}

fn line(found: &Found) -> Value {
    let mut line = Map::new();
    line.insert("kind".to_owned(), json!(found.kind));
    line.insert("account_id".to_owned(), json!(found.account.0));
    for (name, value) in &found.fields {
        line.insert((*name).to_owned(), json!(value));
    }
    Value::Object(line)
}

/// For its owner only.
fn create(path: &Path) -> Outcome<BufWriter<File>> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path).map_err(|error| unusable(path, &error))?;
    Ok(BufWriter::new(file))
}
