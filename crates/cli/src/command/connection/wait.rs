//! Handing out the connect link and waiting until somebody has used it.

use std::process::{Command, Stdio};
use std::time::Duration;

use postern_wire::control::{Connection, CreatedConnection};

use super::described;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

const ASK_EVERY: Duration = Duration::from_secs(2);

#[derive(clap::Args, Clone, Debug)]
pub struct Patience {
    /// Print the link and return at once
    #[arg(long)]
    no_wait: bool,

    /// Do not open the link in a browser
    #[arg(long)]
    no_open: bool,

    /// Seconds to wait until the connection is ACTIVE
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    timeout: u64,
}

/// Shows the outcome when it is there already; else shows the link and waits.
pub async fn completed(
    session: &Session,
    created: CreatedConnection,
    patience: &Patience,
) -> Outcome {
    let CreatedConnection {
        connection,
        verification,
        ..
    } = &created;
    if verification.state != "pending" {
        return session.console.answer(&created, |_| {
            format!("{}\n\n{}", described(connection), verification.message)
        });
    }
    if patience.no_wait {
        return session.console.answer(&created, |_| connection.url.clone());
    }
    // With --json standard output stays the answer's alone; the link must be seen all the same.
    anstream::eprintln!(
        "Complete the connection here (the link works once, for 30 minutes):\n\n  {}\n",
        connection.url
    );
    if !patience.no_open && session.console.stderr_is_terminal {
        open(&connection.url);
    }
    let active = wait(session, connection, patience).await?;
    session.console.answer(&active, described)
}

async fn wait(session: &Session, from: &Connection, patience: &Patience) -> Outcome<Connection> {
    let spinner = session
        .console
        .spinner("waiting for the page to be completed (Ctrl-C stops waiting only)");
    let asking = async {
        loop {
            tokio::time::sleep(ASK_EVERY).await;
            let now = session
                .client
                .connection(&from.connection_id)
                .await
                .map_err(failure)?
                .connection;
            // A reconnected one was ACTIVE all along: only the change tells.
            if now.status == "ACTIVE" && now.last_updated_time != from.last_updated_time {
                return Ok(now);
            }
        }
    };
    let found = tokio::time::timeout(Duration::from_secs(patience.timeout), asking).await;
    spinner.finish_and_clear();
    found.unwrap_or_else(|_| {
        Err(Failure::new(
            Exit::Pending,
            format!(
                "{} is not ACTIVE after {} s",
                from.connection_id, patience.timeout
            ),
        )
        .fix(format!(
            "open the link; `postern connection get {}` shows how it stands",
            from.connection_id
        )))
    })
}

/// A convenience: when no browser can be started the printed link is enough.
fn open(url: &str) {
    let program = if cfg!(target_os = "macos") {
        "open"
    } else {
        "xdg-open"
    };
    let _unneeded = Command::new(program)
        .arg(url)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn();
}
