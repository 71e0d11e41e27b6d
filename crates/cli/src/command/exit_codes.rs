//! `postern help exit-codes`.

use crate::console::{Console, table};
use crate::exit::{Exit, Outcome};

/// What each exit code means
///
/// 0 done; 1 refused or failed; 2 the command line cannot be read; 3 unusable configuration; 4 the data directory is in
/// use; 5 vault key missing or wrong; 6 data directory or database unusable; 7 cannot listen; 8 connection still
/// pending; 9 no server answered, nothing was sent; 10 key not accepted, or it may not do this; 11 not found; 12 sent,
/// but no answer came: look before repeating. `postern exit-codes` prints them as a table.
#[derive(clap::Args, Debug)]
pub struct Args {}

pub fn run(console: Console) -> Outcome {
    let rows: Vec<serde_json::Value> = Exit::ALL
        .iter()
        .map(|(exit, word, meaning)| serde_json::json!({"code": *exit as u8, "error": word, "meaning": meaning}))
        .collect();
    console.answer(&rows, |_| {
        let done = [
            "0".to_owned(),
            "done".to_owned(),
            "it did what was asked".to_owned(),
        ];
        let rest = Exit::ALL.iter().map(|(exit, word, meaning)| {
            [
                (*exit as u8).to_string(),
                (*word).to_owned(),
                (*meaning).to_owned(),
            ]
        });
        table(
            ["CODE", "ERROR", "MEANING"],
            std::iter::once(done).chain(rest),
        )
    })
}
