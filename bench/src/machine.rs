//! What the operating system knows: which core a process runs on, the CPU time and memory of it and its children.

use anyhow::{Context as _, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};
use std::collections::HashMap;
use std::process::{Child, Command};

/// Load generator and upstream share a core, the proxy has one to itself.
pub struct Cores {
    pub ends: usize,
    pub proxy: usize,
}

impl Cores {
    /// The first two cores that this process may use; one for all where there is no second.
    ///
    /// # Errors
    /// When the kernel does not say.
    pub fn allowed() -> Result<Self> {
        let set = sched_getaffinity(None)?;
        let mut usable = (0..CpuSet::MAX_CPU).filter(|core| set.is_set(*core));
        let ends = usable.next().context("no core may be used")?;
        Ok(Self {
            ends,
            proxy: usable.next().unwrap_or(ends),
        })
    }
}

/// Keeps this process, and what it starts without saying otherwise, on one core.
///
/// # Errors
/// When the kernel refuses.
pub fn stay_on(core: usize) -> Result<()> {
    let mut set = CpuSet::new();
    set.set(core);
    Ok(sched_setaffinity(None, &set)?)
}

/// A command that runs on one core only.
pub fn pinned(core: usize, program: &str) -> Command {
    let mut command = Command::new("taskset");
    command.args(["--cpu-list", &core.to_string(), program]);
    command
}

/// Two descriptors for each of ten thousand idle connections, and room.
const OPEN_FILES: u64 = 65_536;

/// Raises the limit of open files as far as this user may; what is started later inherits it. The limit then.
///
/// # Errors
/// When the kernel refuses.
pub fn raise_open_files() -> Result<u64> {
    let most = getrlimit(Resource::Nofile).maximum.unwrap_or(OPEN_FILES);
    let to = |files: u64| {
        let limit = Rlimit {
            current: Some(files),
            maximum: Some(files.max(most)),
        };
        setrlimit(Resource::Nofile, limit).map(|()| files)
    };
    // Only the superuser may go beyond the hard limit.
    Ok(to(OPEN_FILES).or_else(|_| to(most))?)
}

/// CPU seconds that a process and its children have used so far.
///
/// # Errors
/// When the process is gone.
pub fn cpu_seconds(child: &Child) -> Result<f64> {
    let mut nanoseconds = 0;
    for process in family(child.id())? {
        for task in std::fs::read_dir(format!("/proc/{process}/task"))? {
            // A thread may end between the two reads.
            if let Ok(text) = std::fs::read_to_string(task?.path().join("schedstat")) {
                nanoseconds += text
                    .split(' ')
                    .next()
                    .and_then(|word| word.parse::<u64>().ok())
                    .unwrap_or(0);
            }
        }
    }
    Ok(nanoseconds as f64 / 1e9)
}

/// Proportional set size in KiB: memory that several processes share is counted once.
///
/// # Errors
/// When the process is gone.
pub fn memory_kib(child: &Child) -> Result<f64> {
    let mut sum = 0;
    for process in family(child.id())? {
        let text = std::fs::read_to_string(format!("/proc/{process}/smaps_rollup"))?;
        let line = text
            .lines()
            .find(|line| line.starts_with("Pss:"))
            .context("the kernel tells no Pss")?;
        sum += line
            .split_whitespace()
            .nth(1)
            .context("Pss without a figure")?
            .parse::<u64>()?;
    }
    Ok(sum as f64)
}

/// The process and everything under it.
fn family(root: u32) -> Result<Vec<u32>> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for entry in std::fs::read_dir("/proc")? {
        let Some(process) = entry?
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<u32>().ok())
        else {
            continue;
        };
        let Ok(stat) = std::fs::read_to_string(format!("/proc/{process}/stat")) else {
            continue;
        };
        // The name stands in brackets and may hold anything; the parent is the second word after it.
        let parent = stat
            .rsplit(')')
            .next()
            .and_then(|rest| rest.split_whitespace().nth(1))
            .and_then(|word| word.parse().ok());
        if let Some(parent) = parent {
            children.entry(parent).or_default().push(process);
        }
    }
    let mut family = vec![root];
    let mut at = 0;
    while at < family.len() {
        family.extend(children.get(&family[at]).into_iter().flatten());
        at += 1;
    }
    Ok(family)
}
