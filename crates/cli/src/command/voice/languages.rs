//! `postern voice languages`.

use serde_json::Value;

use crate::args::Over;
use crate::command::native::field;
use crate::console::table;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// List languages and voices (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let languages = session.clicksend(&args.over).voice().languages().await;
    let languages = languages.map_err(failure)?;
    session.console.answer(&languages.json, |_| {
        let rows = languages.data().as_array().map_or(&[][..], Vec::as_slice);
        table(
            ["CODE", "COUNTRY", "VOICES"],
            rows.iter().map(|row| {
                let voices = match &row["gender"] {
                    Value::Array(several) => several
                        .iter()
                        .filter_map(Value::as_str)
                        .collect::<Vec<_>>()
                        .join(", "),
                    _ => field(row, "gender"),
                };
                [field(row, "code"), field(row, "country"), voices]
            }),
        )
    })
}
