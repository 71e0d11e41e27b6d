//! `postern serve`: the whole server in one process.

use std::time::Duration;

use metrics_exporter_prometheus::PrometheusBuilder;

use postern_gateway::RequestLog;

use crate::args::DataArgs;
use crate::clock;
use crate::config::{self, Config, Sources};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::serve::{self, HandOver, Surroundings};

/// Start gateway, control plane, connect page, platform and operations listener (works on the data directory)
///
/// An empty data directory gets everything that is needed: database, vault key, a platform account with credit, a connection to
/// it, and one full API key. The key is printed only to a terminal or with --json; otherwise it is in `first-run.json` there.
/// SIGTERM or Ctrl-C finishes what is under way and exits 0. With --json exactly one line is printed, when everything is ready.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Gateway, control plane and connect page [env: POSTERN_LISTEN] [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDRESS")]
    listen: Option<String>,

    /// Platform [env: POSTERN_PLATFORM_LISTEN] [default: 127.0.0.1:8081]
    #[arg(long, value_name = "ADDRESS")]
    platform_listen: Option<String>,

    /// /healthz, /readyz, /metrics [env: POSTERN_OPS_LISTEN] [default: 127.0.0.1:9090]
    #[arg(long, value_name = "ADDRESS")]
    ops_listen: Option<String>,

    /// A private network (CIDR) that upstreams may be in; may be repeated [env: POSTERN_EGRESS_ALLOW] [default: none]
    #[arg(long, value_name = "CIDR")]
    egress_allow: Vec<String>,

    /// Threads of the data plane [env: POSTERN_GATEWAY_THREADS] [default: one for each core]
    #[arg(long, value_name = "N")]
    gateway_threads: Option<u32>,

    /// auto, text or json [env: POSTERN_LOG_FORMAT] [default: auto]
    #[arg(long, value_name = "FORMAT")]
    log_format: Option<String>,

    /// error, warn, info, debug, trace, or parts such as info,postern_gateway=debug [env: POSTERN_LOG_LEVEL] [default: info]
    #[arg(long, value_name = "LEVEL")]
    log_level: Option<String>,

    #[command(flatten)]
    data: DataArgs,
}

impl Args {
    fn sources(&self) -> Sources {
        let mut sources = self.data.sources();
        let egress = (!self.egress_allow.is_empty()).then(|| self.egress_allow.join(","));
        let threads = self.gateway_threads.map(|threads| threads.to_string());
        let flags = [
            ("listen.gateway", "--listen", &self.listen),
            (
                "listen.platform",
                "--platform-listen",
                &self.platform_listen,
            ),
            ("listen.operations", "--ops-listen", &self.ops_listen),
            ("egress.allow", "--egress-allow", &egress),
            ("gateway.threads", "--gateway-threads", &threads),
            ("log.format", "--log-format", &self.log_format),
            ("log.level", "--log-level", &self.log_level),
        ];
        for (key, flag, value) in flags {
            if let Some(value) = value {
                sources
                    .values
                    .push((key.to_owned(), value.clone(), flag.to_owned()));
            }
        }
        sources
    }
}

pub fn run(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let config = config::load(&args.sources(), environment)?;
    let form = serve::log::Form::of(config.log.format, console.stderr_is_terminal);
    serve::log::init(&config.log, form, console.stderr_is_terminal)?;
    let (log, log_sink) = RequestLog::start(form.request_lines())
        .map_err(|error| Failure::failed(format!("the request log cannot be started: {error}")))?;
    let recorder = PrometheusBuilder::new().build_recorder();
    let metrics = recorder.handle();
    metrics::set_global_recorder(recorder)
        .map_err(|error| Failure::failed(format!("metrics cannot be started: {error}")))?;
    let hand_over = if console.json || console.stdout_is_terminal {
        HandOver::Printed
    } else {
        HandOver::File
    };
    let surroundings = Surroundings {
        clock: clock::system(),
        metrics,
        hand_over,
        log,
        log_sink: Some(log_sink),
    };
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("postern")
        .build()
        .map_err(|error| Failure::failed(format!("cannot start a runtime: {error}")))?;
    let ended = runtime.block_on(Box::pin(until_told(config, surroundings, console)));
    // Whatever is left had its time; nothing that was answered depends on it.
    runtime.shutdown_timeout(Duration::from_secs(1));
    ended
}

/// Serves until a signal, then finishes what is under way; a second signal ends that, too.
async fn until_told(config: Config, surroundings: Surroundings, console: Console) -> Outcome {
    let mut signals = Signals::listen()?;
    let running = serve::start(config, surroundings).await?;
    serve::announce(&running, console)?;
    let ended_by = tokio::select! {
        name = signals.received() => Ok(name),
        () = running.store().fenced() => Err(Failure::new(Exit::Store, "another node has taken over this database")
            .fix("run one node for each database")),
    };
    if let Ok(name) = &ended_by {
        tracing::info!(signal = name, "stopping: finishing what is under way");
    }
    tokio::select! {
        () = running.stop() => ended_by.map(drop),
        name = signals.received() => Err(Failure::failed(format!("a second signal ({name}) ended it before everything had finished"))),
    }
}

/// SIGTERM and SIGINT, caught from before the first port is bound.
struct Signals {
    #[cfg(unix)]
    terminate: tokio::signal::unix::Signal,
    #[cfg(unix)]
    interrupt: tokio::signal::unix::Signal,
}

impl Signals {
    #[cfg(unix)]
    fn listen() -> Outcome<Self> {
        use tokio::signal::unix::{SignalKind, signal};
        let caught = |kind| {
            signal(kind).map_err(|error| Failure::failed(format!("cannot catch signals: {error}")))
        };
        Ok(Self {
            terminate: caught(SignalKind::terminate())?,
            interrupt: caught(SignalKind::interrupt())?,
        })
    }

    #[cfg(unix)]
    async fn received(&mut self) -> &'static str {
        tokio::select! {
            _ = self.terminate.recv() => "SIGTERM",
            _ = self.interrupt.recv() => "SIGINT",
        }
    }

    #[cfg(not(unix))]
    fn listen() -> Outcome<Self> {
        Ok(Self {})
    }

    #[cfg(not(unix))]
    async fn received(&mut self) -> &'static str {
        // Without a handler Ctrl-C would end the process anyway.
        let _unheard = tokio::signal::ctrl_c().await;
        "Ctrl-C"
    }
}
