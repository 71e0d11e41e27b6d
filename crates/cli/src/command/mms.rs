//! `postern mms`: pictures through the gateway.

mod picture;

use clap::{Args, Subcommand};
use postern_client::Mms;
use postern_wire::clicksend::mms::{Message, SendRequest};

use super::message::{cancel, history, price, receipts, send, text::Text};
use crate::args::{Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::Session;
pub(super) use picture::address;

/// Send, price, list and cancel picture messages (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Send(Box<Send>),
    Price(Box<Price>),
    #[command(visible_alias = "ls")]
    History(history::Args),
    Receipts(receipts::Args),
    Cancel(cancel::Args),
}

/// Send a picture with a text (through a running server)
///
/// Exit codes as those of `postern sms send`.
#[derive(Args, Debug)]
pub struct Send {
    #[command(flatten)]
    picture: Picture,
    #[command(flatten)]
    once: send::Once,
    #[command(flatten)]
    over: Over,
}

/// Say what a picture message would cost, without sending it (asks a running server)
#[derive(Args, Debug)]
pub struct Price {
    #[command(flatten)]
    picture: Picture,
    #[command(flatten)]
    over: Over,
}

#[derive(Args, Debug)]
struct Picture {
    #[command(flatten)]
    text: Text,
    /// The picture: a file, which is uploaded, or the address of one
    #[arg(long, value_name = "FILE OR URL")]
    media: String,
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::Send(args) => {
                let request = request(&args.picture, &args.over, &session).await?;
                send::run::<Mms>(request, args.once, &args.over, session).await
            }
            Verb::Price(args) => {
                let request = request(&args.picture, &args.over, &session).await?;
                price::run::<Mms>(request, &args.over, session).await
            }
            Verb::History(args) => history::run::<Mms>(args, session).await,
            Verb::Receipts(args) => receipts::run::<Mms>(args, session).await,
            Verb::Cancel(args) => cancel::run::<Mms>(args, session).await,
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::Send(args) => &args.over,
        Verb::Price(args) => &args.over,
        Verb::History(args) => &args.over,
        Verb::Receipts(args) => &args.over,
        Verb::Cancel(args) => &args.over,
    };
    &over.server
}

async fn request(args: &Picture, over: &Over, session: &Session) -> Outcome<SendRequest> {
    let messages = args.text.messages()?;
    let media = address(&args.media, &session.clicksend(over)).await?;
    let message = |text: postern_wire::clicksend::sms::Message| Message {
        to: text.to,
        body: text.body,
        from: text.from,
        source: text.source,
        schedule: text.schedule,
        custom_string: text.custom_string,
        list_id: text.list_id,
        country: text.country,
        subject: args.subject.clone(),
        ..Message::default()
    };
    Ok(SendRequest {
        media_file: Some(media),
        messages: messages.into_iter().map(message).collect(),
    })
}
