//! `postern approval`: sends that wait for a person. Looking takes a key or an operator; deciding takes an operator.

pub(super) mod operator;

use clap::{Args, Subcommand};
use postern_wire::control::{Approval, ApprovalDecision};

use crate::args::ServerArgs;
use crate::console::{Console, sheet, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::session::{Reach, Session, failure};
use operator::{Acting, OperatorArgs};

/// Look at sends that wait for a person, and decide about them (asks a running server)
#[derive(Debug, Subcommand)]
pub enum Verb {
    #[command(visible_alias = "ls")]
    List(List),
    #[command(visible_alias = "show")]
    View(View),
    Approve(Decide),
    Deny(Deny),
}

/// List sends that wait or waited, the newest first (asks a running server)
#[derive(Args, Debug)]
pub struct List {
    /// pending, approved, denied, expired, sent, failed or unknown
    #[arg(long, value_name = "STATE")]
    state: Option<String>,
    /// Only those before this approval
    #[arg(long, value_name = "ID")]
    before: Option<String>,
    #[arg(long, short = 'L', default_value_t = 30, value_parser = clap::value_parser!(u32).range(1..=100))]
    limit: u32,
    #[command(flatten)]
    operator: OperatorArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// Show one; an operator sees the whole request (asks a running server)
#[derive(Args, Debug)]
pub struct View {
    id: String,
    /// Seconds to wait for its end
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u32).range(0..=60))]
    wait: u32,
    #[command(flatten)]
    operator: OperatorArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// Approve a send: exactly what is shown is sent, once (asks a running server)
#[derive(Args, Debug)]
pub struct Decide {
    id: String,
    /// Do not show it and ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    operator: OperatorArgs,
    #[command(flatten)]
    server: ServerArgs,
}

/// Deny a send: nothing of it is sent (asks a running server)
#[derive(Args, Debug)]
pub struct Deny {
    id: String,
    /// For whoever asked
    #[arg(long, value_name = "TEXT")]
    reason: Option<String>,
    #[command(flatten)]
    operator: OperatorArgs,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn run(verb: Verb, console: Console, environment: &Environment) -> Outcome {
    let (operator, server) = match &verb {
        Verb::List(List {
            operator, server, ..
        })
        | Verb::View(View {
            operator, server, ..
        })
        | Verb::Approve(Decide {
            operator, server, ..
        })
        | Verb::Deny(Deny {
            operator, server, ..
        }) => (operator.clone(), server.clone()),
    };
    let decides = matches!(verb, Verb::Approve(_) | Verb::Deny(_));
    let reach = Reach::find(&server, environment)?;
    let sign_in = match operator.read(decides, &reach, console, environment)? {
        Acting::Key => {
            let session = Session::open(&server, console, environment)?;
            return super::block_on(work(verb, session));
        }
        Acting::Kept(token) => {
            let session = Session::reach(&reach, console, token)?;
            return super::block_on(work(verb, session)).map_err(operator::ended);
        }
        Acting::Now(sign_in) => sign_in,
    };
    super::block_on(async {
        let session = operator::sign_in(&reach, console, &sign_in).await?;
        let client = session.client.clone();
        let worked = work(verb, session).await;
        // A session that cannot be ended ends by itself.
        if let Err(error) = client.sign_out().await {
            console.note(format!("could not sign out: {error}"));
        }
        worked
    })
}

async fn work(verb: Verb, session: Session) -> Outcome {
    match verb {
        Verb::List(args) => list(args, session).await,
        Verb::View(args) => view(args, session).await,
        Verb::Approve(args) => approve(args, session).await,
        Verb::Deny(args) => deny(args, session).await,
    }
}

async fn list(args: List, session: Session) -> Outcome {
    let list = session
        .client
        .approvals(args.state.as_deref(), args.before.as_deref(), args.limit)
        .await
        .map_err(failure)?;
    session.console.answer(&list, |list| {
        table(
            [
                "APPROVAL",
                "STATE",
                "MESSAGES",
                "RECIPIENTS",
                "COST",
                "KEY",
                "ASKED",
                "UNTIL",
            ],
            list.approvals.iter().map(|approval| {
                [
                    approval.approval_id.clone(),
                    approval.state.clone(),
                    approval.messages.to_string(),
                    approval.recipients.to_string(),
                    cost(approval),
                    approval.key_id.clone(),
                    shown(&approval.created_at),
                    shown(&approval.expires_at),
                ]
            }),
        )
    })
}

async fn view(args: View, session: Session) -> Outcome {
    let approval = session
        .client
        .approval(&args.id, args.wait)
        .await
        .map_err(failure)?;
    session.console.answer(&approval, whole)
}

async fn approve(args: Decide, session: Session) -> Outcome {
    let approval = session
        .client
        .approval(&args.id, 0)
        .await
        .map_err(failure)?;
    if !args.yes {
        session.console.note(whole(&approval));
        session.console.confirm(false, "Send exactly this?")?;
    }
    decided(session, approval, true, None).await
}

async fn deny(args: Deny, session: Session) -> Outcome {
    let approval = session
        .client
        .approval(&args.id, 0)
        .await
        .map_err(failure)?;
    decided(session, approval, false, args.reason).await
}

/// The digest is that of what was just looked at.
async fn decided(
    session: Session,
    approval: Approval,
    approve: bool,
    reason: Option<String>,
) -> Outcome {
    if approval.state != "pending" {
        return Err(Failure::new(
            Exit::Failed,
            format!("it is {} already; nothing was changed", approval.state),
        ));
    }
    let decision = ApprovalDecision {
        digest: approval.digest,
        reason,
    };
    let decided = session
        .client
        .decide_approval(&approval.approval_id, approve, &decision)
        .await
        .map_err(failure)?;
    session.console.answer(&decided, |decided| {
        format!("{} {}", decided.state, decided.approval_id)
    })
}

fn cost(approval: &Approval) -> String {
    match (&approval.cost, &approval.currency) {
        (Some(cost), Some(currency)) => format!("{cost} {currency}"),
        (Some(cost), None) => cost.clone(),
        (None, _) => "not known".to_owned(),
    }
}

/// Everything about it, the request as it would be sent last.
fn whole(approval: &Approval) -> String {
    let text = |value: &Option<String>| value.clone().unwrap_or_default();
    let moment = |value: &Option<String>| value.as_deref().map_or(String::new(), shown);
    let facts = sheet(&[
        ("approval", approval.approval_id.clone()),
        ("state", approval.state.clone()),
        ("why", approval.why.join(" ")),
        ("messages", approval.messages.to_string()),
        ("recipients", approval.recipients.to_string()),
        ("segments", approval.segments.to_string()),
        ("cost", cost(approval)),
        ("key", approval.key_id.clone()),
        ("connection", approval.connection_id.clone()),
        (
            "operation",
            format!("{} {}", approval.method, approval.path),
        ),
        ("asked", shown(&approval.created_at)),
        ("until", shown(&approval.expires_at)),
        ("decided", moment(&approval.decided_at)),
        ("reason", text(&approval.reason)),
        ("send", text(&approval.send_id)),
        ("digest", approval.digest.clone()),
    ]);
    let request = approval.request.as_ref().map(|request| {
        let headers: Vec<String> = request
            .headers
            .iter()
            .map(|(name, value)| format!("{name}: {value}"))
            .collect();
        format!(
            "\n\n{} {}\n{}\n\n{}",
            request.method,
            request.target,
            headers.join("\n"),
            request.body
        )
    });
    let answer = approval.answer.as_ref().map(|answer| {
        format!(
            "\n\nThe answer, with status {}:\n{}",
            answer.status, answer.body
        )
    });
    [Some(facts), request, answer]
        .into_iter()
        .flatten()
        .collect()
}
