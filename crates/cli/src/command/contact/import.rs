//! `postern contact import`: hands a CSV file over and watches how it is read. The server reads on without anybody who watches, also after
//! a restart of its own.

use std::time::Duration;

use postern_client::ClickSend;
use postern_domain::contact::Field;
use postern_wire::clicksend::list::ImportReport;

use crate::args::Over;
use crate::command::list::find;
use crate::console::{Console, table};
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// More than a million contacts.
const FILE_BYTES_MAX: u64 = 512 << 20;
const LOOK_EVERY: Duration = Duration::from_millis(200);
/// Looks that may fail in a row: a server that restarts is waited for.
const FAILED_LOOKS_MAX: u32 = 150;
/// Bad rows that are shown to people.
const BAD_ROWS_SHOWN: usize = 20;

/// Bring contacts from a CSV file into a list (asks a running server, of which the list must be)
///
/// The first row says what the columns are (phone, first_name, last_name, email, custom1, …), or --columns does. Ctrl-C stops watching only:
/// the server reads on, and `postern contact import LIST --watch IMPORT` watches again. Exit code 1 when rows were left out.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Id or name of the list
    list: String,
    /// The file, in UTF-8; `-` reads standard input
    #[arg(required_unless_present = "watch")]
    file: Option<String>,
    /// What the columns are; an empty name leaves one out
    #[arg(long, value_name = "NAMES", value_delimiter = ',')]
    columns: Vec<String>,
    /// Do not wait until it has been read
    #[arg(long)]
    no_wait: bool,
    /// Watch an import that goes on
    #[arg(long, value_name = "IMPORT", conflicts_with_all = ["file", "columns", "no_wait"])]
    watch: Option<String>,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let list = find(&clicksend, &args.list).await?;
    let import = match (&args.watch, &args.file) {
        (Some(import), _) => import.clone(),
        (None, file) => {
            let csv = read(file.as_deref().unwrap_or("-"))?;
            let columns = columns(&args.columns, &csv)?;
            let queued = clicksend.import_contacts(list, &columns, csv).await;
            let queued = queued.map_err(failure)?;
            if args.no_wait {
                return session
                    .console
                    .answer(&queued.json, |_| super::field(queued.data(), "id"));
            }
            queued.into_data().map_err(failure)?.id
        }
    };
    session.console.note(format!(
        "Import {import} of list {list}. Ctrl-C stops watching only: `postern contact import {list} --watch {import}` goes on."
    ));
    let report = watch(&clicksend, list, &import, session.console).await?;
    session.console.answer(&report, shown)?;
    match (report.status.as_str(), report.rows_failed) {
        ("Failed", _) => Err(Failure::failed(format!(
            "the import failed: {}",
            report.failure.as_deref().unwrap_or("nobody knows why")
        ))
        .fix("import the file again; what is there already is not taken away")),
        (_, 0) => Ok(()),
        (_, failed) => Err(Failure::failed(format!("{failed} rows were left out"))
            .fix("correct those rows and import them alone")),
    }
}

fn read(file: &str) -> Outcome<Vec<u8>> {
    use std::io::Read as _;
    let mut bytes = Vec::new();
    let read = match file {
        "-" => std::io::stdin()
            .lock()
            .take(FILE_BYTES_MAX + 1)
            .read_to_end(&mut bytes),
        file => std::fs::File::open(file)
            .and_then(|open| open.take(FILE_BYTES_MAX + 1).read_to_end(&mut bytes)),
    };
    read.map_err(|error| {
        Failure::failed(format!("cannot read {file}: {error}"))
            .fix("name a CSV file that you may read")
    })?;
    match bytes.len() as u64 <= FILE_BYTES_MAX {
        true => Ok(bytes),
        false => Err(Failure::failed(format!("{file} is larger than 512 MiB"))
            .fix("split it and import the parts")),
    }
}

/// Given ones, or those that the first row names.
fn columns(given: &[String], csv: &[u8]) -> Outcome<Vec<String>> {
    if !given.is_empty() {
        return Ok(given.to_vec());
    }
    let line = csv.split(|b| *b == b'\n').next().unwrap_or_default();
    let line = String::from_utf8_lossy(line);
    let line = line.trim_start_matches('\u{feff}').trim();
    let delimiter = [';', '\t', ',']
        .into_iter()
        .max_by_key(|one| line.matches(*one).count())
        .unwrap_or(',');
    let names = line.split(delimiter).map(|cell| {
        let name = cell.trim().trim_matches('"').trim().to_ascii_lowercase();
        Field::parse(&name.replace([' ', '-'], "_")).map_or("", Field::import_name)
    });
    let names: Vec<String> = names.map(str::to_owned).collect();
    match names.iter().any(|name| !name.is_empty()) {
        true => Ok(names),
        false => Err(Failure::new(
            Exit::Usage,
            "the first row does not say what the columns are",
        )
        .fix("say it with --columns, such as --columns phone,first_name,last_name")),
    }
}

/// Until it has come to its end.
async fn watch(
    clicksend: &ClickSend,
    list: i64,
    import: &str,
    console: Console,
) -> Outcome<ImportReport> {
    let bar = console.bar("KiB read");
    let mut failed = 0;
    loop {
        match clicksend.import_report(list, import).await {
            Ok(report) => {
                let report = report.into_data().map_err(failure)?;
                failed = 0;
                let kib = |bytes: i64| u64::try_from(bytes).unwrap_or(0).div_ceil(1024);
                bar.set_length(kib(report.bytes_total));
                bar.set_position(kib(report.bytes_read));
                bar.set_message(format!("{} contacts", report.contacts_added));
                if matches!(report.status.as_str(), "Completed" | "Failed") {
                    bar.finish_and_clear();
                    return Ok(report);
                }
            }
            Err(error) => {
                failed += 1;
                let passes = error
                    .refusal()
                    .is_none_or(|no| no.status == 429 || no.status >= 500);
                if !passes || failed > FAILED_LOOKS_MAX {
                    bar.finish_and_clear();
                    return Err(failure(error));
                }
                bar.set_message("the server does not answer");
            }
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
}

fn shown(report: &ImportReport) -> String {
    let mut text = format!(
        "{}: {} rows, {} contacts added, {} left out",
        report.status.to_lowercase(),
        report.rows_read,
        report.contacts_added,
        report.rows_failed
    );
    if !report.bad_rows.is_empty() {
        let rows = report.bad_rows.iter().take(BAD_ROWS_SHOWN);
        let bad = table(
            ["ROW", "WHY"],
            rows.map(|bad| [bad.row.to_string(), bad.reason.clone()]),
        );
        text.push_str(&format!("\n\n{bad}"));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::columns;

    #[test]
    fn columns_are_named_by_the_first_row() {
        let named = |csv: &str| columns(&[], csv.as_bytes()).map(|names| names.join(","));
        assert_eq!(
            named("phone,first_name\n+1,Ann\n").unwrap(),
            "phone,first_name"
        );
        assert_eq!(
            named("\u{feff}\"Phone Number\";Comment;Last Name\r\n").unwrap(),
            "phone,,last_name"
        );
        assert!(named("+15551234567,Ann\n").is_err());
        let given = ["phone".to_owned(), String::new()];
        assert_eq!(columns(&given, b"x,y").unwrap(), given);
    }
}
