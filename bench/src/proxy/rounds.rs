//! Rounds: every contestant in each, in an order that moves on, so that nobody always runs after the same neighbour.

use super::Options;
use crate::contestant::Contestant;
use crate::job::Kind;
use crate::load::Pace;
use crate::statistics::Readings;
use anyhow::{Context as _, Result, bail};
use std::collections::BTreeMap;
use std::time::Duration;

/// Before every reading, so that pools are filled and caches warm.
const WARM_UP: Duration = Duration::from_millis(500);

pub struct Plan {
    pub kind: Kind,
    pub connections: usize,
    pub pace: Pace,
}

/// What the rounds of one measurement gave for one contestant.
#[derive(Clone, Debug, Default)]
pub struct Figures {
    pub per_second: Readings,
    /// CPU seconds of the proxy for 100,000 requests.
    pub cpu: Readings,
    pub p50_us: Readings,
    pub p99_us: Readings,
}

/// # Errors
/// When a contestant breaks off or answers wrongly.
pub fn run(
    contestants: &mut [Contestant],
    plan: &Plan,
    options: &Options,
) -> Result<BTreeMap<&'static str, Figures>> {
    let mut figures: BTreeMap<&'static str, Figures> = BTreeMap::new();
    let count = contestants.len();
    for round in 0..options.rounds {
        eprint!(
            "{:?} {:?} round {} of {}:",
            plan.kind,
            plan.pace,
            round + 1,
            options.rounds
        );
        for turn in 0..count {
            let contestant = &mut contestants[(round + turn) % count];
            let name = contestant.name;
            let figures = figures.entry(name).or_default();
            let rate = one(contestant, plan, options, figures)
                .with_context(|| format!("{name}, round {}", round + 1))?;
            eprint!(" {name} {rate:.0}/s");
        }
        eprintln!();
    }
    Ok(figures)
}

fn one(
    contestant: &mut Contestant,
    plan: &Plan,
    options: &Options,
    figures: &mut Figures,
) -> Result<f64> {
    let mut load = contestant.load(plan.kind, plan.connections)?;
    load.run(plan.pace, WARM_UP)?;
    let before = contestant.cpu_seconds()?;
    let reading = load.run(plan.pace, options.duration)?;
    let cpu = contestant.cpu_seconds()? - before;
    if reading.wrong > 0 || reading.completed == 0 {
        bail!(
            "{} wrong answers among {}",
            reading.wrong,
            reading.completed
        );
    }
    figures.per_second.push(reading.per_second());
    figures.cpu.push(cpu * 100_000.0 / reading.completed as f64);
    figures.p50_us.push(reading.quantile_us(0.50));
    figures.p99_us.push(reading.quantile_us(0.99));
    Ok(reading.per_second())
}
