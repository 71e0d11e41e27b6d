//! Starting all parts in order, and stopping them in the reverse one.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use metrics_exporter_prometheus::PrometheusHandle;
use postern_control::Sealer;
use postern_domain::time::Clock;
use postern_gateway::{Claims, LogSink, RequestLog, Serving};
use postern_store::Store;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::first_run::{FirstRun, HandOver, first_run};
use super::listener::{self, Terms};
use super::open::{Opened, open};
use super::operations::{self, Operations};
use super::prepare::prepare;
use super::rooms::{self, Wiring};
use super::urls::Urls;
use super::{platform_log, urls};
use crate::config::Config;
use crate::exit::{Exit, Failure, Outcome};

/// How often last uses of keys are written down.
const FLUSH_EVERY: Duration = Duration::from_secs(5);
/// How often the samples of metrics are sorted in.
const UPKEEP_EVERY: Duration = Duration::from_secs(5);
/// Beyond the time for draining: for what has to be written after the last request.
const STOP_SLACK: Duration = Duration::from_secs(5);

/// What a server is given by the process it runs in.
pub struct Surroundings {
    pub clock: Clock,
    pub metrics: PrometheusHandle,
    pub hand_over: HandOver,
    pub log: RequestLog,
    /// Ends when every handle of `log` is gone; `None` when nothing is logged.
    pub log_sink: Option<LogSink>,
}

/// A server that answers. Dropping it without [`Running::stop`] loses nothing that was answered, but cuts what is under way.
pub struct Running {
    pub urls: Urls,
    pub data_dir: PathBuf,
    pub first_run: Option<FirstRun>,
    pub first_run_file: PathBuf,
    pub hand_over: HandOver,
    opened: Opened,
    serving: Serving,
    /// No new requests; those under way finish.
    draining: CancellationToken,
    requests: TaskTracker,
    /// What goes on until the last request has finished.
    stopping: CancellationToken,
    background: TaskTracker,
    drain_within: Duration,
    log_sink: Option<LogSink>,
}

/// The order matters: nothing is made before it is known that nobody else holds the directory, and no key is handed over before every
/// port is ours.
pub async fn start(config: Config, surroundings: Surroundings) -> Outcome<Running> {
    let prepared = prepare(&config)?;
    let Surroundings {
        clock,
        metrics,
        hand_over,
        log,
        log_sink,
    } = surroundings;
    let opened = open(&config, prepared.registry.clone(), clock.clone()).await?;
    let gateway_socket = listener::bind("listen.gateway", config.listen.gateway)?;
    let platform_socket = listener::bind("listen.platform", config.listen.platform)?;
    let operations_socket = listener::bind("listen.operations", config.listen.operations)?;
    let urls = urls::of(
        &config,
        &gateway_socket,
        &platform_socket,
        &operations_socket,
    )?;

    let (draining, requests) = (CancellationToken::new(), TaskTracker::new());
    let (stopping, background) = (CancellationToken::new(), TaskTracker::new());
    let defaults = rooms::account_defaults(&config.platform);
    let first = first_run(
        &opened,
        &defaults,
        config.platform.credit,
        hand_over,
        clock(),
    )
    .await?;
    let retention = Some(config.audit_retention_days).filter(|days| *days > 0);
    let sealer = Sealer::open(
        opened.store.clone(),
        &opened.vault,
        clock.clone(),
        retention,
    );
    let sealer = Arc::new(sealer.await.map_err(|error| {
        Failure::new(Exit::Store, format!("the audit cannot be sealed: {error}"))
            .fix("start with the vault key that this data directory was made with")
    })?);
    let claims = Claims::open(&opened.store, &opened.vault, &clock);
    let claims = claims.await.map_err(|error| {
        Failure::new(
            Exit::Store,
            format!("repeated sends cannot be recognised: {error}"),
        )
        .fix("start with the vault key that this data directory was made with")
    })?;
    let rooms = rooms::wire(Wiring {
        config: &config,
        prepared: &prepared,
        opened: &opened,
        sealer: sealer.clone(),
        claims,
        clock: clock.clone(),
        log,
        public_url: &urls.public,
        platform_url: &urls.platform,
        defaults,
    });

    let terms = Terms {
        name: "platform",
        introduce: |extensions, peer| {
            extensions.insert(postern_platform::Peer(peer.ip()));
        },
        tls: prepared.inbound_tls.clone(),
        limits: config.limits,
        timeouts: config.timeouts,
        stopping: draining.clone(),
        tracker: requests.clone(),
    };
    let platform = rooms
        .platform
        .layer(axum::middleware::from_fn(platform_log::line));
    requests.spawn(listener::serve(
        listener::on_runtime(platform_socket)?,
        platform,
        terms.clone(),
    ));

    background.spawn(upkeep(metrics.clone(), stopping.clone()));
    let operations = Operations {
        store: opened.store.clone(),
        metrics,
        draining: draining.clone(),
    };
    let terms = Terms {
        name: "operations",
        introduce: |_, _| (),
        tls: None,
        stopping: stopping.clone(),
        tracker: background.clone(),
        ..terms
    };
    let operations = listener::serve(
        listener::on_runtime(operations_socket)?,
        operations::router(operations),
        terms,
    );
    background.spawn(operations);
    let until = stopping.clone();
    background.spawn(async move { sealer.keep_sealing(until).await });
    let networks = rooms.simulator.read_networks(&opened.store).await;
    networks.map_err(|error| {
        Failure::new(
            Exit::Store,
            format!("how the simulator is to behave cannot be read: {error}"),
        )
        .fix("look into the table simulator_chaos")
    })?;
    background.spawn(rooms.delivery.run(stopping.clone()));
    background.spawn(rooms.pusher.run(stopping.clone()));
    background.spawn(rooms.teller.run(stopping.clone()));
    let reacting = rooms.platform_state.clone();
    background.spawn(reacting.keep_reacting(rooms.bells.reactions, stopping.clone()));
    background.spawn(rooms.platform_state.keep_jobs(stopping.clone()));
    let directory = opened.directory.clone();
    let until = stopping.clone();
    background.spawn(async move { directory.keep_flushing(FLUSH_EVERY, until).await });

    let leftovers = rooms.gateway.settle_leftovers(clock()).await;
    let leftovers = leftovers.map_err(|error| {
        Failure::new(
            Exit::Store,
            format!("what the last process left cannot be settled: {error}"),
        )
        .fix("look into the database; sends of unknown outcome must be known before new ones are made")
    })?;
    if leftovers > 0 {
        tracing::warn!(
            sends = leftovers,
            "the last process left sends whose outcome is not known: `postern send list --state unknown`"
        );
    }
    let listener = postern_gateway::Listener {
        socket: gateway_socket,
        tls: prepared.inbound_tls.clone(),
    };
    // Only now: what the last process left must be known before anything is made again.
    let releasing = rooms
        .gateway
        .courier()
        .keep_releasing(rooms.approvals.clone(), stopping.clone());
    background.spawn(releasing);
    background.spawn(rooms.notifier.run(stopping.clone()));
    background.spawn(rooms.door_keeper.keep(stopping.clone()));
    let (approvals, until) = (rooms.approvals, stopping.clone());
    background.spawn(async move { approvals.keep(until).await });
    let forgetting = rooms.gateway.clone().keep_forgetting(stopping.clone());
    background.spawn(forgetting);
    let clearing = rooms.gateway.clone().keep_clearing_up(stopping.clone());
    background.spawn(clearing);
    let serving = rooms
        .gateway
        .serve(vec![listener], draining.clone())
        .map_err(|error| {
            Failure::new(
                Exit::Listen,
                format!("the data plane cannot start: {error}"),
            )
        })?;
    Ok(Running {
        urls,
        data_dir: opened.data_dir.path().to_owned(),
        first_run: first,
        first_run_file: opened.data_dir.first_run(),
        hand_over,
        opened,
        serving,
        draining,
        requests,
        stopping,
        background,
        drain_within: config.timeouts.drain,
        log_sink,
    })
}

/// The recorder gathers samples until somebody sorts them in.
async fn upkeep(metrics: PrometheusHandle, until: CancellationToken) {
    while until
        .run_until_cancelled(tokio::time::sleep(UPKEEP_EVERY))
        .await
        .is_some()
    {
        metrics.run_upkeep();
    }
}

impl Running {
    pub fn store(&self) -> &Store {
        &self.opened.store
    }

    /// Finishes what is under way, within the time for it; then what has to be written; then the lock.
    pub async fn stop(self) {
        self.draining.cancel();
        self.requests.close();
        let drained = async {
            tokio::join!(self.serving.finished(), self.requests.wait());
        };
        if tokio::time::timeout(self.drain_within + STOP_SLACK, drained)
            .await
            .is_err()
        {
            tracing::warn!("some requests did not finish in time and were cut off");
        }
        self.stopping.cancel();
        self.background.close();
        if tokio::time::timeout(STOP_SLACK, self.background.wait())
            .await
            .is_err()
        {
            tracing::warn!("deliveries under way were left to their lease");
        }
        self.opened.close().await;
        if let Some(sink) = self.log_sink {
            // Whoever still held the log has ended, or was cut off above; either way nobody waits long.
            let _last_lines =
                tokio::time::timeout(STOP_SLACK, tokio::task::spawn_blocking(|| sink.finish()))
                    .await;
        }
        tracing::info!("stopped");
    }
}
