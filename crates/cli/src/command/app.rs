//! `postern app`: which services can be connected.

use clap::Subcommand;

use crate::args::ServerArgs;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Show the services that can be connected (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    /// List the services that can be connected, with what each has to be given (asks a running server)
    #[command(visible_alias = "ls")]
    List(ServerArgs),
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let Verb::List(server) = verb;
    super::with_server(&server, console, environment, list)
}

async fn list(session: Session) -> Outcome {
    let list = session.client.apps().await.map_err(failure)?;
    session.console.answer(&list, |list| {
        let rows = list.apps.iter().map(|app| {
            let fields: Vec<&str> = app.fields.iter().map(|field| field.name.as_str()).collect();
            [
                app.name.clone(),
                app.title.clone(),
                app.method.clone(),
                fields.join(", "),
                app.base_url.clone(),
            ]
        });
        table(["APP", "NAME", "METHOD", "NEEDS", "AT"], rows)
    })
}
