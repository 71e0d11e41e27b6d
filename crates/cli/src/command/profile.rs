//! `postern profile`: servers that you work with, kept by name.

use clap::{Args, Subcommand};
use serde_json::json;

use crate::args::ServerArgs;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::profiles::{Profile, Profiles};
use crate::secret_file;
use crate::session::DEFAULT_URL;

/// Keep servers by name, with key and connection; `--profile NAME` uses one (in a file of your own, no server is asked)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    Add(Add),
    Use(Name),
    Remove(Remove),
}

/// List the kept servers; the current one is marked (reads your own file, not the server)
#[derive(Args, Debug)]
pub struct List {}

/// Keep a server, or change one that is kept; the first one becomes the current one (in your own file, not the server)
///
/// The key comes from --key-file, `-` for standard input, or is asked for; it never stands on a command line. What is kept for one address is
/// never sent to another one.
#[derive(Args, Debug)]
pub struct Add {
    name: String,
    /// File that holds the API key, which is copied; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    key_file: Option<String>,
    /// Keep no key: commands take it from elsewhere
    #[arg(long, conflicts_with = "key_file")]
    no_key: bool,
    /// Connection that commands use
    #[arg(long, value_name = "ID")]
    connection: Option<String>,
    /// Use it from now on
    #[arg(long)]
    current: bool,
    #[command(flatten)]
    server: ServerArgs,
}

/// Choose the server that commands talk to (in your own file, not the server)
#[derive(Args, Debug)]
pub struct Name {
    name: String,
}

/// Forget a server with its key (in your own file, not the server)
#[derive(Args, Debug)]
pub struct Remove {
    name: String,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let mut profiles = Profiles::read(environment)?;
    match verb {
        Verb::List(_) => list(&profiles, console),
        Verb::Add(args) => add(args, &mut profiles, console, environment),
        Verb::Use(args) => {
            profiles.get(&args.name)?;
            profiles.choose(&args.name);
            profiles.write()?;
            done(console, &args.name, "is used from now on")
        }
        Verb::Remove(args) => {
            profiles.get(&args.name)?;
            let question = format!("Forget {} and its key?", args.name);
            console.confirm(args.yes, &question)?;
            profiles.remove(&args.name)?;
            profiles.write()?;
            done(console, &args.name, "is forgotten")
        }
    }
}

fn list(profiles: &Profiles, console: Console) -> Outcome {
    let shown: Vec<_> = profiles
        .iter()
        .map(|(name, profile)| {
            json!({
                "name": name,
                "url": profile.url,
                "current": profiles.current() == Some(name),
                "has_key": profile.api_key.is_some() || profile.api_key_file.is_some(),
                "connection": profile.connection,
                "operator": profile.operator.as_ref().map(|operator| &operator.name),
                "signed_in_until": profile.operator.as_ref().map(|operator| &operator.expires_at),
            })
        })
        .collect();
    console.answer(&shown, |_| {
        table(
            ["", "NAME", "URL", "KEY", "CONNECTION", "OPERATOR"],
            profiles.iter().map(|(name, profile)| {
                let is_current = profiles.current() == Some(name);
                let has_key = profile.api_key.is_some() || profile.api_key_file.is_some();
                let operator = profile.operator.as_ref();
                [
                    if is_current { "*" } else { "" }.to_owned(),
                    name.to_owned(),
                    profile.url.clone(),
                    if has_key { "kept" } else { "" }.to_owned(),
                    profile.connection.clone().unwrap_or_default(),
                    operator.map_or_else(String::new, |operator| operator.name.clone()),
                ]
            }),
        )
    })
}

fn add(args: Add, profiles: &mut Profiles, console: Console, environment: &Environment) -> Outcome {
    if args.name.is_empty()
        || args
            .name
            .chars()
            .any(|c| c.is_control() || c.is_whitespace())
    {
        return Err(Failure::new(Exit::Usage, "a profile's name is one word")
            .fix("choose a name such as production"));
    }
    let url = args
        .server
        .url
        .as_deref()
        .or(environment.get("POSTERN_URL"));
    let url = url.unwrap_or(DEFAULT_URL).to_owned();
    let api_key = match (&args.key_file, &args.server.api_key_file, args.no_key) {
        (Some(file), ..) => Some(secret_file::read(file, "API key")?),
        (None, Some(_), _) | (None, None, true) => None,
        (None, None, false) => Some(console.ask_secret(
            "API key",
            "an API key is needed",
            "name a file with --key-file, `-` for standard input, or say --no-key",
        )?),
    };
    // Signed in stays signed in, unless it is another server now.
    let before = profiles.get(&args.name).ok().cloned();
    let operator = before
        .filter(|kept| kept.url == url)
        .and_then(|kept| kept.operator);
    let profile = Profile {
        url,
        api_key: api_key.map(|key| key.trim().to_owned()),
        api_key_file: args.server.api_key_file,
        ca_file: args.server.ca_file,
        connection: args.connection,
        operator,
    };
    profiles.put(&args.name, profile);
    if args.current || profiles.current().is_none() {
        profiles.choose(&args.name);
    }
    profiles.write()?;
    done(console, &args.name, "is kept")
}

fn done(console: Console, name: &str, what: &str) -> Outcome {
    console.answer(&json!({ "profile": name }), |_| format!("{name} {what}"))
}
