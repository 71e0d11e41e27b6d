//! What is said when everything is ready: one line for programs, or the addresses, the key and a first command for a person.

use secrecy::ExposeSecret;
use serde::Serialize;

use super::first_run::{FirstRun, HandOver};
use super::running::Running;
use crate::console::Console;
use crate::exit::Outcome;

/// With `--json` exactly one line on standard output.
pub fn announce(running: &Running, console: Console) -> Outcome {
    if console.json {
        return console.line(ready_line(running));
    }
    console.line(greeting(running))
}

/// The keys are a promise to scripts; the last five are there on the first start of a data directory only.
#[derive(Serialize)]
struct ReadyLine<'a> {
    event: &'static str,
    gateway: &'a str,
    platform: &'a str,
    operations: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_username: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    platform_api_key: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator_password: Option<&'a str>,
}

fn ready_line(running: &Running) -> String {
    let first = running.first_run.as_ref();
    let line = ReadyLine {
        event: "ready",
        gateway: &running.urls.gateway,
        platform: &running.urls.platform,
        operations: &running.urls.operations,
        api_key: first.map(|first| first.api_key.expose_secret()),
        platform_username: first.map(|first| first.platform_username.as_str()),
        platform_api_key: first.map(|first| first.platform_api_key.expose_secret()),
        operator: first.map(|first| first.operator.as_str()),
        operator_password: first.map(|first| first.operator_password.expose_secret()),
    };
    serde_json::to_string(&line).expect("texts always serialize")
}

fn greeting(running: &Running) -> String {
    let urls = &running.urls;
    let mut lines = vec![
        "Postern is ready.".to_owned(),
        String::new(),
        format!(
            "  gateway     {}    /{{app}}/{{the API's own path}}, connections, keys",
            urls.gateway
        ),
        format!(
            "  platform    {}    /v3/… as rest.clicksend.com",
            urls.platform
        ),
        format!(
            "  operations  {}    /healthz /readyz /metrics",
            urls.operations
        ),
        format!("  data        {}", running.data_dir.display()),
    ];
    match (&running.first_run, running.hand_over) {
        (Some(first), HandOver::Printed) => lines.extend(printed(first, &urls.gateway)),
        (Some(_), HandOver::File) => lines.extend(filed(running)),
        (None, _) => {}
    }
    lines.join("\n")
}

fn printed(first: &FirstRun, gateway: &str) -> Vec<String> {
    let key = first.api_key.expose_secret();
    vec![
        String::new(),
        "Made on this first start, and shown only now:".to_owned(),
        format!("  API key (full)     {key}"),
        format!("  platform username  {}", first.platform_username),
        format!(
            "  platform API key   {}",
            first.platform_api_key.expose_secret()
        ),
        format!("  operator           {}", first.operator),
        format!(
            "  operator password  {}    for {gateway}/console",
            first.operator_password.expose_secret()
        ),
        String::new(),
        "Send a first message (it goes to the simulator; nothing leaves this machine):".to_owned(),
        String::new(),
        curl(gateway, key),
    ]
}

fn filed(running: &Running) -> Vec<String> {
    let path = running.first_run_file.display();
    vec![
        String::new(),
        format!("Made on this first start: one full API key and one operator. They are in {path}"),
        "(readable by its owner only). Move them to where secrets are kept, then delete the file."
            .to_owned(),
        String::new(),
        "Send a first message (it goes to the simulator; nothing leaves this machine):".to_owned(),
        String::new(),
        format!(
            "POSTERN_API_KEY=$(sed -n 's/.*\"api_key\": \"\\(pst_[^\"]*\\)\".*/\\1/p' '{path}')"
        ),
        curl(&running.urls.gateway, "$POSTERN_API_KEY"),
    ]
}

/// A line that works when it is pasted into any POSIX shell.
fn curl(gateway: &str, key: &str) -> String {
    format!(
        "curl -s {gateway}/clicksend/v3/sms/send -H \"Authorization: Bearer {key}\" -H 'Content-Type: application/json' \
         -d '{{\"messages\":[{{\"to\":\"+15551234567\",\"body\":\"Hello from Postern\",\"source\":\"first-run\"}}]}}'"
    )
}
