//! `postern import`: an account of another service, brought into the built-in platform.

mod bring;
mod reader;
mod rows;

use clap::{Args, Subcommand, ValueEnum};

use crate::args::ServerArgs;
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::Outcome;

/// Bring what an account of another service has into the built-in platform (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Clicksend(Clicksend),
}

/// Bring lists, contacts, templates and sent texts from a ClickSend account, through its connection (asks a running server)
///
/// Nothing is made twice: a run that was broken off goes on where it was, a repeated one brings what is new. Calls are repeated when the
/// service asks to wait. Texts go into an account that has sent nothing newer; messages that still wait there are left out.
#[derive(Args, Clone, Debug)]
pub struct Clicksend {
    /// The connection to read from
    #[arg(long, value_name = "ID")]
    connection: String,

    /// What to bring
    #[arg(long, value_enum, value_delimiter = ',', default_values_t = What::ALL)]
    what: Vec<What>,

    /// Texts from this moment on, in unix seconds
    #[arg(long, value_name = "SECONDS")]
    since: Option<u64>,

    /// The account of the built-in platform, by username or number [default: the first one]
    #[arg(long, value_name = "ACCOUNT")]
    account: Option<String>,

    #[command(flatten)]
    server: ServerArgs,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum What {
    Lists,
    /// With their lists
    Contacts,
    Templates,
    /// Sent texts
    History,
}

impl What {
    const ALL: [What; 4] = [What::Lists, What::Contacts, What::Templates, What::History];
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let Verb::Clicksend(args) = verb;
    super::with_server(&args.server.clone(), console, environment, |session| {
        bring::bring(args, session)
    })
}
