//! The origins: real servers that log every request and name its path in their answer.

use anyhow::{Context as _, Result, bail};
use postern_e2e::peers;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};
use tempfile::TempDir;

const START_MAX: Duration = Duration::from_secs(30);
const LOG_MAX: Duration = Duration::from_secs(10);

pub struct Plant {
    pub name: &'static str,
    pub address: SocketAddr,
    process: Child,
    folder: TempDir,
}

const NGINX: &str = r#"
daemon off;
worker_processes 1;
pid @FOLDER@/pid;
error_log @FOLDER@/error.log;
events {}
http {
    log_format request '$request_method $request_uri $content_length';
    access_log @FOLDER@/access.log request;
    client_body_temp_path @FOLDER@/body;
    proxy_temp_path @FOLDER@/proxy;
    fastcgi_temp_path @FOLDER@/fastcgi;
    uwsgi_temp_path @FOLDER@/uwsgi;
    scgi_temp_path @FOLDER@/scgi;
    keepalive_timeout 600s;
    server {
        listen 127.0.0.1:@PORT@;
        location / {
            add_header X-Path $request_uri always;
            return 200 "nginx\n";
        }
    }
}
"#;

const APACHE: &str = r#"
ServerRoot @FOLDER@
ServerName garden
PidFile @FOLDER@/pid
Listen 127.0.0.1:@PORT@
LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
LoadModule headers_module /usr/lib/apache2/modules/mod_headers.so
LoadModule rewrite_module /usr/lib/apache2/modules/mod_rewrite.so
<IfFile "/etc/apache2/envvars">
User www-data
Group www-data
</IfFile>
ErrorLog @FOLDER@/error.log
LogFormat "%m %U%q %{Content-Length}i" request
CustomLog @FOLDER@/access.log request
DocumentRoot @FOLDER@
KeepAliveTimeout 600
MaxKeepAliveRequests 0
RewriteEngine on
RewriteRule ^ - [R=200,L]
Header always set X-Path "expr=%{REQUEST_URI}"
"#;

const NODE: &str = r"
const fs = require('fs');
const server = require('http').createServer((request, response) => {
  let length = 0;
  request.on('data', (piece) => { length += piece.length; });
  request.on('end', () => {
    fs.appendFileSync('access.log', `${request.method} ${request.url} ${length}\n`);
    response.setHeader('X-Path', request.url);
    response.end('node\n');
  });
});
server.keepAliveTimeout = 600000;
server.listen(@PORT@, '127.0.0.1');
";

impl Plant {
    pub fn nginx() -> Result<Self> {
        Self::start("nginx", NGINX, |file, folder| {
            let mut command = Command::new(peers::program("nginx")?);
            command
                .arg("-c")
                .arg(file)
                .arg("-e")
                .arg(folder.join("error.log"));
            Ok(command)
        })
    }

    pub fn apache() -> Result<Self> {
        Self::start("Apache", APACHE, |file, _| {
            let mut command = Command::new(peers::program("apache2")?);
            command.args(["-D", "FOREGROUND", "-f"]).arg(file);
            Ok(command)
        })
    }

    pub fn node() -> Result<Self> {
        Self::start("Node.js", NODE, |file, _| {
            let mut command = Command::new(peers::program("node")?);
            command.arg(file);
            Ok(command)
        })
    }

    fn start(
        name: &'static str,
        config: &str,
        command: impl FnOnce(&Path, &Path) -> Result<Command>,
    ) -> Result<Self> {
        let folder = tempfile::Builder::new()
            .prefix("postern-garden-")
            .tempdir()?;
        // Servers that root starts work as another user, who must reach the folder.
        Command::new("chmod")
            .arg("755")
            .arg(folder.path())
            .status()?;
        let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?
            .local_addr()?
            .port();
        let config = config
            .replace("@FOLDER@", &folder.path().display().to_string())
            .replace("@PORT@", &port.to_string());
        let file = folder.path().join("config.js");
        std::fs::write(&file, config)?;
        let output = std::fs::File::create(folder.path().join("output.log"))?;
        let mut process = command(&file, folder.path())?
            .current_dir(folder.path())
            .stdin(Stdio::null())
            .stdout(output.try_clone()?)
            .stderr(output)
            .spawn()
            .with_context(|| format!("starting {name}"))?;
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let deadline = Instant::now() + START_MAX;
        while TcpStream::connect(address).is_err() {
            if process.try_wait()?.is_some() || Instant::now() > deadline {
                let _ = process.kill();
                let said = std::fs::read_to_string(folder.path().join("output.log"))?;
                let errors =
                    std::fs::read_to_string(folder.path().join("error.log")).unwrap_or_default();
                bail!("{name} does not listen: {said}{errors}");
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(Self {
            name,
            address,
            process,
            folder,
        })
    }

    /// One line for each request it understood, once so many of them name this address: servers log after they answer.
    pub fn log(&self, address: &str, lines: usize) -> Result<String> {
        let deadline = Instant::now() + LOG_MAX;
        loop {
            let log =
                std::fs::read_to_string(self.folder.path().join("access.log")).unwrap_or_default();
            if log.lines().filter(|line| line.contains(address)).count() >= lines {
                return Ok(log);
            }
            if Instant::now() > deadline {
                bail!("{} never logged {lines} times {address}:\n{log}", self.name);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

impl Drop for Plant {
    fn drop(&mut self) {
        // SIGTERM lets nginx and Apache end their workers; a kill would leave them behind.
        let _ = Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status();
        let deadline = Instant::now() + Duration::from_secs(5);
        while matches!(self.process.try_wait(), Ok(None)) {
            if Instant::now() > deadline {
                let _ = self.process.kill();
            }
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}
