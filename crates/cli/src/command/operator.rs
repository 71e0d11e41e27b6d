//! `postern operator`: people who sign in to the console and decide approvals.

mod password;
mod sign_in;

use clap::{Args, Subcommand};
use postern_wire::control::{NewOperator, OperatorAnswer, OperatorChange, OperatorPassword};

use crate::args::ServerArgs;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::moment::shown;
use crate::session::{Session, failure};
use password::PasswordFlag;

/// Sign in as an operator; make, list and lock out people who do (asks a running server, with a full key)
#[derive(Debug, Subcommand)]
pub enum Verb {
    SignIn(sign_in::Args),
    SignOut(sign_in::Out),
    Create(Create),
    /// List every operator (asks a running server)
    #[command(visible_alias = "ls")]
    List(ServerArgs),
    Password(Password),
    Disable(Disable),
    /// Let an operator in again who was locked out (asks a running server)
    Enable(One),
    /// Make a link that signs an operator in once, within ten minutes (asks a running server)
    Link(One),
}

/// Make an operator; without --password-file a password is made and shown, once (asks a running server)
#[derive(Args, Debug)]
pub struct Create {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    password: PasswordFlag,
}

/// Give an operator a new password and sign them out everywhere (asks a running server)
#[derive(Args, Debug)]
pub struct Password {
    #[command(flatten)]
    one: One,
    #[command(flatten)]
    password: PasswordFlag,
}

/// Lock an operator out at once (asks a running server)
#[derive(Args, Debug)]
pub struct Disable {
    #[command(flatten)]
    one: One,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

#[derive(Args, Debug)]
pub struct One {
    /// What the operator signs in with
    name: String,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let with = |one: &One| one.server.clone();
    match verb {
        Verb::SignIn(args) => sign_in::sign_in(&args, console, environment),
        Verb::SignOut(args) => sign_in::sign_out(&args, console, environment),
        Verb::Create(args) => {
            super::with_server(&with(&args.one), console, environment, |session| {
                create(args, session)
            })
        }
        Verb::List(server) => super::with_server(&server, console, environment, list),
        Verb::Password(args) => {
            super::with_server(&with(&args.one), console, environment, |session| {
                set_password(args, session)
            })
        }
        Verb::Disable(args) => {
            super::with_server(&with(&args.one), console, environment, |session| {
                disable(args, session)
            })
        }
        Verb::Enable(one) => super::with_server(&with(&one), console, environment, |session| {
            change(one, false, session)
        }),
        Verb::Link(one) => super::with_server(&with(&one), console, environment, |session| {
            link(one, session)
        }),
    }
}

async fn create(args: Create, session: Session) -> Outcome {
    let new = NewOperator {
        name: args.one.name,
        password: args.password.read()?,
    };
    let made = session
        .client
        .create_operator(&new)
        .await
        .map_err(failure)?;
    show_password(&session, &made)
}

async fn set_password(args: Password, session: Session) -> Outcome {
    let password = OperatorPassword {
        password: args.password.read()?,
    };
    let made = session
        .client
        .set_operator_password(&args.one.name, &password)
        .await
        .map_err(failure)?;
    show_password(&session, &made)
}

async fn list(session: Session) -> Outcome {
    let list = session.client.operators().await.map_err(failure)?;
    session.console.answer(&list, |list| {
        table(
            ["NAME", "STATUS", "CREATED", "SIGNED IN"],
            list.operators.iter().map(|operator| {
                [
                    operator.name.clone(),
                    operator.status.clone(),
                    shown(&operator.created_at),
                    operator
                        .signed_in_at
                        .as_deref()
                        .map_or("never".to_owned(), shown),
                ]
            }),
        )
    })
}

async fn disable(args: Disable, session: Session) -> Outcome {
    let question = format!(
        "Lock {} out? Whoever is signed in as them is signed out at once.",
        args.one.name
    );
    session.console.confirm(args.yes, &question)?;
    change(args.one, true, session).await
}

async fn change(one: One, disabled: bool, session: Session) -> Outcome {
    let changed = session
        .client
        .change_operator(&one.name, &OperatorChange { disabled })
        .await
        .map_err(failure)?;
    session.console.answer(&changed, |changed| {
        format!("{} is {}", changed.operator.name, changed.operator.status)
    })
}

async fn link(one: One, session: Session) -> Outcome {
    let link = session
        .client
        .operator_link(&one.name)
        .await
        .map_err(failure)?;
    session.console.note(format!(
        "Signs {} in once, until {}. Whoever has it is in:",
        one.name,
        shown(&link.expires_at)
    ));
    session.console.answer(&link, |link| link.url.clone())
}

/// The password alone goes to standard output, if one was made.
fn show_password(session: &Session, made: &OperatorAnswer) -> Outcome {
    if session.console.json {
        return session.console.json(made);
    }
    session.console.note(sheet(&[
        ("operator", made.operator.name.clone()),
        ("status", made.operator.status.clone()),
    ]));
    match &made.password {
        Some(password) => {
            session
                .console
                .note("\nThe password; it is shown once and cannot be looked up later:");
            session.console.line(password)
        }
        None => Ok(()),
    }
}
