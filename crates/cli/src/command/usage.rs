//! `postern usage`: what a month cost.

use super::native::field;
use crate::args::Over;
use crate::clock;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// Show what a month cost, by channel (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Such as 2026-11 [default: this month, UTC]
    #[arg(long, value_name = "MONTH")]
    month: Option<String>,
    #[command(flatten)]
    over: Over,
}

pub fn run(args: Args, console: Console, environment: &Environment) -> Outcome {
    super::with_server(&args.over.server.clone(), console, environment, |session| {
        show(args, session)
    })
}

async fn show(args: Args, session: Session) -> Outcome {
    let (year, month) = match &args.month {
        Some(text) => read(text)?,
        None => {
            let now = jiff::Timestamp::from_microsecond(clock::now().0)
                .map_err(anyhow::Error::from)?
                .to_zoned(jiff::tz::TimeZone::UTC);
            (i32::from(now.year()), u32::from(now.month().unsigned_abs()))
        }
    };
    let usage = session.clicksend(&args.over).usage(year, month).await;
    let usage = usage.map_err(failure)?;
    session.console.answer(&usage.json, |_| {
        let data = usage.data();
        let currency = field(&data["_currency"], "currency_name_short");
        let channels = ["sms", "mms", "voice", "email", "fax", "post"];
        let rows = channels.iter().filter_map(|channel| {
            let total = &data[format!("{channel}_total")];
            let count = field(total, "count");
            let is_used = *channel == "sms" || count.parse::<f64>().is_ok_and(|count| count > 0.0);
            is_used.then(|| [(*channel).to_owned(), count, field(total, "price")])
        });
        let lines = table(["CHANNEL", "PARTS", "COST"], rows);
        format!("{lines}\n\n{year}-{month:02}, in {currency}")
    })
}

fn read(text: &str) -> Outcome<(i32, u32)> {
    let found = text.split_once('-').and_then(|(year, month)| {
        let (year, month) = (year.parse().ok()?, month.parse().ok()?);
        ((1..=12).contains(&month) && (2000..=9999).contains(&year)).then_some((year, month))
    });
    found.ok_or_else(|| {
        Failure::new(Exit::Usage, format!("--month: {text:?} is no month")).fix("write 2026-11")
    })
}
