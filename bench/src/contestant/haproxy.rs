//! HAProxy: keys and credentials in a map file, a stick table by key, a log line each, kept-alive servers.

use super::{Contestant, Stage, accepting, find, free_port};
use crate::job::{CONNECTIONS_PER_KEY, Credential, invented_callers};
use crate::machine::pinned;
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::process::Stdio;

const CONFIG: &str = r#"
global
    nbthread 1
    maxconn @CONNECTIONS@
    log stdout format raw local0
defaults
    mode http
    log global
    option httplog
    option http-keep-alive
    http-reuse always
    timeout connect 5s
    timeout client 600s
    timeout server 60s
    timeout http-keep-alive 600s
    timeout http-request 60s
frontend callers
    bind 127.0.0.1:@PORT@ backlog 16384
    maxconn @CONNECTIONS@
    http-request set-var(txn.key) req.hdr(authorization),word(2,' ')
    http-request set-var(txn.chosen) req.hdr(maton-connection)
    http-request set-var(txn.chosen) str() unless { var(txn.chosen) -m found }
    http-request set-var(txn.credential) var(txn.key),concat(|,txn.chosen),map_str(@FOLDER@/credentials.map)
    http-request deny deny_status 401 unless { var(txn.credential) -m found }
    http-request track-sc0 var(txn.key) table limits
    http-request deny deny_status 429 if { sc_http_req_rate(0) gt 5000 }
    http-request set-path %[path,bytes(10)]
    http-request set-header Host @UPSTREAM@
    http-request set-header Authorization "%[var(txn.credential)]"
    http-request del-header Maton-Connection
    default_backend origin
backend limits
    stick-table type string len 64 size 10k expire 60s store http_req_rate(1s)
backend origin
    server origin @UPSTREAM@ pool-max-conn 128
"#;

pub fn start(stage: &Stage<'_>) -> Result<Contestant> {
    let program = find("haproxy")?;
    let port = free_port()?;
    let callers = invented_callers();
    let mut map = String::new();
    for (key, caller) in callers.iter().enumerate() {
        let secret = caller.authorization.trim_start_matches("Bearer ");
        for connection in 0..CONNECTIONS_PER_KEY {
            let chosen = if connection == 0 {
                ""
            } else {
                caller.second.as_deref().unwrap_or_default()
            };
            writeln!(
                map,
                "{secret}|{chosen} {}",
                Credential::of(key, connection).basic()
            )?;
        }
    }
    std::fs::write(stage.folder.join("credentials.map"), map)?;
    // It counts both sides of every connection, and some files of its own.
    let connections = (stage.files / 2).saturating_sub(100).min(16_000);
    let config = CONFIG
        .replace("@CONNECTIONS@", &connections.to_string())
        .replace("@FOLDER@", &stage.folder.display().to_string())
        .replace("@UPSTREAM@", &stage.upstream.to_string())
        .replace("@PORT@", &port.to_string());
    let file = stage.folder.join("haproxy.cfg");
    std::fs::write(&file, config)?;
    let log = stage.folder.join("stderr.log");
    let mut process = pinned(stage.core, &program.display().to_string())
        .args(["-db", "-f"])
        .arg(&file)
        .stdin(Stdio::null())
        .stdout(std::fs::File::create(stage.folder.join("access.log"))?)
        .stderr(std::fs::File::create(&log)?)
        .spawn()
        .context("starting HAProxy")?;
    let address = accepting(&mut process, port, &log)?;
    let mut contestant = Contestant::new(
        "HAProxy",
        "map, log, stick table; no connection table, no audit, no echo scrub",
        address,
        callers,
        process,
    );
    // At its own limit it would queue the next connection, not refuse it.
    contestant.connections_max = usize::try_from(connections)? - 100;
    Ok(contestant)
}
