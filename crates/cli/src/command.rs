//! Every verb, one file each; this is the table of contents.

mod account;
mod alert;
mod api;
mod app;
mod approval;
mod audit;
mod backup;
mod campaign;
mod completion;
mod config;
mod connection;
mod contact;
mod doctor;
mod email;
mod exit_codes;
mod freeze;
mod import;
mod inbox;
mod key;
mod limits;
mod list;
mod man;
mod mcp;
mod message;
mod migrate;
mod mms;
mod native;
mod operator;
mod privacy;
mod profile;
mod restore;
mod send;
mod serve;
mod simulator;
mod sms;
mod template;
mod usage;
mod vault;
mod voice;
mod webhook;
mod whoami;

use std::future::Future;

use clap::Subcommand;

use crate::args::{Cli, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Failure, Outcome};
use crate::session::Session;

#[derive(Debug, Subcommand)]
pub enum Command {
    Serve(serve::Args),
    #[command(subcommand)]
    Key(key::Verb),
    #[command(subcommand, visible_alias = "conn")]
    Connection(connection::Verb),
    #[command(subcommand)]
    App(app::Verb),
    Api(api::Args),
    Whoami(whoami::Args),
    #[command(subcommand)]
    Sms(sms::Verb),
    #[command(subcommand)]
    Mms(mms::Verb),
    #[command(subcommand)]
    Voice(voice::Verb),
    #[command(subcommand)]
    List(list::Verb),
    #[command(subcommand)]
    Contact(contact::Verb),
    #[command(subcommand)]
    Template(template::Verb),
    #[command(subcommand)]
    Campaign(campaign::Verb),
    #[command(subcommand)]
    Email(email::Verb),
    #[command(subcommand)]
    Webhook(webhook::Verb),
    Usage(usage::Args),
    #[command(subcommand)]
    Send(send::Verb),
    #[command(subcommand)]
    Inbox(inbox::Verb),
    #[command(subcommand)]
    Simulator(simulator::Verb),
    #[command(subcommand)]
    Account(account::Verb),
    #[command(subcommand)]
    Approval(approval::Verb),
    #[command(subcommand)]
    Operator(operator::Verb),
    #[command(subcommand)]
    Audit(audit::Verb),
    #[command(subcommand)]
    Limits(limits::Verb),
    #[command(subcommand)]
    Alert(alert::Verb),
    Freeze(freeze::FreezeArgs),
    Unfreeze(freeze::UnfreezeArgs),
    #[command(subcommand)]
    Vault(vault::Verb),
    #[command(subcommand)]
    Config(config::Verb),
    Doctor(doctor::Args),
    Backup(backup::Args),
    Restore(restore::Args),
    Migrate(migrate::Args),
    #[command(subcommand)]
    Privacy(privacy::Verb),
    #[command(subcommand)]
    Import(import::Verb),
    #[command(subcommand)]
    Profile(profile::Verb),
    Mcp(mcp::Args),
    Completion(completion::Args),
    Man(man::Args),
    #[command(hide = true)]
    ExitCodes(exit_codes::Args),
}

pub fn run(cli: Cli, environment: &Environment) -> Outcome {
    let console = Console::of_process(cli.json);
    match cli.command {
        Command::Serve(args) => serve::run(&args, console, environment),
        Command::Key(verb) => key::run(verb, console, environment),
        Command::Connection(verb) => connection::run(verb, console, environment),
        Command::App(verb) => app::run(verb, console, environment),
        Command::Api(args) => api::run(args, console, environment),
        Command::Whoami(args) => whoami::run(&args, console, environment),
        Command::Sms(verb) => sms::run(verb, console, environment),
        Command::Mms(verb) => mms::run(verb, console, environment),
        Command::Voice(verb) => voice::run(verb, console, environment),
        Command::List(verb) => list::run(verb, console, environment),
        Command::Contact(verb) => contact::run(verb, console, environment),
        Command::Template(verb) => template::run(verb, console, environment),
        Command::Campaign(verb) => campaign::run(verb, console, environment),
        Command::Email(verb) => email::run(verb, console, environment),
        Command::Webhook(verb) => webhook::run(verb, console, environment),
        Command::Usage(args) => usage::run(args, console, environment),
        Command::Send(verb) => send::run(verb, console, environment),
        Command::Inbox(verb) => inbox::run(verb, console, environment),
        Command::Simulator(verb) => simulator::run(verb, console, environment),
        Command::Account(verb) => account::run(verb, console, environment),
        Command::Approval(verb) => approval::run(verb, console, environment),
        Command::Operator(verb) => operator::run(verb, console, environment),
        Command::Audit(verb) => audit::run(verb, console, environment),
        Command::Limits(verb) => limits::run(verb, console, environment),
        Command::Alert(verb) => alert::run(verb, console, environment),
        Command::Freeze(args) => freeze::freeze(args, console, environment),
        Command::Unfreeze(args) => freeze::unfreeze(args, console, environment),
        Command::Vault(verb) => vault::run(&verb, console, environment),
        Command::Config(verb) => config::run(&verb, console, environment),
        Command::Doctor(args) => doctor::run(&args, console, environment),
        Command::Backup(args) => backup::run(&args, console, environment),
        Command::Restore(args) => restore::run(&args, console, environment),
        Command::Migrate(args) => migrate::run(&args, console, environment),
        Command::Import(verb) => import::run(verb, console, environment),
        Command::Profile(verb) => profile::run(verb, console, environment),
        Command::Privacy(verb) => privacy::run(verb, console, environment),
        Command::Mcp(args) => mcp::run(&args, console, environment),
        Command::Completion(args) => completion::run(&args, console),
        Command::Man(args) => man::run(&args, console),
        Command::ExitCodes(_) => exit_codes::run(console),
    }
}

/// Runs a command that talks to a server: on one thread, with one session.
fn with_server<F: Future<Output = Outcome>>(
    args: &ServerArgs,
    console: Console,
    environment: &Environment,
    work: impl FnOnce(Session) -> F,
) -> Outcome {
    let session = Session::open(args, console, environment)?;
    block_on(work(session))
}

/// Runs a future of a command on a runtime of its own.
fn block_on<T>(work: impl Future<Output = Outcome<T>>) -> Outcome<T> {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::failed(format!("cannot start a runtime: {error}")))?
        .block_on(work)
}
