//! A data directory and the servers that are started on it.

use std::path::PathBuf;

use clap::Parser;
use metrics_exporter_prometheus::PrometheusBuilder;
use postern_cli::args::Cli;
use postern_cli::config::{self, Sources};
use postern_cli::environment::Environment;
use postern_cli::exit::{Failure, Outcome};
use postern_cli::serve::{self, HandOver, Running, Surroundings};
use postern_cli::{clock, command};
use postern_client::{Client, Settings};
use postern_gateway::RequestLog;
use postern_wire::clicksend::sms::{Message, SendRequest};
use secrecy::ExposeSecret;

pub struct Home {
    folder: tempfile::TempDir,
    settings: Vec<(String, String, String)>,
}

impl Home {
    pub fn new() -> Self {
        let home = Self {
            folder: tempfile::tempdir().unwrap(),
            settings: vec![],
        };
        let data = home.data().display().to_string();
        home.set("data_dir", &data)
            .set("listen.gateway", "127.0.0.1:0")
            .set("listen.platform", "127.0.0.1:0")
            .set("listen.operations", "127.0.0.1:0")
            .set("gateway.threads", "1")
    }

    pub fn set(mut self, key: &str, value: &str) -> Self {
        self.settings.push((key.into(), value.into(), key.into()));
        self
    }

    pub fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub fn data(&self) -> PathBuf {
        self.path("data")
    }

    fn environment(&self) -> Environment {
        [("HOME", self.folder.path().display().to_string())]
            .into_iter()
            .collect()
    }

    pub async fn try_start(&self, hand_over: HandOver) -> Outcome<Running> {
        let sources = Sources {
            config: None,
            values: self.settings.clone(),
        };
        let config = config::load(&sources, &self.environment())?;
        let surroundings = Surroundings {
            clock: clock::system(),
            metrics: PrometheusBuilder::new().build_recorder().handle(),
            hand_over,
            log: RequestLog::off(),
            log_sink: None,
        };
        Box::pin(serve::start(config, surroundings)).await
    }

    pub async fn start(&self) -> Running {
        self.try_start(HandOver::Printed).await.unwrap()
    }

    pub async fn refused(&self) -> Failure {
        match self.try_start(HandOver::Printed).await {
            Ok(_) => panic!("this start should be refused"),
            Err(failure) => failure,
        }
    }

    /// Runs a command that works on the data directory, as its own process would.
    pub async fn command(&self, words: &[&str]) -> Outcome {
        let data = self.data().display().to_string();
        let words = [&["postern", "--json"], words, &["--data-dir", &data]].concat();
        let cli = Cli::try_parse_from(words).unwrap();
        let environment = self.environment();
        tokio::task::spawn_blocking(move || command::run(cli, &environment))
            .await
            .unwrap()
    }
}

/// The first key of a server that was just made.
pub fn first_key(running: &Running) -> String {
    running
        .first_run
        .as_ref()
        .unwrap()
        .api_key
        .expose_secret()
        .to_owned()
}

pub fn client(running: &Running, key: &str) -> Client {
    Client::new(Settings::new(running.urls.gateway.clone(), key.to_owned())).unwrap()
}

pub async fn send(client: &Client, body: &str) {
    let message = Message {
        to: Some("+61411111111".into()),
        body: Some(body.into()),
        ..Message::default()
    };
    let request = SendRequest {
        messages: vec![message],
        ..SendRequest::default()
    };
    let sent = client.clicksend(None).sms().send(&request).await.unwrap();
    assert_eq!(
        sent.data()["messages"][0]["status"],
        "SUCCESS",
        "{}",
        sent.json
    );
}

/// The bodies in the history, newest first.
pub async fn history(client: &Client) -> Vec<String> {
    let page = client
        .clicksend(None)
        .sms()
        .history(&Default::default())
        .await
        .unwrap();
    let rows = page.data()["data"].as_array().unwrap().clone();
    rows.iter()
        .map(|row| row["body"].as_str().unwrap().to_owned())
        .collect()
}
