//! Kannel: one message a call, kept in its file store without a sync, on to a fake carrier that takes everything. It prices, charges and
//! audits nothing, and keeps no history.

use crate::contestant::{accepting, find, free_port, stop};
use anyhow::{Context as _, Result};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, Command, Stdio};

const CONFIG: &str = r#"
group = core
admin-port = @ADMIN@
admin-password = bench
admin-allow-ip = "127.0.0.1"
smsbox-port = @BOX@
box-allow-ip = "127.0.0.1"
log-file = "@FOLDER@/bearerbox.log"
log-level = 3
store-type = file
store-location = "@FOLDER@/store"

group = smsc
smsc = fake
smsc-id = fake
port = @CARRIER@
connect-allow-ip = 127.0.0.1

group = smsbox
bearerbox-host = 127.0.0.1
bearerbox-port = @BOX@
sendsms-port = @SEND@
sendsms-interface = 127.0.0.1
log-file = "@FOLDER@/smsbox.log"
log-level = 3

group = sendsms-user
username = bench
password = bench
max-messages = 1

group = sms-service
keyword = default
text = "no"
max-messages = 0
"#;

/// Its package puts it where no path leads.
const FAKE_CARRIER: &str = "/usr/lib/kannel/test/fakesmsc";

pub struct Kannel {
    pub address: SocketAddr,
    processes: Vec<Child>,
}

impl Kannel {
    /// # Errors
    /// When it is not installed or does not start.
    pub fn start(folder: &Path) -> Result<Self> {
        let ports = [free_port()?, free_port()?, free_port()?, free_port()?];
        let [admin, smsbox, carrier, send] = ports;
        let mut config = CONFIG.replace("@FOLDER@", &folder.display().to_string());
        for (name, port) in [
            ("@ADMIN@", admin),
            ("@BOX@", smsbox),
            ("@CARRIER@", carrier),
            ("@SEND@", send),
        ] {
            config = config.replace(name, &port.to_string());
        }
        let file = folder.join("kannel.conf");
        std::fs::write(&file, config)?;
        let log = folder.join("stderr.log");
        let start = |command: &mut Command| -> Result<Child> {
            let err = std::fs::OpenOptions::new()
                .create(true)
                .append(true)
                .open(&log)?;
            command
                .stdin(Stdio::null())
                .stdout(Stdio::null())
                .stderr(err)
                .spawn()
                .with_context(|| format!("starting {command:?}"))
        };
        let mut kannel = Self {
            address: ([127, 0, 0, 1], send).into(),
            processes: Vec::new(),
        };
        kannel
            .processes
            .push(start(Command::new(find("bearerbox")?).arg(&file))?);
        accepting(&mut kannel.processes[0], smsbox, &log)?;
        kannel
            .processes
            .push(start(Command::new(find("smsbox")?).arg(&file))?);
        accepting(&mut kannel.processes[1], send, &log)?;
        // It sends nothing itself; what it receives it prints and forgets.
        kannel.processes.push(start(
            Command::new(FAKE_CARRIER)
                .args(["-H", "127.0.0.1", "-r", &carrier.to_string(), "-m", "0"])
                .arg("1 2 text none"),
        )?);
        Ok(kannel)
    }
}

impl Drop for Kannel {
    fn drop(&mut self) {
        for process in self.processes.iter_mut().rev() {
            stop(process);
        }
    }
}
