//! What was measured, as tables for people or JSON for programs.

use super::built_in::BuiltIn;
use super::memory::Memory;
use super::rounds::Figures;
use super::{Contestant, Options};
use crate::statistics::Readings;
use crate::table::Table;
use anyhow::Result;
use serde_json::{Value, json};
use std::collections::BTreeMap;

pub struct Report {
    machine: String,
    rounds: usize,
    seconds: f64,
    measurements: Vec<(String, BTreeMap<&'static str, Figures>)>,
    uploads_kib: Vec<(&'static str, f64)>,
    pub memory: Vec<Memory>,
    pub built_in: Option<BuiltIn>,
    missing: Vec<String>,
    remarks: BTreeMap<&'static str, String>,
}

/// Everything is read against this one.
const YARDSTICK: &str = "nginx";

impl Report {
    pub fn new(options: &Options, machine: String) -> Self {
        Self {
            machine,
            rounds: options.rounds,
            seconds: options.duration.as_secs_f64(),
            measurements: Vec::new(),
            uploads_kib: Vec::new(),
            memory: Vec::new(),
            built_in: None,
            missing: Vec::new(),
            remarks: BTreeMap::new(),
        }
    }

    /// Notes who could not take part, and says so at once.
    pub fn missing(&mut self, name: &str, error: &anyhow::Error) {
        let line = format!("{name} takes no part: {error:#}");
        eprintln!("!! {line}");
        if !self.missing.contains(&line) {
            self.missing.push(line);
        }
    }

    pub fn remarks(&mut self, contestants: &[Contestant]) {
        self.remarks.extend(
            contestants
                .iter()
                .map(|contestant| (contestant.name, contestant.remark.clone())),
        );
    }

    pub fn rounds(&mut self, name: &str, figures: BTreeMap<&'static str, Figures>) {
        self.measurements.push((name.to_owned(), figures));
    }

    /// # Errors
    /// When a contestant is gone.
    pub fn memory_after_uploads(&mut self, contestants: &[Contestant]) -> Result<()> {
        for contestant in contestants {
            if let Some(kib) = contestant.memory_kib()? {
                self.uploads_kib.push((contestant.name, kib));
            }
        }
        Ok(())
    }

    /// # Errors
    /// When the figures are no JSON.
    pub fn print(&self, as_json: bool) -> Result<()> {
        if as_json {
            println!("{}", serde_json::to_string_pretty(&self.json())?);
            return Ok(());
        }
        println!(
            "\n{}\n{} rounds of {} s; medians, [least..most] of the rounds' ratios",
            self.machine, self.rounds, self.seconds
        );
        println!(
            "Load generator and upstream on one core, the proxy alone on another; 1,000 keys with 2 connections each."
        );
        for (name, remark) in &self.remarks {
            println!("  {name}: {remark}");
        }
        for (name, figures) in &self.measurements {
            println!("\n{name}");
            print_rounds(figures);
        }
        if !self.memory.is_empty() {
            println!("\nMemory (proportional set size)");
            self.print_memory();
        }
        for (name, kib) in &self.uploads_kib {
            println!("  {name} after the uploads: {:.1} MB", kib / 1024.0);
        }
        if let Some(built_in) = &self.built_in {
            let ratio = built_in.in_process.against(&built_in.over_socket);
            println!("\nBuilt-in platform, GET /v3/account, 64 connections");
            println!("  in process     {:>8.0}/s", built_in.in_process.median());
            println!("  over a socket  {:>8.0}/s", built_in.over_socket.median());
            println!("  ratio          {}", ranged(&ratio));
        }
        for line in &self.missing {
            println!("\n!! {line}");
        }
        Ok(())
    }

    fn print_memory(&self) {
        let mut table = Table::new(&[
            "",
            "started, MB",
            "idle connections: MB",
            "idle connections: MB",
            "KiB each",
        ]);
        for memory in &self.memory {
            let mut row = vec![
                memory.name.to_owned(),
                format!("{:.1}", memory.start_kib / 1024.0),
            ];
            row.extend(memory.idle.iter().map(|idle| {
                idle.map_or("–".into(), |(held, kib)| {
                    format!("{held}: {:.1}", kib / 1024.0)
                })
            }));
            row.push(
                memory
                    .each_kib()
                    .map_or("–".into(), |kib| format!("{kib:.1}")),
            );
            table.row(row);
        }
        table.print();
    }

    fn json(&self) -> Value {
        let readings = |readings: &Readings| json!({"median": readings.median(), "least": readings.min(), "most": readings.max(), "rounds": readings.0});
        let measurement = |figures: &BTreeMap<&'static str, Figures>| -> Value {
            figures
                .iter()
                .map(|(name, figures)| {
                    let value = json!({
                        "requests_per_second": readings(&figures.per_second),
                        "cpu_seconds_per_100k": readings(&figures.cpu),
                        "p50_us": readings(&figures.p50_us),
                        "p99_us": readings(&figures.p99_us),
                    });
                    ((*name).to_owned(), value)
                })
                .collect::<serde_json::Map<_, _>>()
                .into()
        };
        json!({
            "machine": self.machine,
            "rounds": self.rounds,
            "seconds": self.seconds,
            "work": self.remarks,
            "measurements": self.measurements.iter()
                .map(|(name, figures)| json!({"name": name, "contestants": measurement(figures)}))
                .collect::<Vec<_>>(),
            "memory": self.memory.iter().map(|memory| json!({
                "name": memory.name,
                "start_kib": memory.start_kib,
                "idle": memory.idle.iter()
                    .map(|idle| idle.map(|(connections, kib)| json!({"connections": connections, "kib": kib}))).collect::<Vec<_>>(),
                "kib_each": memory.each_kib(),
            })).collect::<Vec<_>>(),
            "memory_after_uploads_kib": self.uploads_kib.iter().copied().collect::<BTreeMap<_, _>>(),
            "built_in": self.built_in.as_ref().map(|built_in| json!({
                "in_process_per_second": readings(&built_in.in_process),
                "over_socket_per_second": readings(&built_in.over_socket),
            })),
            "missing": self.missing,
        })
    }
}

fn print_rounds(figures: &BTreeMap<&'static str, Figures>) {
    let mut table = Table::new(&[
        "",
        "req/s",
        "to nginx",
        "to no proxy",
        "CPU s/100k",
        "to nginx",
        "p50 µs",
        "p99 µs",
        "p99 to nginx",
    ]);
    let none = Figures::default();
    let nginx = figures.get(YARDSTICK).unwrap_or(&none);
    let direct = figures.get("no proxy").unwrap_or(&none);
    for (name, own) in figures {
        let proxied = *name != "no proxy";
        table.row(vec![
            (*name).to_owned(),
            format!("{:.0}", own.per_second.median()),
            ranged(&own.per_second.against(&nginx.per_second)),
            format!("{:.2}", own.per_second.against(&direct.per_second).median()),
            if proxied {
                format!("{:.2}", own.cpu.median())
            } else {
                "–".into()
            },
            if proxied {
                ranged(&own.cpu.against(&nginx.cpu))
            } else {
                "–".into()
            },
            format!("{:.0}", own.p50_us.median()),
            format!("{:.0}", own.p99_us.median()),
            ranged(&own.p99_us.against(&nginx.p99_us)),
        ]);
    }
    table.print();
}

fn ranged(readings: &Readings) -> String {
    format!(
        "{:.2} [{:.2}..{:.2}]",
        readings.median(),
        readings.min(),
        readings.max()
    )
}
