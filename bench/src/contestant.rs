//! Who takes part: a running proxy, how to reach it, and the callers it knows.

mod haproxy;
mod nginx;
mod postern;

pub use postern::Postern;

use crate::job::{self, Caller, Credential, Kind};
use crate::load::Load;
use crate::machine;
use anyhow::{Context as _, Result, bail};
use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::Child;
use std::rc::Rc;
use std::time::{Duration, Instant};

/// How long a proxy may take until it accepts connections.
const START_MAX: Duration = Duration::from_secs(30);

pub struct Contestant {
    pub name: &'static str,
    /// What its work differs by from the others', for the table.
    pub remark: String,
    pub address: SocketAddr,
    /// Connections it takes at most.
    pub connections_max: usize,
    /// Before the native path.
    prefix: &'static str,
    callers: Vec<Caller>,
    /// None for no proxy at all.
    process: Option<Child>,
    requests: HashMap<Kind, Rc<Vec<Rc<[u8]>>>>,
}

/// Everything a proxy needs to know to start.
pub struct Stage<'a> {
    pub upstream: SocketAddr,
    /// The core it runs on.
    pub core: usize,
    /// How many files it may have open.
    pub files: u64,
    /// A folder of its own.
    pub folder: &'a Path,
}

impl Contestant {
    fn new(
        name: &'static str,
        remark: &str,
        address: SocketAddr,
        callers: Vec<Caller>,
        process: Child,
    ) -> Self {
        Self {
            name,
            remark: remark.to_owned(),
            address,
            connections_max: usize::MAX,
            prefix: "/clicksend",
            callers,
            process: Some(process),
            requests: HashMap::new(),
        }
    }

    /// No proxy: the load generator holds the credentials and asks the upstream itself.
    pub fn direct(upstream: SocketAddr) -> Self {
        let callers = (0..job::KEYS).map(|key| Caller {
            authorization: Credential::of(key, 0).basic(),
            second: None,
            second_authorization: Credential::of(key, 1).basic(),
        });
        Self {
            name: "no proxy",
            remark: "the load generator asks the upstream itself".into(),
            address: upstream,
            connections_max: usize::MAX,
            prefix: "",
            callers: callers.collect(),
            process: None,
            requests: HashMap::new(),
        }
    }

    pub fn nginx(stage: &Stage<'_>) -> Result<Self> {
        nginx::start(stage)
    }

    pub fn haproxy(stage: &Stage<'_>) -> Result<Self> {
        haproxy::start(stage)
    }

    /// The requests of a kind, made once.
    pub fn requests(&mut self, kind: Kind) -> Rc<Vec<Rc<[u8]>>> {
        let authority = self.address.to_string();
        let made = self.requests.entry(kind).or_insert_with(|| {
            Rc::new(job::requests(kind, self.prefix, &authority, &self.callers))
        });
        Rc::clone(made)
    }

    /// A load generator with so many connections to it.
    ///
    /// # Errors
    /// When it does not accept them.
    pub fn load(&mut self, kind: Kind, connections: usize) -> Result<Load> {
        let requests = self.requests(kind);
        Load::connect(self.address, connections, requests)
            .with_context(|| format!("{}: connecting", self.name))
    }

    /// CPU seconds used so far; nothing for no proxy.
    ///
    /// # Errors
    /// When its process is gone.
    pub fn cpu_seconds(&self) -> Result<f64> {
        self.process.as_ref().map_or(Ok(0.0), machine::cpu_seconds)
    }

    /// # Errors
    /// When its process is gone.
    pub fn memory_kib(&self) -> Result<Option<f64>> {
        self.process.as_ref().map(machine::memory_kib).transpose()
    }

    /// Sees that it does the job: every key's two connections reach the upstream with the right credential, and a wrong key does not.
    ///
    /// # Errors
    /// When it does not.
    pub fn prove(&mut self) -> Result<()> {
        let requests = self.requests(Kind::Small);
        for (number, request) in requests.iter().enumerate().step_by(7) {
            let expected = Credential::of(
                number / job::CONNECTIONS_PER_KEY,
                number % job::CONNECTIONS_PER_KEY,
            )
            .username;
            let answer = crate::client::raw(self.address, request)?;
            if answer.status != 200 || !answer.body.contains(&format!("\"{expected}\"")) {
                bail!(
                    "{}: request {number} should reach {expected}, but: {} {}",
                    self.name,
                    answer.status,
                    answer.body
                );
            }
        }
        if self.process.is_some() {
            let mut stranger = String::from_utf8_lossy(&requests[0]).into_owned();
            let key = &self.callers[0].authorization;
            stranger = stranger.replace(key.as_str(), &key.replace("pst_live_", "pst_live_x"));
            let answer = crate::client::raw(self.address, stranger.as_bytes())?;
            if answer.status != 401 {
                bail!("{}: a stranger got {}", self.name, answer.status);
            }
        }
        Ok(())
    }
}

impl Drop for Contestant {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            stop(process);
        }
    }
}

/// Asks a process to end, as a service manager would, so that it ends its own children.
pub fn stop(process: &mut Child) {
    let id = i32::try_from(process.id())
        .ok()
        .and_then(rustix::process::Pid::from_raw);
    if let Some(id) = id {
        let _ = rustix::process::kill_process(id, rustix::process::Signal::TERM);
    }
    let deadline = Instant::now() + Duration::from_secs(5);
    while Instant::now() < deadline {
        if !matches!(process.try_wait(), Ok(None)) {
            return;
        }
        std::thread::sleep(Duration::from_millis(20));
    }
    let _ = process.kill();
    let _ = process.wait();
}

/// A port that was free a moment ago.
pub fn free_port() -> Result<u16> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
        .local_addr()?
        .port())
}

/// Waits until the port accepts.
pub fn accepting(process: &mut Child, port: u16, log: &Path) -> Result<SocketAddr> {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
    let deadline = Instant::now() + START_MAX;
    loop {
        if TcpStream::connect(address).is_ok() {
            return Ok(address);
        }
        let ended = process.try_wait()?;
        if ended.is_some() || Instant::now() > deadline {
            let said = std::fs::read_to_string(log).unwrap_or_default();
            stop(process);
            bail!("it does not listen ({ended:?}): {said}");
        }
        std::thread::sleep(Duration::from_millis(20));
    }
}

/// A program on the path or among the system's servers.
pub fn find(program: &str) -> Result<PathBuf> {
    ["/usr/local/sbin", "/usr/sbin", "/usr/local/bin", "/usr/bin"]
        .iter()
        .map(|folder| Path::new(folder).join(program))
        .find(|candidate| candidate.is_file())
        .with_context(|| format!("{program} is not installed"))
}
