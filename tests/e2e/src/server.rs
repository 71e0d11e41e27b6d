//! `postern serve` as a child process, with a data directory that outlives it.

use crate::api::Api;
use crate::environment::{own_variables, program};
use anyhow::{Context as _, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::sync::mpsc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// A debug build on a busy machine.
const READY_MAX: Duration = Duration::from_secs(60);
const EXIT_MAX: Duration = Duration::from_secs(60);

/// A data directory and the logs of every server that ran on it.
pub struct Home {
    folder: TempDir,
    starts: usize,
    /// What the first start said and no later one repeats.
    first: Option<First>,
}

/// The secrets of a first start.
#[derive(Clone)]
pub struct First {
    pub api_key: String,
    pub platform_username: String,
    pub platform_api_key: String,
    pub operator: String,
    pub operator_password: String,
}

/// A server that is ready. Killed when dropped.
pub struct Server {
    child: Child,
    pub gateway: SocketAddr,
    pub platform: SocketAddr,
    pub operations: SocketAddr,
    /// The line it printed when ready.
    pub ready: Value,
    pub first: First,
    /// What it says on standard error.
    pub log: PathBuf,
    /// The end of its standard output, to tell that one line is all.
    rest: mpsc::Receiver<String>,
}

impl Home {
    /// # Errors
    /// When there is no room for temporary files.
    pub fn new() -> Result<Self> {
        Ok(Self {
            folder: tempfile::Builder::new().prefix("postern-e2e-").tempdir()?,
            starts: 0,
            first: None,
        })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    pub fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    /// A command of the binary that sees none of the tester's own settings.
    ///
    /// # Errors
    /// When the binary is missing.
    pub fn command(&self) -> Result<Command> {
        let mut command = Command::new(program()?);
        for name in own_variables() {
            command.env_remove(name);
        }
        command.current_dir(self.folder.path()).stdin(Stdio::null());
        Ok(command)
    }

    /// `serve` on free ports, not started yet.
    ///
    /// # Errors
    /// When the binary is missing.
    pub fn serve(&self) -> Result<Command> {
        let mut command = self.command()?;
        command
            .args([
                "serve",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--platform-listen",
                "127.0.0.1:0",
            ])
            .args(["--ops-listen", "127.0.0.1:0", "--data-dir"])
            .arg(self.data())
            // The default is for people and agents; tests of the limit set it themselves.
            .env("POSTERN_LIMITS_RATE_PER_SECOND", "100000")
            .env("POSTERN_LIMITS_RATE_BURST", "100000");
        Ok(command)
    }

    /// # Errors
    /// When it does not get ready.
    pub fn start(&mut self) -> Result<Server> {
        self.start_with(|_| {})
    }

    /// Starts a server whose command was changed, and waits for its line.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start_with(&mut self, change: impl FnOnce(&mut Command)) -> Result<Server> {
        self.starts += 1;
        let log = self
            .folder
            .path()
            .join(format!("serve-{}.log", self.starts));
        let mut command = self.serve()?;
        change(&mut command);
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(File::create(&log)?)
            .spawn()?;
        let stdout = child.stdout.take().context("its output is piped")?;
        let (say, lines) = mpsc::channel();
        std::thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if say.send(line).is_err() {
                    break;
                }
            }
        });
        let Ok(line) = lines.recv_timeout(READY_MAX) else {
            let _ = child.kill();
            let status = child.wait()?;
            bail!(
                "the server did not get ready ({status}):\n{}",
                std::fs::read_to_string(&log)?
            );
        };
        let ready: Value = serde_json::from_str(&line)
            .with_context(|| format!("the ready line is no JSON: {line}"))?;
        let text = |name: &str| {
            ready[name]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no `{name}` in {line}"))
        };
        let address = |name: &str| -> Result<SocketAddr> {
            let url = text(name)?;
            url.split_once("://")
                .map_or(url.as_str(), |(_, address)| address)
                .parse()
                .with_context(|| format!("`{name}` is {url}"))
        };
        if self.first.is_none() {
            self.first = Some(First {
                api_key: text("api_key")?,
                platform_username: text("platform_username")?,
                platform_api_key: text("platform_api_key")?,
                operator: text("operator")?,
                operator_password: text("operator_password")?,
            });
        }
        let first = self
            .first
            .clone()
            .context("a first start says its secrets")?;
        Ok(Server {
            gateway: address("gateway")?,
            platform: address("platform")?,
            operations: address("operations")?,
            child,
            ready,
            first,
            log,
            rest: lines,
        })
    }

    /// Runs a `serve` that is expected to refuse.
    ///
    /// # Errors
    /// When it starts after all, and goes on.
    pub fn refused(&self, change: impl FnOnce(&mut Command)) -> Result<Output> {
        let mut command = self.serve()?;
        change(&mut command);
        finish(&mut command)
    }
}

/// Runs a command to its end, which must come by itself.
///
/// # Errors
/// When it does not end in time.
pub fn finish(command: &mut Command) -> Result<Output> {
    let child = command
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()?;
    let id = child.id();
    let (say, ended) = mpsc::channel();
    std::thread::spawn(move || say.send(child.wait_with_output()));
    match ended.recv_timeout(EXIT_MAX) {
        Ok(output) => Ok(output?),
        Err(_) => {
            signal(id, Signal::KILL)?;
            let output = ended.recv_timeout(EXIT_MAX)??;
            let said =
                String::from_utf8_lossy(&[output.stdout, output.stderr].concat()).into_owned();
            bail!(
                "{command:?} did not end within {} s:\n{said}",
                EXIT_MAX.as_secs()
            );
        }
    }
}

impl Server {
    pub fn gateway_url(&self) -> String {
        format!("http://{}", self.gateway)
    }

    pub fn platform_url(&self) -> String {
        format!("http://{}", self.platform)
    }

    /// The gateway, called with the first key.
    pub fn api(&self) -> Api {
        Api::bearer(&self.gateway_url(), &self.first.api_key)
    }

    /// The platform, called natively.
    pub fn native(&self) -> Api {
        Api::basic(
            &self.platform_url(),
            &self.first.platform_username,
            &self.first.platform_api_key,
        )
    }

    /// An agent key, from the body of `POST /keys` with a name and role added.
    ///
    /// # Errors
    /// When the control plane refuses.
    pub async fn agent(&self, mut key: Value) -> Result<Api> {
        key["name"] = "an agent of a test".into();
        key["role"] = "agent".into();
        let answer = self.api().post("/keys", &key).await?.expect(201)?;
        let secret = answer["api_key"]
            .as_str()
            .context("no api_key in the answer")?;
        Ok(Api::bearer(&self.gateway_url(), secret))
    }

    /// Seconds since 1970, as the server's machine counts them.
    ///
    /// # Errors
    /// When the clock stands before 1970.
    #[expect(
        clippy::disallowed_methods,
        reason = "the server under test lives by the real clock"
    )]
    pub fn now_unix(&self) -> Result<u64> {
        Ok(std::time::SystemTime::now()
            .duration_since(std::time::UNIX_EPOCH)?
            .as_secs())
    }

    pub fn process(&self) -> u32 {
        self.child.id()
    }

    pub fn said(&self) -> String {
        std::fs::read_to_string(&self.log).unwrap_or_default()
    }

    /// SIGKILL: nothing of it runs any more afterwards.
    ///
    /// # Errors
    /// When it cannot be killed.
    pub fn kill(mut self) -> Result<()> {
        self.child.kill()?;
        self.child.wait()?;
        Ok(())
    }

    /// SIGTERM, without waiting.
    ///
    /// # Errors
    /// When it is gone.
    pub fn terminate(&self) -> Result<()> {
        signal(self.child.id(), Signal::TERM)
    }

    /// Waits for its end, and hands back how it ended and what else it printed.
    ///
    /// # Errors
    /// When it does not end in time.
    pub fn wait(mut self) -> Result<(ExitStatus, Vec<String>)> {
        let deadline = Instant::now() + EXIT_MAX;
        let status = loop {
            if let Some(status) = self.child.try_wait()? {
                break status;
            }
            if Instant::now() > deadline {
                bail!(
                    "the server did not end within {} s:\n{}",
                    EXIT_MAX.as_secs(),
                    self.said()
                );
            }
            std::thread::sleep(Duration::from_millis(10));
        };
        Ok((status, self.rest.iter().collect()))
    }

    /// SIGTERM and a good end.
    ///
    /// # Errors
    /// When it ends badly or not at all.
    pub fn stop(self) -> Result<()> {
        self.terminate()?;
        let said = self.log.clone();
        let (status, _) = self.wait()?;
        if !status.success() {
            bail!(
                "the server ended with {status}:\n{}",
                std::fs::read_to_string(said)?
            );
        }
        Ok(())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn signal(process: u32, signal: Signal) -> Result<()> {
    let id = Pid::from_raw(i32::try_from(process)?).context("no process has number 0")?;
    Ok(kill_process(id, signal)?)
}
