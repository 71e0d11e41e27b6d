//! `postern migrate`: the schema, ahead of a start.

use crate::args::DataArgs;
use crate::clock;
use crate::config;
use crate::console::Console;
use crate::data_dir::DataDir;
use crate::environment::Environment;
use crate::exit::Outcome;
use crate::serve::open_store;

/// Bring the database's schema up to date without serving (works on the data directory or POSTERN_DATABASE_URL)
///
/// `postern serve` does the same when it starts. No server may be running on the same data.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    data: DataArgs,
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.data.sources(), environment)?;
    let data_dir = DataDir::prepare(&config.data_dir)?;
    let _lock = data_dir.lock()?;
    super::block_on(async {
        let store = open_store(&config, &data_dir, &clock::system()).await?;
        store.close().await;
        Ok(())
    })?;
    let answer = serde_json::json!({"migrated": true, "data_dir": config.data_dir});
    console.answer(&answer, |_| "the schema is up to date".to_owned())
}
