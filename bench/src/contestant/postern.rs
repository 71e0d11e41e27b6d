//! Our gateway, as an operator starts it: keys and connections are made through its own API after the start.

use super::{Contestant, Stage, stop};
use crate::client::exchange;
use crate::job::{CONNECTIONS_PER_KEY, Caller, Credential, KEYS};
use crate::machine::{cpu_seconds, pinned};
use anyhow::{Context as _, Result, bail};
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// What the benchmark must not run into: the limiter is on and counts, and lets everything through.
const RATE_PER_SECOND: u64 = 1_000_000;

/// A running server, and the first key it made.
pub struct Postern {
    process: Child,
    pub gateway: SocketAddr,
    pub platform: SocketAddr,
    pub api_key: String,
    pub platform_username: String,
    pub platform_api_key: String,
}

impl Postern {
    /// Starts it on one core, or wherever the kernel puts it, with variables that differ from what an operator starts with.
    ///
    /// # Errors
    /// When it does not get ready.
    pub fn start(
        program: &Path,
        core: Option<usize>,
        folder: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self> {
        let log = folder.join("stderr.log");
        let program_name = program.display().to_string();
        let mut command = match core {
            Some(core) => pinned(core, &program_name),
            None => Command::new(program),
        };
        let mut process = command
            .args([
                "serve",
                "--json",
                "--listen",
                "127.0.0.1:0",
                "--platform-listen",
                "127.0.0.1:0",
            ])
            .args([
                "--ops-listen",
                "127.0.0.1:0",
                "--egress-allow",
                "127.0.0.0/8",
            ])
            .arg("--data-dir")
            .arg(folder.join("data"))
            .envs(settings.iter().copied())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(std::fs::File::create(&log)?)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let mut line = String::new();
        let stdout = process.stdout.take().context("its output is piped")?;
        BufReader::new(stdout).read_line(&mut line)?;
        let Ok(ready) = serde_json::from_str::<Value>(&line) else {
            let said = std::fs::read_to_string(&log).unwrap_or_default();
            stop(&mut process);
            bail!("postern did not get ready: {line}{said}");
        };
        let text = |name: &str| {
            ready[name]
                .as_str()
                .map(str::to_owned)
                .with_context(|| format!("no `{name}` in {line}"))
        };
        let address = |name: &str| -> Result<SocketAddr> {
            let url = text(name)?;
            url.trim_start_matches("http://")
                .trim_end_matches('/')
                .parse()
                .with_context(|| format!("{name} is {url}"))
        };
        Ok(Self {
            gateway: address("gateway")?,
            platform: address("platform")?,
            api_key: text("api_key")?,
            platform_username: text("platform_username")?,
            platform_api_key: text("platform_api_key")?,
            process,
        })
    }

    /// A connection to an upstream of ours.
    ///
    /// # Errors
    /// When the control plane refuses.
    pub fn connect(
        &self,
        control: &mut TcpStream,
        upstream: SocketAddr,
        name: &str,
        credential: &Credential,
    ) -> Result<String> {
        let body = json!({
            "app": "clicksend",
            "name": name,
            "upstream": format!("http://{upstream}"),
            "verify": false,
            "credentials": {"username": credential.username, "password": credential.password},
        });
        let answer = self.ask(control, "POST", "/connections", &body.to_string())?;
        let id = answer["connection_id"]
            .as_str()
            .context("no connection_id in the answer")?;
        Ok(id.to_owned())
    }

    /// An agent key for these connections.
    ///
    /// # Errors
    /// When the control plane refuses.
    pub fn key(
        &self,
        control: &mut TcpStream,
        name: &str,
        connections: &[String],
    ) -> Result<String> {
        self.limited_key(control, name, connections, &json!({}))
    }

    /// The same within limits.
    ///
    /// # Errors
    /// When the control plane refuses.
    pub fn limited_key(
        &self,
        control: &mut TcpStream,
        name: &str,
        connections: &[String],
        limits: &Value,
    ) -> Result<String> {
        let body = json!({
            "limits": limits,
            "name": name,
            "role": "agent",
            "apps": ["clicksend"],
            "connections": connections,
            "rate_per_second": RATE_PER_SECOND,
        });
        let answer = self.ask(control, "POST", "/keys", &body.to_string())?;
        Ok(answer["api_key"]
            .as_str()
            .context("no api_key in the answer")?
            .to_owned())
    }

    /// The connection to the built-in platform that the first start made.
    ///
    /// # Errors
    /// When there is none.
    pub fn first_connection(&self, control: &mut TcpStream) -> Result<String> {
        let answer = self.ask(
            control,
            "GET",
            "/connections?app=clicksend&status=ACTIVE",
            "",
        )?;
        let own = answer["connections"]
            .as_array()
            .into_iter()
            .flatten()
            .find(|row| row["sandbox"] == false);
        let id = own.and_then(|row| row["connection_id"].as_str());
        Ok(id
            .with_context(|| format!("no connection in {answer}"))?
            .to_owned())
    }

    /// Lifts the first key's own limit; the default is for people and agents, not for setting up a benchmark.
    ///
    /// # Errors
    /// When the control plane refuses.
    pub fn lift_limit(&self, control: &mut TcpStream) -> Result<()> {
        let keys = self.ask(control, "GET", "/keys", "")?;
        let id = keys["keys"][0]["key_id"]
            .as_str()
            .with_context(|| format!("no first key in {keys}"))?;
        self.ask(
            control,
            "PATCH",
            &format!("/keys/{id}"),
            &json!({"rate_per_second": RATE_PER_SECOND}).to_string(),
        )?;
        Ok(())
    }

    fn ask(&self, control: &mut TcpStream, method: &str, path: &str, body: &str) -> Result<Value> {
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: Bearer {}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            self.gateway,
            self.api_key,
            body.len()
        );
        let answer = exchange(control, request.as_bytes())?;
        if !(200..300).contains(&answer.status) {
            bail!("{method} {path}: {} {}", answer.status, answer.body);
        }
        serde_json::from_str(&answer.body)
            .with_context(|| format!("{method} {path}: the answer is no JSON"))
    }

    /// CPU seconds that it has used so far.
    ///
    /// # Errors
    /// When it is gone.
    pub fn cpu_seconds(&self) -> Result<f64> {
        cpu_seconds(&self.process)
    }

    /// The same server as a contestant.
    pub fn into_contestant(self, name: &'static str, callers: Vec<Caller>) -> Contestant {
        let remark =
            "key hash, connection table, effect table, rate limit, request log, echo scrub";
        Contestant::new(name, remark, self.gateway, callers, self.process)
    }

    /// Ends it; for whoever did not make a contestant of it.
    pub fn stop(mut self) {
        stop(&mut self.process);
    }
}

impl Contestant {
    /// # Errors
    /// When it does not get ready or refuses the keys.
    pub fn postern(name: &'static str, stage: &Stage<'_>, program: &Path) -> Result<Self> {
        let server = Postern::start(program, Some(stage.core), stage.folder, &[])?;
        match server.callers(stage.upstream) {
            Ok(callers) => Ok(server.into_contestant(name, callers)),
            Err(error) => {
                server.stop();
                Err(error)
            }
        }
    }
}

impl Postern {
    fn callers(&self, upstream: SocketAddr) -> Result<Vec<Caller>> {
        let mut callers = Vec::new();
        let mut control = TcpStream::connect(self.gateway)?;
        control.set_nodelay(true)?;
        self.lift_limit(&mut control)?;
        for key in 0..KEYS {
            let mut ids = Vec::new();
            for connection in 0..CONNECTIONS_PER_KEY {
                let credential = Credential::of(key, connection);
                ids.push(self.connect(
                    &mut control,
                    upstream,
                    &credential.username,
                    &credential,
                )?);
            }
            let authorization = format!(
                "Bearer {}",
                self.key(&mut control, &format!("bench {key}"), &ids)?
            );
            callers.push(Caller {
                second_authorization: authorization.clone(),
                authorization,
                second: ids.pop(),
            });
        }
        Ok(callers)
    }
}
