//! `postern vault`: replacing the keys that protect everything else, while calls go on.

use clap::{Args, Subcommand};
use postern_wire::control::{PepperRotation, VaultRotation};

use crate::args::ServerArgs;
use crate::console::{Console, sheet};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::session::{Session, failure};

/// Replace the vault key or the pepper of key hashes (on a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Rotate(Rotate),
}

/// Make a new vault key and move every stored secret to it, while the server runs (asks a running server)
///
/// The new key is in the key file before anything is sealed under it. Old keys stay in the file, for backups made before,
/// until --retire drops them. Make a copy of the key file afterwards.
#[derive(Args, Clone, Debug)]
pub struct Rotate {
    /// Replace the pepper of API key hashes instead; keys move to it when they are next used
    #[arg(long)]
    pepper: bool,

    /// Drop the old ones too; backups made before, or keys not used since, can then not be opened any more
    #[arg(long)]
    retire: bool,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,

    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: &Verb, console: Console, environment: &Environment) -> Outcome {
    let Verb::Rotate(args) = verb;
    let args = args.clone();
    super::with_server(
        &args.server.clone(),
        console,
        environment,
        |session| async move {
            if args.retire {
                let lost = if args.pepper {
                    "API keys that were not used since the last rotation stop working."
                } else {
                    "Backups made before can then not be opened any more."
                };
                session
                    .console
                    .confirm(args.yes, &format!("Drop the old ones? {lost}"))?;
            }
            if args.pepper {
                pepper(&args, &session).await
            } else {
                ring(&args, &session).await
            }
        },
    )
}

async fn ring(args: &Rotate, session: &Session) -> Outcome {
    let spinner = session
        .console
        .spinner("moving stored secrets to the new key");
    let rotated = session
        .client
        .rotate_vault(&VaultRotation {
            retire: args.retire,
        })
        .await;
    spinner.finish_and_clear();
    session
        .console
        .answer(&rotated.map_err(failure)?, |rotated| {
            sheet(&[
                ("newest key", rotated.newest.clone()),
                ("moved", format!("{} secrets", rotated.rewrapped)),
                ("kept", rotated.kept.join(", ")),
                ("retired", rotated.retired.join(", ")),
                (
                    "next",
                    "copy the key file to where its last copy is kept".to_owned(),
                ),
            ])
        })
}

async fn pepper(args: &Rotate, session: &Session) -> Outcome {
    let rotation = PepperRotation {
        retire: args.retire,
    };
    let rotated = session
        .client
        .rotate_pepper(&rotation)
        .await
        .map_err(failure)?;
    session.console.answer(&rotated, |rotated| {
        let retired: Vec<String> = rotated.retired.iter().map(ToString::to_string).collect();
        sheet(&[
            ("pepper", rotated.version.to_string()),
            (
                "still under an older one",
                format!(
                    "{} secrets; each moves when it is next used",
                    rotated.waiting
                ),
            ),
            ("retired", retired.join(", ")),
        ])
    })
}
