//! `bench proxy`: every contestant in every round, medians and ranges, ratios to nginx and to no proxy at all.

mod built_in;
mod memory;
mod report;
mod rounds;

use crate::contestant::{Contestant, Stage};
use crate::job::Kind;
use crate::load::Pace;
use crate::machine::{self, Cores};
use anyhow::{Context as _, Result, bail};
use report::Report;
use std::io::{BufRead as _, BufReader};
use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use tempfile::TempDir;

/// Kept-alive connections of the load generator.
pub const CONNECTIONS: usize = 64;
/// Uploads at once: a megabyte each.
const UPLOADS: usize = 16;
/// Of nginx's saturation in the same run: where a proxy in service stands on a busy day.
const FIXED_RATE_SHARE: f64 = 0.6;

pub struct Options {
    pub rounds: usize,
    pub duration: Duration,
    pub only: Option<Vec<String>>,
    pub parts: Option<Vec<String>>,
    pub postern: Option<PathBuf>,
    /// Another build of the server, to see what a change is worth.
    pub before: Option<PathBuf>,
    pub json: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            rounds: 7,
            duration: Duration::from_secs(3),
            only: None,
            parts: None,
            postern: None,
            before: None,
            json: false,
        }
    }
}

impl Options {
    fn part(&self, name: &str) -> bool {
        self.parts
            .as_ref()
            .is_none_or(|parts| parts.iter().any(|part| part == name))
    }

    fn takes_part(&self, name: &str) -> bool {
        if name == "before" {
            return self.before.is_some();
        }
        // Everything is read against nginx.
        name == "nginx"
            || self
                .only
                .as_ref()
                .is_none_or(|only| only.iter().any(|word| *word == name.to_lowercase()))
    }

    pub fn program(&self) -> Result<PathBuf> {
        match &self.postern {
            Some(program) => Ok(program.clone()),
            None => Ok(std::env::current_exe()?.with_file_name("postern")),
        }
    }
}

/// The upstream, a process of its own on the load generator's core.
struct Upstream {
    process: Child,
    address: SocketAddr,
}

impl Upstream {
    fn start(core: usize) -> Result<Self> {
        let program = std::env::current_exe()?;
        let mut process = machine::pinned(core, &program.display().to_string())
            .arg("upstream")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .spawn()
            .context("starting the upstream")?;
        let mut line = String::new();
        BufReader::new(process.stdout.take().context("its output is piped")?)
            .read_line(&mut line)?;
        let port: u16 = line
            .trim()
            .parse()
            .with_context(|| format!("the upstream said `{line}`"))?;
        Ok(Self {
            process,
            address: SocketAddr::from((Ipv4Addr::LOCALHOST, port)),
        })
    }
}

impl Drop for Upstream {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// # Errors
/// When the ends do not start, nginx is missing, or a contestant does not do its job.
pub fn run(options: &Options) -> Result<()> {
    let files = machine::raise_open_files()?;
    let cores = Cores::allowed()?;
    if cores.proxy == cores.ends {
        eprintln!("!! one core for everything: the figures say little");
    }
    machine::stay_on(cores.ends)?;
    let upstream = Upstream::start(cores.ends)?;
    let place = Place {
        upstream: upstream.address,
        core: cores.proxy,
        files,
    };
    let mut report = Report::new(options, description());

    eprintln!("starting and proving the contestants …");
    let mut field = Field::start(options, &place, true, &mut report)?;
    let contestants = &mut field.contestants;
    report.remarks(contestants);
    let saturation = |kind, connections| rounds::Plan {
        kind,
        connections,
        pace: Pace::Saturate,
    };
    let mut nginx_rate = None;
    if options.part("saturation") || options.part("rate") {
        let figures = rounds::run(contestants, &saturation(Kind::Small, CONNECTIONS), options)?;
        nginx_rate = figures
            .get("nginx")
            .map(|figures| figures.per_second.median());
        report.rounds(
            "GET, about 600 bytes back, 64 connections, saturated",
            figures,
        );
    }
    if let (true, Some(nginx)) = (options.part("rate"), nginx_rate) {
        let rate = (nginx * FIXED_RATE_SHARE).round();
        let plan = rounds::Plan {
            kind: Kind::Small,
            connections: CONNECTIONS,
            pace: Pace::PerSecond(rate),
        };
        let figures = rounds::run(contestants, &plan, options)?;
        report.rounds(
            &format!("the same at {rate} requests/s (60 % of nginx's saturation)"),
            figures,
        );
    }
    if options.part("big") {
        let figures = rounds::run(contestants, &saturation(Kind::Big, CONNECTIONS), options)?;
        report.rounds("GET, 64 KiB back, 64 connections, saturated", figures);
    }
    if options.part("upload") {
        let figures = rounds::run(contestants, &saturation(Kind::Upload, UPLOADS), options)?;
        report.rounds("POST of 1 MiB, 16 connections, saturated", figures);
        report.memory_after_uploads(contestants)?;
    }
    drop(field);

    if options.part("memory") {
        eprintln!("memory, in fresh processes …");
        let mut field = Field::start(options, &place, false, &mut report)?;
        report.memory = memory::measure(&mut field.contestants, files)?;
    }
    if options.part("built-in") && options.takes_part("postern") {
        match built_in::measure(options, &cores) {
            Ok(figures) => report.built_in = Some(figures),
            Err(error) => report.missing("built-in platform", &error),
        }
    }
    report.print(options.json)
}

/// What is the same for every contestant.
struct Place {
    upstream: SocketAddr,
    core: usize,
    files: u64,
}

/// The contestants that are there, each in a folder of its own.
struct Field {
    contestants: Vec<Contestant>,
    // After the contestants: they write into it until they end.
    _folders: Vec<TempDir>,
}

impl Field {
    fn start(options: &Options, place: &Place, direct: bool, report: &mut Report) -> Result<Self> {
        let mut contestants = Vec::new();
        let mut folders = Vec::new();
        type Starter<'a> = Box<dyn Fn(&Stage<'_>) -> Result<Contestant> + 'a>;
        let starters: [(&str, Starter<'_>); 4] = [
            ("nginx", Box::new(Contestant::nginx)),
            ("HAProxy", Box::new(Contestant::haproxy)),
            (
                "postern",
                Box::new(|stage| Contestant::postern("postern", stage, &options.program()?)),
            ),
            (
                "before",
                Box::new(|stage| match &options.before {
                    Some(program) => Contestant::postern("before", stage, program),
                    None => bail!("--before names no program"),
                }),
            ),
        ];
        if direct && options.takes_part("no proxy") {
            contestants.push(Contestant::direct(place.upstream));
        }
        for (name, start) in starters {
            if !options.takes_part(name) {
                continue;
            }
            // nginx's workers run as another user when root starts it, and must reach their files.
            let folder = tempfile::Builder::new()
                .prefix("postern-bench-")
                .tempdir()?;
            let _ = Command::new("chmod").arg("755").arg(folder.path()).status();
            match start(&Stage {
                upstream: place.upstream,
                core: place.core,
                files: place.files,
                folder: folder.path(),
            }) {
                Ok(contestant) => contestants.push(contestant),
                Err(error) if name == "nginx" => return Err(error),
                Err(error) => report.missing(name, &error),
            }
            folders.push(folder);
        }
        for contestant in &mut contestants {
            contestant.prove()?;
        }
        if contestants.is_empty() {
            bail!("nobody takes part");
        }
        Ok(Self {
            contestants,
            _folders: folders,
        })
    }
}

/// The machine in one line, for whoever reads the figures later.
fn description() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cpu = read("/proc/cpuinfo");
    let model = cpu
        .lines()
        .find_map(|line| line.strip_prefix("model name"))
        .unwrap_or(": unknown processor");
    let load = read("/proc/loadavg");
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!(
        "{}, {} cores, Linux {}, load average before the run {load}",
        model.trim_start_matches([' ', '\t', ':']),
        cpu.matches("processor\t").count(),
        read("/proc/sys/kernel/osrelease").trim(),
    )
}
