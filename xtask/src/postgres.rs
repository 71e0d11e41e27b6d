//! A throw-away PostgreSQL: its own cluster in a temporary folder, on loopback, gone with this value.

use crate::peers::{Installer, is_root};
use crate::process::{find, quietly};
use anyhow::{Context as _, Result, bail};
use std::net::{Ipv4Addr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

/// How long a fresh cluster may take to answer on a busy machine.
const START_MAX: Duration = Duration::from_secs(60);

/// Where the server logs, inside its folder.
const LOG: &str = "server.log";

/// PostgreSQL refuses to run as root; this user exists everywhere and owns nothing.
const UNPRIVILEGED: [&str; 4] = [
    "setpriv",
    "--reuid=nobody",
    "--regid=nogroup",
    "--clear-groups",
];

pub struct Cluster {
    server: Child,
    port: u16,
    // Dropped after the server: the folder is the server's data.
    folder: TempDir,
}

impl Cluster {
    /// # Errors
    /// When PostgreSQL is not there and cannot be installed, or does not come up.
    pub fn start(installer: &Installer) -> Result<Self> {
        let programs = match programs() {
            Some(programs) => programs,
            None => {
                installer.apt(&["postgresql"])?;
                programs()
                    .context("PostgreSQL is installed but its initdb is nowhere to be found")?
            }
        };
        let folder = tempfile::Builder::new()
            .prefix("postern-postgres-")
            .tempdir()?;
        if is_root() {
            let mut chown = Command::new("chown");
            if !quietly(chown.args(["nobody:nogroup"]).arg(folder.path()))? {
                bail!(
                    "cannot give {} to an unprivileged user",
                    folder.path().display()
                );
            }
        }
        let data = folder.path().join("data");
        let mut initdb = unprivileged(&programs.join("initdb"), folder.path());
        initdb
            .args([
                "--username=postern",
                "--auth=trust",
                "--encoding=UTF8",
                "--locale=C",
                "--no-sync",
                "-D",
            ])
            .arg(&data);
        if !quietly(&mut initdb)? {
            bail!("initdb failed");
        }
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let mut postgres = unprivileged(&programs.join("postgres"), folder.path());
        postgres
            .arg("-D")
            .arg(&data)
            .arg("-k")
            .arg(folder.path())
            .args(["-p", &port.to_string()])
            // The tests are about what the statements do; what fsync does is the operating system's affair.
            .args([
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "fsync=off",
                "-c",
                "max_connections=300",
            ])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(std::fs::File::create(folder.path().join(LOG))?);
        let server = postgres.spawn().context("cannot start postgres")?;
        let mut cluster = Self {
            server,
            port,
            folder,
        };
        cluster.wait_until_ready()?;
        Ok(cluster)
    }

    /// Where it listens, for `POSTERN_TEST_DATABASE_URL`.
    pub fn url(&self) -> String {
        format!("postgres://postern@127.0.0.1:{}/postgres", self.port)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let deadline = Instant::now() + START_MAX;
        loop {
            let log = std::fs::read_to_string(self.folder.path().join(LOG)).unwrap_or_default();
            if log.contains("database system is ready to accept connections") {
                return Ok(());
            }
            if self.server.try_wait()?.is_some() || Instant::now() > deadline {
                bail!("PostgreSQL did not come up:\n{log}");
            }
            std::thread::sleep(Duration::from_millis(50));
        }
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        // SIGINT is PostgreSQL's fast shutdown: it ends its own children, which a kill would leave behind.
        let stopped = quietly(Command::new("kill").args(["-INT", &self.server.id().to_string()]));
        if !stopped.unwrap_or(false) {
            let _ = self.server.kill();
        }
        let _ = self.server.wait();
    }
}

/// The newest installed server's programs. Debian keeps them off the path, one folder for each version.
fn programs() -> Option<PathBuf> {
    if let (Some(initdb), true) = (find("initdb"), find("postgres").is_some()) {
        return initdb.parent().map(Path::to_path_buf);
    }
    let mut versions: Vec<(u32, PathBuf)> = std::fs::read_dir("/usr/lib/postgresql")
        .ok()?
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let programs = entry.path().join("bin");
            let version = entry.file_name().to_str()?.parse().ok()?;
            programs
                .join("initdb")
                .is_file()
                .then_some((version, programs))
        })
        .collect();
    versions.sort();
    versions.pop().map(|(_, programs)| programs)
}

fn unprivileged(program: &Path, folder: &Path) -> Command {
    let mut command = if is_root() {
        let mut command = Command::new(UNPRIVILEGED[0]);
        command.args(&UNPRIVILEGED[1..]).arg(program);
        command
    } else {
        Command::new(program)
    };
    // The folder that xtask was started in may be closed to the other user.
    command.current_dir(folder).env("HOME", folder);
    command
}
