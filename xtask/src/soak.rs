//! `cargo xtask soak`: the long tests, which are the same tests with bigger numbers.

mod fuzz;

use crate::nextest::{Runner, TestRun};
use crate::peers::{Installer, Peer};
use crate::process::{cargo, succeeds};
use crate::tally::{Outcome, Tally};
use crate::test::{DATABASE, SCHEMATHESIS, database};
use crate::workspace;
use anyhow::{Result, bail, ensure};
use lexopt::prelude::*;

const USAGE: &str = "\
Usage: cargo xtask soak [kills|caps|faults|rows|api|fuzz]... [OPTIONS]

kills  The server is killed with -9 during sends; nothing answered is lost, nothing is doubled
caps   64 writers against caps of messages and of money, the server killed with -9; exactly the cap is accepted
faults An upstream that cuts, fails and dawdles, a client that repeats every POST, kills; nothing is sent twice, what is unknown is shown
rows   A million contacts in and out, a million messages in history; memory and times against the goals
api    Schemathesis over both descriptions: no server error, no answer that is not described
fuzz   Coverage-guided fuzzing of whatever reads untrusted bytes; needs nightly and cargo-fuzz

Without a name: all of them.

Options:
  --kills N     How many times to kill the server, on each engine (50)
  --runs N      How many times to fill caps, with a kill in each, on each engine (1000)
  --sends N     Through the failing upstream, on each engine (10000)
  --seed N      Where the random numbers of the kills start
  --rows N      Contacts, and messages (1000000)
  --examples N  Calls of each operation that are made up (200)
  --minutes N   For each fuzz target (5)
";

/// How often the server is killed during sends: what the first release promised to have seen.
const KILLS_DEFAULT: u32 = 50;
/// What the guard promises to have seen.
const RUNS_DEFAULT: u32 = 1000;
/// What sending once promises to have seen.
const SENDS_DEFAULT: u32 = 10_000;
const ROWS_DEFAULT: u64 = 1_000_000;
const EXAMPLES_DEFAULT: u32 = 200;
const MINUTES_DEFAULT: u64 = 5;

struct Plan {
    what: Vec<String>,
    kills: u32,
    runs: u32,
    sends: u32,
    seed: Option<u64>,
    rows: u64,
    examples: u32,
    minutes: u64,
}

impl Plan {
    fn has(&self, what: &str) -> bool {
        self.what.is_empty() || self.what.iter().any(|name| name == what)
    }
}

pub fn run(args: &mut lexopt::Parser) -> Result<bool> {
    let Some(plan) = plan(args)? else {
        print!("{USAGE}");
        return Ok(true);
    };
    let mut tally = Tally::default();
    if plan.has("kills")
        || plan.has("caps")
        || plan.has("faults")
        || plan.has("rows")
        || plan.has("api")
    {
        servers(&plan, &mut tally);
    }
    if plan.has("fuzz") {
        fuzz::steps(&mut tally, plan.minutes);
    }
    Ok(tally.finish())
}

/// `None`: help was asked for.
fn plan(args: &mut lexopt::Parser) -> Result<Option<Plan>> {
    let mut plan = Plan {
        what: Vec::new(),
        kills: KILLS_DEFAULT,
        runs: RUNS_DEFAULT,
        sends: SENDS_DEFAULT,
        seed: None,
        rows: ROWS_DEFAULT,
        examples: EXAMPLES_DEFAULT,
        minutes: MINUTES_DEFAULT,
    };
    while let Some(arg) = args.next()? {
        match arg {
            Long("help") | Short('h') => return Ok(None),
            Long("kills") => plan.kills = args.value()?.parse()?,
            Long("runs") => plan.runs = args.value()?.parse()?,
            Long("sends") => plan.sends = args.value()?.parse()?,
            Long("seed") => plan.seed = Some(args.value()?.parse()?),
            Long("rows") => plan.rows = args.value()?.parse()?,
            Long("examples") => plan.examples = args.value()?.parse()?,
            Long("minutes") => plan.minutes = args.value()?.parse()?,
            Value(name) => match name.to_str() {
                Some(known @ ("kills" | "caps" | "faults" | "rows" | "api" | "fuzz")) => {
                    plan.what.push(known.to_owned())
                }
                _ => bail!("there is no soak `{}`\n\n{USAGE}", name.to_string_lossy()),
            },
            other => return Err(other.unexpected().into()),
        }
    }
    // The fuzzer takes 0 for ever.
    ensure!(plan.minutes > 0, "--minutes is at least 1");
    Ok(Some(plan))
}

/// The tests that start the real binary.
fn servers(plan: &Plan, tally: &mut Tally) {
    let installer = Installer::new(true);
    let runner = Runner::provide(&installer);
    let (database, _cluster) = database(&installer, tally);
    tally.step("build", || {
        // The same set of features as `cargo xtask test` builds with, so that nothing is compiled twice.
        build(&["build", "--workspace", "--all-targets"])
    });
    let run = |only: &str, mut variables: Vec<(String, String)>| {
        let mut without = Vec::new();
        match &database {
            Some(url) => variables.push((DATABASE.to_owned(), url.clone())),
            None => without.push(format!("{}::", Peer::POSTGRES.module)),
        }
        runner.run(&TestRun {
            only: Some(format!("{only}::")),
            without,
            variables,
        })
    };
    if plan.has("kills") {
        let name = format!("kill -9 during sends, {} times on each engine", plan.kills);
        tally.step(&name, || {
            let mut variables = vec![("POSTERN_TEST_KILLS".into(), plan.kills.to_string())];
            variables.extend(
                plan.seed
                    .map(|seed| ("POSTERN_TEST_SEED".into(), seed.to_string())),
            );
            run("kill_9", variables)
        });
    }
    if plan.has("caps") {
        let name = format!(
            "caps under fire, {} runs with a kill -9 on each engine",
            plan.runs
        );
        tally.step(&name, || {
            let mut variables = vec![
                ("POSTERN_TEST_RUNS".into(), plan.runs.to_string()),
                ("NEXTEST_PROFILE".into(), "soak".into()),
            ];
            variables.extend(
                plan.seed
                    .map(|seed| ("POSTERN_TEST_SEED".into(), seed.to_string())),
            );
            run("caps", variables)
        });
    }
    if plan.has("faults") {
        let name = format!(
            "{} sends through a failing upstream on each engine",
            plan.sends
        );
        tally.step(&name, || {
            let mut variables = vec![
                ("POSTERN_TEST_SENDS".into(), plan.sends.to_string()),
                ("NEXTEST_PROFILE".into(), "soak".into()),
            ];
            variables.extend(
                plan.seed
                    .map(|seed| ("POSTERN_TEST_SEED".into(), seed.to_string())),
            );
            run("faults", variables)
        });
    }
    if plan.has("api") {
        let name = format!("schemathesis, {} examples of each operation", plan.examples);
        tally.step(&name, || {
            installer.python(&SCHEMATHESIS)?;
            let mut variables = vec![
                ("POSTERN_TEST_EXAMPLES".into(), plan.examples.to_string()),
                ("NEXTEST_PROFILE".into(), "soak".into()),
            ];
            variables.extend(
                plan.seed
                    .map(|seed| ("POSTERN_TEST_SEED".into(), seed.to_string())),
            );
            run("with_schemathesis", variables)
        });
    }
    if plan.has("rows") {
        tally.step("build, with optimisation", || {
            build(&["build", "--release", "-p", "postern"])
        });
        let name = format!("{} contacts and messages on each engine", plan.rows);
        tally.step(&name, || {
            let program = workspace::target().join("release/postern");
            run(
                "million",
                vec![
                    ("POSTERN_TEST_ROWS".into(), plan.rows.to_string()),
                    ("POSTERN_TEST_PROGRAM".into(), program.display().to_string()),
                    ("NEXTEST_PROFILE".into(), "soak".into()),
                    // Two of them at a time would measure each other.
                    ("NEXTEST_TEST_THREADS".into(), "1".into()),
                    ("RUST_TEST_THREADS".into(), "1".into()),
                ],
            )
        });
    }
}

fn build(args: &[&str]) -> Result<Outcome> {
    Ok(if succeeds(&mut cargo(args))? {
        Outcome::Passed
    } else {
        Outcome::Failed("it does not build".into())
    })
}
