//! `cargo xtask bench …` starts this, built with optimisation.

mod client;
mod connection;
mod contestant;
mod framing;
mod guard;
mod job;
mod load;
mod machine;
mod proxy;
mod send;
mod statistics;
mod table;
mod upstream;

use anyhow::{Result, bail};
use lexopt::prelude::*;
use std::time::Duration;

const USAGE: &str = "\
Usage: cargo xtask bench proxy|send|guard [OPTIONS]

proxy  The gateway, nginx and HAProxy doing the same job, interleaved in one run.
guard  Sends by a key within every kind of limit, beside the same sends by a key without.
send   Durable sends to the built-in platform, to the receipt, beside Kannel and the machine's own fdatasync.

Options:
  --quick           Two short rounds: to see that it works, not to compare
  --rounds N        Rounds of each measurement (7)
  --seconds N       Seconds of each reading (3)
  --only NAME,…     Contestants besides nginx: postern, HAProxy, no proxy
  --parts NAME,…    saturation, rate, big, upload, memory, built-in (all of them)
  --postern PATH    The server's program (beside this one)
  --before PATH     Another build of the server beside it: what is a change worth?
  --json            Print the figures as JSON instead of tables
";

fn main() -> Result<()> {
    let mut args = lexopt::Parser::from_env();
    match args.next()? {
        Some(Value(command)) if command == "proxy" => proxy::run(&proxy_options(&mut args)?),
        Some(Value(command)) if command == "send" => send::run(&proxy_options(&mut args)?),
        Some(Value(command)) if command == "guard" => guard::run(&proxy_options(&mut args)?),
        Some(Value(command)) if command == "upstream" => upstream::serve(),
        Some(Long("help") | Short('h')) | None => {
            print!("{USAGE}");
            Ok(())
        }
        Some(other) => Err(other.unexpected().into()),
    }
}

fn proxy_options(args: &mut lexopt::Parser) -> Result<proxy::Options> {
    let mut options = proxy::Options::default();
    while let Some(arg) = args.next()? {
        match arg {
            Long("quick") => {
                options.rounds = 2;
                options.duration = Duration::from_secs(1);
            }
            Long("rounds") => options.rounds = args.value()?.parse()?,
            Long("seconds") => options.duration = Duration::from_secs_f64(args.value()?.parse()?),
            Long("only") => options.only = Some(words(&args.value()?.string()?)),
            Long("parts") => options.parts = Some(words(&args.value()?.string()?)),
            Long("postern") => options.postern = Some(args.value()?.into()),
            Long("before") => options.before = Some(args.value()?.into()),
            Long("json") => options.json = true,
            Long("help") | Short('h') => {
                print!("{USAGE}");
                std::process::exit(0);
            }
            other => return Err(other.unexpected().into()),
        }
    }
    if options.rounds == 0 {
        bail!("at least one round");
    }
    Ok(options)
}

fn words(list: &str) -> Vec<String> {
    list.split(',')
        .map(|word| word.trim().to_lowercase())
        .collect()
}
