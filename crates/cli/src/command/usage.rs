//! `postern usage`: what a month cost, as ClickSend tells it; or what an account of the built-in platform sent, by day, channel, country or key.

use clap::ValueEnum;
use postern_wire::control::Used;

use super::native::field;
use crate::args::Over;
use crate::clock;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// What sums are of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum By {
    Day,
    Channel,
    Country,
    Key,
}

/// Show what a month cost, by channel; or what was sent, by day, country or key (asks a running server)
///
/// Without --by as the account itself tells it, whichever it is. With --by of an account of the built-in platform.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Such as 2026-11 [default: this month, UTC]
    #[arg(long, value_name = "MONTH", conflicts_with = "by")]
    month: Option<String>,
    /// What the sums are of
    #[arg(long, value_enum)]
    by: Option<By>,
    /// The first day, such as 2026-11-01 [default: thirty days before the last one]
    #[arg(long, value_name = "DAY", requires = "by")]
    since: Option<String>,
    /// The day after the last one [default: tomorrow]
    #[arg(long, value_name = "DAY", requires = "by")]
    until: Option<String>,
    #[command(flatten)]
    over: Over,
}

pub fn run(args: Args, console: Console, environment: &Environment) -> Outcome {
    super::with_server(
        &args.over.server.clone(),
        console,
        environment,
        |session| async move {
            match args.by {
                Some(by) => counted(args, by, session).await,
                None => show(args, session).await,
            }
        },
    )
}

async fn counted(args: Args, by: By, session: Session) -> Outcome {
    let of = session.connection(&args.over.choice);
    let (since, until) = (args.since.as_deref(), args.until.as_deref());
    let usage = session.client.usage(of.as_deref(), since, until).await;
    session.console.answer(&usage.map_err(failure)?, |usage| {
        let whole = |name: &str, used: &Used| {
            [
                name.to_owned(),
                used.messages.to_string(),
                used.failed.to_string(),
                used.spend.clone(),
            ]
        };
        let part = |name: &str, (messages, failed, spend): (i64, i64, &String)| {
            [
                name.to_owned(),
                messages.to_string(),
                failed.to_string(),
                spend.clone(),
            ]
        };
        let mut rows: Vec<[String; 4]> = match by {
            By::Day => usage
                .days
                .iter()
                .map(|one| whole(&one.day, &one.used))
                .collect(),
            By::Channel => usage
                .channels
                .iter()
                .map(|one| whole(&one.channel, &one.used))
                .collect(),
            By::Country => usage
                .countries
                .iter()
                .map(|one| part(&one.country, (one.messages, one.failed, &one.spend)))
                .collect(),
            By::Key => usage
                .keys
                .iter()
                .map(|one| {
                    let name = one.key_id.as_deref().unwrap_or("the account's own");
                    part(name, (one.messages, one.failed, &one.spend))
                })
                .collect(),
        };
        rows.push(whole("all", &usage.total));
        let heads = match by {
            By::Day => "DAY",
            By::Channel => "CHANNEL",
            By::Country => "COUNTRY",
            By::Key => "KEY",
        };
        let lines = table([heads, "MESSAGES", "FAILED", "COST"], rows);
        format!(
            "{lines}\n\n{} to before {}, in {}",
            usage.since, usage.until, usage.currency
        )
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
