//! `postern privacy`: one person's data, given out or erased.

mod erase;
mod export;

use clap::{Args, Subcommand};
use postern_domain::phone::Recipient;
use postern_store::Store;
use postern_store::privacy::Person;

use crate::args::DataArgs;
use crate::clock;
use crate::config::{self, Config};
use crate::console::Console;
use crate::data_dir::{DataDir, Lock};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::open_store;

/// Give out or erase what is kept about one person (works on the data directory or POSTERN_DATABASE_URL)
///
/// Looks through messages of every channel, receipts, inbound texts, contacts, the simulator's mailbox and e-mail addresses of every account.
/// No server may be running on the same data: stop it first. See docs/privacy.md.
#[derive(Debug, Subcommand)]
pub enum Verb {
    Export(export::Args),
    Erase(erase::Args),
}

/// Who it is about. With both, whatever has either of them.
#[derive(Args, Debug)]
#[group(required = true, multiple = true)]
struct Who {
    /// The person's number, such as +61411111111
    #[arg(long, value_name = "NUMBER")]
    phone: Option<String>,
    /// The person's e-mail address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<String>,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    match verb {
        Verb::Export(args) => export::run(&args, console, environment),
        Verb::Erase(args) => erase::run(&args, console, environment),
    }
}

impl Who {
    fn person(&self, config: &Config) -> Outcome<Person> {
        let invalid = |what: &str, why: String| {
            Failure::new(Exit::Usage, why).fix(format!("write {what} in full"))
        };
        let phone = self.phone.as_deref().map(|text| {
            Recipient::parse(text, config.platform.country)
                .map(|number| number.as_str().to_owned())
                .map_err(|error| invalid("the number", format!("--phone {text}: {error}")))
        });
        let email = self.email.as_deref().map(|text| match text.trim() {
            text if text.contains('@') => Ok(text.to_owned()),
            text => Err(invalid(
                "the address",
                format!("--email {text}: there is no @ in it"),
            )),
        });
        Ok(Person {
            phone: phone.transpose()?,
            email: email.transpose()?,
        })
    }
}

/// A store that nobody else has open; the lock goes last.
struct Held {
    store: Store,
    _lock: Lock,
}

async fn hold(config: &Config) -> Outcome<Held> {
    let data_dir = DataDir::existing(&config.data_dir)?;
    let lock = data_dir.lock()?;
    let store = open_store(config, &data_dir, &clock::system()).await?;
    Ok(Held { store, _lock: lock })
}

fn load(data: &DataArgs, environment: &Environment) -> Outcome<Config> {
    config::load(&data.sources(), environment)
}
