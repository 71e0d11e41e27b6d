//! `postern sms`: text messages through the gateway.

mod inbound;
mod rules;

use clap::{Args, Subcommand};
use postern_client::Sms;
use postern_wire::clicksend::sms::SendRequest;

use super::message::{cancel, history, price, receipts, send, text::Text};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;

/// Send, price, list and cancel text messages, and read what came in (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Send(Box<Send>),
    Price(Box<Price>),
    #[command(visible_alias = "ls")]
    History(history::Args),
    Receipts(receipts::Args),
    Inbound(inbound::Args),
    Rules(rules::Args),
    Cancel(cancel::Args),
}

/// Send a text message (through a running server)
///
/// Exit code 1 when any recipient was refused (the table says which and why), 12 when the request left and no answer came: look
/// at `postern sms history` before sending again.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    text: Text,
    #[command(flatten)]
    once: send::Once,
    #[command(flatten)]
    over: Over,
}

/// Say what a text message would cost, without sending it (asks a running server)
#[derive(Args, Debug)]
pub struct Price {
    #[command(flatten)]
    text: Text,
    #[command(flatten)]
    over: Over,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::Send(args) => {
                let request = request(&args.text)?;
                send::run::<Sms>(request, args.once, &args.over, session).await
            }
            Verb::Price(args) => price::run::<Sms>(request(&args.text)?, &args.over, session).await,
            Verb::History(args) => history::run::<Sms>(args, session).await,
            Verb::Receipts(args) => receipts::run::<Sms>(args, session).await,
            Verb::Inbound(args) => inbound::run(args, session).await,
            Verb::Rules(args) => rules::run(args, session).await,
            Verb::Cancel(args) => cancel::run::<Sms>(args, session).await,
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::Send(args) => &args.over,
        Verb::Price(args) => &args.over,
        Verb::History(args) => &args.over,
        Verb::Receipts(args) => &args.over,
        Verb::Inbound(args) => &args.over,
        Verb::Rules(args) => &args.over,
        Verb::Cancel(args) => &args.over,
    };
    &over.server
}

fn request(text: &Text) -> Outcome<SendRequest> {
    Ok(SendRequest {
        messages: text.messages()?,
        ..SendRequest::default()
    })
}
