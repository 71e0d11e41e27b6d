//! `postern webhook`: addresses of your own that are called when a text comes in or a receipt is reported.

mod forward;
mod listen;
mod pushes;
mod rules;
mod secret;

use clap::{Subcommand, ValueEnum};

use crate::args::ServerArgs;
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;

/// Be called when a text comes in or a receipt is reported; or listen without a public address (through a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(rules::List),
    Add(rules::Add),
    Remove(rules::Remove),
    Secret(secret::Args),
    Listen(listen::Args),
    Pushes(pushes::List),
    Tries(pushes::Tries),
    Replay(pushes::Replay),
}

/// What is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum About {
    /// Texts that come in
    Inbound,
    /// Receipts of texts
    Receipts,
    /// Receipts of calls
    VoiceReceipts,
}

impl About {
    const ALL: [About; 3] = [About::Inbound, About::Receipts, About::VoiceReceipts];

    fn as_str(self) -> &'static str {
        match self {
            About::Inbound => "inbound",
            About::Receipts => "receipts",
            About::VoiceReceipts => "voice-receipts",
        }
    }
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let server = server(&verb).clone();
    super::with_server(&server, console, environment, |session| async move {
        match verb {
            Verb::List(args) => rules::list(args, session).await,
            Verb::Add(args) => rules::add(args, session).await,
            Verb::Remove(args) => rules::remove(args, session).await,
            Verb::Secret(args) => secret::run(args, session).await,
            Verb::Listen(args) => listen::run(args, session).await,
            Verb::Pushes(args) => pushes::list(args, session).await,
            Verb::Tries(args) => pushes::tries(args, session).await,
            Verb::Replay(args) => pushes::replay(args, session).await,
        }
    })
}

fn server(verb: &Verb) -> &ServerArgs {
    let over = match verb {
        Verb::List(args) => &args.over,
        Verb::Add(args) => &args.over,
        Verb::Remove(args) => &args.over,
        Verb::Secret(args) => &args.over,
        Verb::Listen(args) => &args.over,
        Verb::Pushes(args) => &args.over,
        Verb::Tries(args) => &args.over,
        Verb::Replay(args) => &args.over,
    };
    &over.server
}
