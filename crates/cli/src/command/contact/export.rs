//! `postern contact export`: page after page, written while it is read; an import takes the file back.

use std::io::Write;

use postern_client::ListQuery;
use postern_domain::contact::Field;
use serde_json::Value;

use crate::args::Over;
use crate::command::list::find;
use crate::command::native::field;
use crate::exit::{Failure, Outcome};
use crate::session::{Session, failure};

/// What makes a spreadsheet calculate: such cells go behind an apostrophe, which an import takes off again.
const FORMULA: [char; 6] = ['=', '+', '-', '@', '\t', '\r'];

/// Write the contacts of a list as CSV (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Id or name of the list
    list: String,
    /// Where to [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    output: Option<std::path::PathBuf>,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let list = find(&clicksend, &args.list).await?;
    let id = list.to_string();
    let mut rows = clicksend.rows::<Value>(&["lists", &id, "contacts"], &ListQuery::default());
    let out: Box<dyn Write> = match &args.output {
        Some(path) => Box::new(std::fs::File::create(path).map_err(|error| {
            Failure::failed(format!("cannot write {}: {error}", path.display()))
                .fix("name a file in a directory that you may write to")
        })?),
        None => Box::new(std::io::stdout().lock()),
    };
    let mut writer = csv::WriterBuilder::new()
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    let bar = session.console.bar("contacts");
    let mut count: u64 = 0;
    let mut written = writer.write_record(Field::ALL.map(Field::import_name));
    // Whoever was reading has seen enough, as `head` has.
    while written.is_ok()
        && let Some(row) = rows.next().await
    {
        let row = row.map_err(failure)?;
        let cells = Field::ALL.map(|one| harmless(field(&row, one.as_str())));
        written = writer.write_record(cells);
        count += 1;
        bar.set_length(rows.total().unwrap_or(count));
        bar.set_position(count);
    }
    bar.finish_and_clear();
    let written = written.and_then(|()| writer.flush().map_err(csv::Error::from));
    match written {
        Err(error) if is_closed(&error) => return Ok(()),
        Err(error) => return Err(Failure::failed(format!("cannot write: {error}"))),
        Ok(()) => {}
    }
    match &args.output {
        Some(path) => {
            let answer = serde_json::json!({"contacts": count, "file": path});
            session.console.answer(&answer, |_| {
                format!("{count} contacts are in {}", path.display())
            })
        }
        None => Ok(()),
    }
}

fn is_closed(error: &csv::Error) -> bool {
    matches!(error.kind(), csv::ErrorKind::Io(error) if error.kind() == std::io::ErrorKind::BrokenPipe)
}

/// Numbers with a sign are harmless, and every telephone number is one.
fn harmless(text: String) -> String {
    let digits = text.strip_prefix(['+', '-']).unwrap_or(&text);
    let is_number = !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit());
    match text.trim_start_matches('\'').starts_with(FORMULA) && !is_number {
        true => format!("'{text}"),
        false => text,
    }
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn formulas_are_made_harmless_and_numbers_stay() {
        for (cell, written) in [
            ("=1+1", "'=1+1"),
            ("+15551234567", "+15551234567"),
            ("+1 555", "'+1 555"),
            ("'=x", "''=x"),
            ("Lee", "Lee"),
            ("", ""),
        ] {
            assert_eq!(harmless(cell.to_owned()), written);
        }
    }
}
