//! `postern voice`: calls that read a text, through the gateway.

mod languages;

use clap::{Args, Subcommand, ValueEnum};
use postern_client::Voice;
use postern_wire::clicksend::voice::{Message, SendRequest};

use super::message::{cancel, history, price, receipts, send, text::Text};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;

/// Make, price, list and cancel calls that read a text (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Send(Box<Send>),
    Price(Box<Price>),
    #[command(visible_alias = "ls")]
    History(history::Args),
    Receipts(receipts::Args),
    Languages(languages::Args),
    Cancel(cancel::Args),
}

/// Call somebody and read a text (through a running server)
///
/// Exit codes as those of `postern sms send`.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    call: Call,
    #[command(flatten)]
    once: send::Once,
    #[command(flatten)]
    over: Over,
}

/// Say what a call would cost, without making it (asks a running server)
#[derive(Args, Debug)]
pub struct Price {
    #[command(flatten)]
    call: Call,
    #[command(flatten)]
    over: Over,
}

#[derive(Args, Debug)]
struct Call {
    #[command(flatten)]
    text: Text,
    /// A code of `postern voice languages`
    #[arg(long, value_name = "CODE", default_value = "en-us")]
    lang: String,
    #[arg(long, value_enum, default_value_t = Gender::Female)]
    voice: Gender,
    /// Ask for a key; the receipt says which were pressed
    #[arg(long)]
    require_input: bool,
    /// Find out whether a machine answers
    #[arg(long)]
    machine_detection: bool,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Gender {
    Female,
    Male,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::Send(args) => {
                let request = request(&args.call)?;
                send::run::<Voice>(request, args.once, &args.over, session).await
            }
            Verb::Price(args) => {
                price::run::<Voice>(request(&args.call)?, &args.over, session).await
            }
            Verb::History(args) => history::run::<Voice>(args, session).await,
            Verb::Receipts(args) => receipts::run::<Voice>(args, session).await,
            Verb::Languages(args) => languages::run(args, session).await,
            Verb::Cancel(args) => cancel::run::<Voice>(args, session).await,
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::Send(args) => &args.over,
        Verb::Price(args) => &args.over,
        Verb::History(args) => &args.over,
        Verb::Receipts(args) => &args.over,
        Verb::Languages(args) => &args.over,
        Verb::Cancel(args) => &args.over,
    };
    &over.server
}

fn request(call: &Call) -> Outcome<SendRequest> {
    let voice = match call.voice {
        Gender::Female => "female",
        Gender::Male => "male",
    };
    let message = |text: postern_wire::clicksend::sms::Message| Message {
        to: text.to,
        body: text.body,
        from: text.from,
        source: text.source,
        schedule: text.schedule,
        custom_string: text.custom_string,
        list_id: text.list_id,
        country: text.country,
        voice: Some(voice.to_owned()),
        lang: Some(call.lang.clone()),
        require_input: call.require_input,
        machine_detection: call.machine_detection,
    };
    Ok(SendRequest {
        messages: call.text.messages()?.into_iter().map(message).collect(),
    })
}
