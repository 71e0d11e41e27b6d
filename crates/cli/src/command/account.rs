//! `postern account`: the accounts of the built-in platform.

use clap::{Args, Subcommand};
use postern_wire::control::{
    Account, AccountAnswer, AccountChange, AccountCredit, AccountKeyAnswer, AccountList, NewAccount,
};

use crate::args::ServerArgs;
use crate::command::limits::{LimitFlags, Replacing, shown as limits_shown};
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::session::{Session, failure};

/// Open, list and credit accounts of the built-in platform (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    Create(Box<Create>),
    /// List every account (asks a running server)
    #[command(visible_alias = "ls")]
    List(ServerArgs),
    Credit(Credit),
    Limits(Box<Limits>),
    Key(Key),
}

/// Open an account and show its platform API key, once (asks a running server)
#[derive(Args, Debug)]
pub struct Create {
    /// What the account signs in with
    username: String,
    #[arg(long)]
    email: Option<String>,
    /// Opening balance, such as 20.00
    #[arg(long, value_name = "AMOUNT")]
    credit: Option<String>,
    #[command(flatten)]
    limits: LimitFlags,
    #[command(flatten)]
    server: ServerArgs,
}

/// Add to an account's balance (asks a running server)
#[derive(Args, Debug)]
pub struct Credit {
    /// Username or number of the account
    account: String,
    /// Such as 20.00; a negative amount takes credit away
    #[arg(allow_negative_numbers = true)]
    amount: String,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show or replace the limits of what an account sends, with a key in front or without (asks a running server)
///
/// Flags replace all of them; --none takes them away.
#[derive(Args, Debug)]
pub struct Limits {
    /// Username or number of the account
    account: String,
    #[command(flatten)]
    limits: Replacing,
    #[command(flatten)]
    server: ServerArgs,
}

/// Give an account a new platform API key; the old one stops working (asks a running server)
#[derive(Args, Debug)]
pub struct Key {
    /// Username or number of the account
    account: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::Create(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                create(*args, session)
            })
        }
        Verb::List(server) => super::with_server(&server, console, environment, list),
        Verb::Credit(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                credit(args, session)
            })
        }
        Verb::Limits(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                limits(*args, session)
            })
        }
        Verb::Key(args) => {
            super::with_server(&args.server.clone(), console, environment, |session| {
                key(args, session)
            })
        }
    }
}

async fn create(args: Create, session: Session) -> Outcome {
    let new = NewAccount {
        username: args.username,
        email: args.email,
        currency: args.limits.currency().map(str::to_owned),
        credit: args.credit,
        limits: args.limits.given(),
    };
    let made = session.client.create_account(&new).await.map_err(failure)?;
    show_secret(&session, &made)
}

async fn list(session: Session) -> Outcome {
    let accounts = session.client.all_accounts().await.map_err(failure)?;
    let list = AccountList {
        accounts,
        next: None,
    };
    session.console.answer(&list, |list| {
        table(
            [
                "ACCOUNT", "USERNAME", "EMAIL", "BALANCE", "SANDBOX", "CREATED",
            ],
            list.accounts.iter().map(|account| {
                [
                    account.account_id.to_string(),
                    account.username.clone(),
                    account.email.clone(),
                    balance(account),
                    if account.sandbox { "yes" } else { "" }.to_owned(),
                    shown(&account.created_at),
                ]
            }),
        )
    })
}

async fn credit(args: Credit, session: Session) -> Outcome {
    let account = find(&session, &args.account).await?;
    let credit = AccountCredit {
        amount: args.amount,
    };
    let credited = session
        .client
        .credit_account(account.account_id, &credit)
        .await
        .map_err(failure)?;
    session.console.answer(&credited, |credited| {
        format!(
            "{} now has {}",
            credited.account.username,
            balance(&credited.account)
        )
    })
}

async fn limits(args: Limits, session: Session) -> Outcome {
    let account = find(&session, &args.account).await?;
    let answer = match args.limits.given() {
        None => AccountAnswer { account },
        Some(limits) => {
            let change = AccountChange {
                limits: Some(Some(limits)),
            };
            let changed = session.client.change_account(account.account_id, &change);
            changed.await.map_err(failure)?
        }
    };
    session.console.answer(&answer, |answer| {
        sheet(&[
            ("account", answer.account.username.clone()),
            ("limits", limits_shown(&answer.account.limits)),
        ])
    })
}

async fn key(args: Key, session: Session) -> Outcome {
    let account = find(&session, &args.account).await?;
    session.console.confirm(
        args.yes,
        &format!(
            "Replace the platform API key of {}? The old one stops working at once.",
            account.username
        ),
    )?;
    let made = session
        .client
        .new_account_key(account.account_id)
        .await
        .map_err(failure)?;
    show_secret(&session, &made)
}

fn show_secret(session: &Session, made: &AccountKeyAnswer) -> Outcome {
    if session.console.json {
        return session.console.json(made);
    }
    let account = &made.account;
    session.console.note(sheet(&[
        ("account", account.account_id.to_string()),
        ("username", account.username.clone()),
        ("balance", balance(account)),
    ]));
    session
        .console
        .note("\nThe platform API key; it is shown once and cannot be looked up later:");
    session.console.line(&made.api_key)
}

async fn find(session: &Session, text: &str) -> Outcome<Account> {
    let accounts = session.client.all_accounts().await.map_err(failure)?;
    accounts
        .into_iter()
        .find(|account| account.username == text || account.account_id.to_string() == text)
        .ok_or_else(|| {
            Failure::new(Exit::NotFound, format!("there is no account {text:?}"))
                .fix("`postern account list` shows all of them")
        })
}

fn balance(account: &Account) -> String {
    format!("{} {}", account.balance, account.currency)
}
