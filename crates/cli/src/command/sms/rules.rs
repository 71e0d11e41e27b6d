//! `postern sms rules`.

use crate::args::Over;
use crate::command::native::{PageArgs, field, page_table, yes};
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// List what happens when a text comes in; `postern webhook` makes and removes those that call an address (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    page: PageArgs,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run(args: Args, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let page = clicksend.inbound_rules(&args.page.query()).await;
    let page = page.map_err(failure)?;
    session.console.answer(&page.json, |_| {
        page_table(
            page.data(),
            "rules",
            [
                "RULE", "NAME", "NUMBER", "WHEN", "ACTION", "ADDRESS", "ENABLED",
            ],
            |row| {
                let term = field(row, "message_search_term");
                let when = match field(row, "message_search_type").as_str() {
                    "1" => format!("starts with {term:?}"),
                    "2" => format!("contains {term:?}"),
                    "3" => format!("is without {term:?}"),
                    _ => "always".to_owned(),
                };
                [
                    field(row, "inbound_rule_id"),
                    field(row, "rule_name"),
                    field(row, "dedicated_number"),
                    when,
                    field(row, "action"),
                    field(row, "action_address"),
                    yes(row, "enabled"),
                ]
            },
        )
    })
}
