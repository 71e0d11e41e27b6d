//! `postern webhook list`, `add` and `remove`: the rules whose action is to call an address.

use postern_client::{ClickSend, ListQuery};
use postern_wire::clicksend::automation::{InboundRuleRequest, ReceiptRuleRequest};
use serde::Serialize;
use serde_json::Value;

use super::About;
use crate::args::Over;
use crate::command::native::field;
use crate::console::table;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// The action that calls an address.
const URL: &str = "URL";

/// List the addresses that are called (asks a running server)
#[derive(clap::Args, Debug)]
pub struct List {
    #[command(flatten)]
    pub over: Over,
}

/// Have an address called (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Add {
    #[arg(value_name = "URL")]
    address: String,
    /// What it is told
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = About::ALL)]
    on: Vec<About>,
    /// What you will recognise it by
    #[arg(long, default_value = "postern-cli")]
    name: String,
    /// How texts are told: post (a form), json, or get
    #[arg(long, value_name = "TYPE", default_value = "json", value_parser = ["post", "json", "get"])]
    webhook_type: String,
    #[command(flatten)]
    pub over: Over,
}

/// Have an address called no more (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Remove {
    /// As `list` shows it, such as `inbound/7`
    #[arg(value_name = "WEBHOOK", required = true)]
    webhooks: Vec<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub over: Over,
}

#[derive(Serialize)]
struct Shown {
    webhook: String,
    name: String,
    url: String,
    enabled: bool,
}

pub async fn list(args: List, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let mut found = Vec::new();
    for about in About::ALL {
        let path = match about {
            About::Inbound => ["automations", "sms", "inbound"],
            About::Receipts => ["automations", "sms", "receipts"],
            About::VoiceReceipts => ["automations", "voice", "receipts"],
        };
        let mut rows = clicksend.rows::<Value>(&path, &ListQuery::default());
        while let Some(row) = rows.next().await {
            let row = row.map_err(failure)?;
            if row["action"] == URL {
                found.push(shown(about, &row));
            }
        }
    }
    session.console.answer(&found, |found| {
        table(
            ["WEBHOOK", "NAME", "URL", "ENABLED"],
            found.iter().map(|one| {
                [
                    one.webhook.clone(),
                    one.name.clone(),
                    one.url.clone(),
                    if one.enabled { "yes" } else { "" }.to_owned(),
                ]
            }),
        )
    })
}

fn shown(about: About, row: &Value) -> Shown {
    let id = match about {
        About::Inbound => field(row, "inbound_rule_id"),
        About::Receipts | About::VoiceReceipts => field(row, "receipt_rule_id"),
    };
    Shown {
        webhook: format!("{}/{id}", about.as_str()),
        name: field(row, "rule_name"),
        url: field(row, "action_address"),
        enabled: matches!(field(row, "enabled").as_str(), "1" | "true"),
    }
}

pub async fn add(args: Add, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let mut made = Vec::new();
    for about in &args.on {
        made.push(add_one(&clicksend, *about, &args).await?);
    }
    session.console.answer(&made, |made| {
        let names: Vec<_> = made.iter().map(|one| one.webhook.as_str()).collect();
        format!("made {}", names.join(", "))
    })
}

async fn add_one(clicksend: &ClickSend, about: About, args: &Add) -> Outcome<Shown> {
    let text = |text: &str| Some(text.to_owned());
    let receipts = |channel| {
        let rule = ReceiptRuleRequest {
            rule_name: text(&args.name),
            match_type: text("0"),
            action: text(URL),
            action_address: text(&args.address),
            enabled: text("1"),
        };
        async move { clicksend.create_receipt_rule(channel, &rule).await }
    };
    let row = match about {
        About::Inbound => {
            let rule = InboundRuleRequest {
                dedicated_number: text("*"),
                rule_name: text(&args.name),
                message_search_type: text("0"),
                message_search_term: text(""),
                action: text(URL),
                action_address: text(&args.address),
                body: None,
                enabled: text("1"),
                webhook_type: text(&args.webhook_type),
            };
            clicksend
                .create_inbound_rule(&rule)
                .await
                .map(|made| made.json)
        }
        About::Receipts => receipts("sms").await.map(|made| made.json),
        About::VoiceReceipts => receipts("voice").await.map(|made| made.json),
    };
    Ok(shown(about, &row.map_err(failure)?["data"]))
}

pub async fn remove(args: Remove, session: Session) -> Outcome {
    let clicksend = session.clicksend(&args.over);
    let mut wanted = Vec::new();
    for name in &args.webhooks {
        let found = name.split_once('/').and_then(|(about, id)| {
            let about = About::ALL.into_iter().find(|one| one.as_str() == about)?;
            Some((about, id.parse::<i64>().ok()?))
        });
        wanted.push(found.ok_or_else(|| {
            Failure::new(Exit::Usage, format!("{name:?} is no webhook"))
                .fix("copy it from `postern webhook list`, such as inbound/7")
        })?);
    }
    let question = format!("Remove {}?", args.webhooks.join(", "));
    session.console.confirm(args.yes, &question)?;
    for (about, id) in wanted {
        let removed = match about {
            About::Inbound => clicksend.delete_inbound_rule(id).await,
            About::Receipts => clicksend.delete_receipt_rule("sms", id).await,
            About::VoiceReceipts => clicksend.delete_receipt_rule("voice", id).await,
        };
        removed.map_err(failure)?;
    }
    session.console.answer(&args.webhooks, |removed| {
        format!("removed {}", removed.join(", "))
    })
}
