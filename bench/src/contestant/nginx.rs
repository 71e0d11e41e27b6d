//! nginx: keys and credentials in a map, `limit_req` by key, an access log, a kept-alive upstream.

use super::{Contestant, Stage, accepting, find, free_port};
use crate::job::{CONNECTIONS_PER_KEY, Credential, UPLOAD_BYTES, invented_callers};
use crate::machine::pinned;
use anyhow::{Context as _, Result};
use std::fmt::Write as _;
use std::process::Stdio;

const SITE: &str = r#"
daemon off;
worker_processes 1;
pid @FOLDER@/nginx.pid;
error_log @FOLDER@/error.log crit;
events { worker_connections @FILES@; }
http {
    access_log @FOLDER@/access.log combined;
    client_body_temp_path @FOLDER@/body;
    proxy_temp_path @FOLDER@/proxy;
    fastcgi_temp_path @FOLDER@/fastcgi;
    uwsgi_temp_path @FOLDER@/uwsgi;
    scgi_temp_path @FOLDER@/scgi;

    keepalive_timeout 600s;
    keepalive_requests 1000000000;
    tcp_nodelay on;
    client_max_body_size @BODY@;
    map_hash_max_size 16384;
    map_hash_bucket_size 256;
    map "$http_authorization|$http_maton_connection" $credential {
        default "";
        include @FOLDER@/credentials.map;
    }
    limit_req_zone $http_authorization zone=keys:10m rate=5000r/s;

    upstream origin {
        server @UPSTREAM@;
        keepalive 128;
        keepalive_requests 1000000000;
        keepalive_timeout 600s;
    }
    server {
        listen 127.0.0.1:@PORT@ backlog=16384;
        location /clicksend/ {
            if ($credential = "") { return 401; }
            limit_req zone=keys burst=5000 nodelay;
            limit_req_status 429;
            proxy_pass http://origin/;
            proxy_http_version 1.1;
            proxy_request_buffering off;
            proxy_buffers 16 8k;
            proxy_max_temp_file_size 0;
            proxy_set_header Host @UPSTREAM@;
            proxy_set_header Connection "";
            proxy_set_header Authorization $credential;
            proxy_set_header Maton-Connection "";
        }
    }
}
"#;

pub fn start(stage: &Stage<'_>) -> Result<Contestant> {
    let program = find("nginx")?;
    let port = free_port()?;
    let callers = invented_callers();
    let mut map = String::new();
    for (key, caller) in callers.iter().enumerate() {
        for connection in 0..CONNECTIONS_PER_KEY {
            let chosen = if connection == 0 {
                ""
            } else {
                caller.second.as_deref().unwrap_or_default()
            };
            let credential = Credential::of(key, connection).basic();
            writeln!(
                map,
                "\"{}|{chosen}\" \"{credential}\";",
                caller.authorization
            )?;
        }
    }
    std::fs::write(stage.folder.join("credentials.map"), map)?;
    let site = SITE
        .replace("@FOLDER@", &stage.folder.display().to_string())
        .replace("@UPSTREAM@", &stage.upstream.to_string())
        .replace("@PORT@", &port.to_string())
        .replace("@FILES@", &stage.files.to_string())
        .replace("@BODY@", &(UPLOAD_BYTES * 2).to_string());
    let file = stage.folder.join("nginx.conf");
    std::fs::write(&file, site)?;
    let log = stage.folder.join("stderr.log");
    let mut process = pinned(stage.core, &program.display().to_string())
        .arg("-c")
        .arg(&file)
        .arg("-e")
        .arg(stage.folder.join("error.log"))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(std::fs::File::create(&log)?)
        .spawn()
        .context("starting nginx")?;
    let address = accepting(&mut process, port, &log)?;
    Ok(Contestant::new(
        "nginx",
        "map, access_log, limit_req; no connection table, no audit, no echo scrub",
        address,
        callers,
        process,
    ))
}
