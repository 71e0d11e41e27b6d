//! `postern sms|mms|voice cancel`.

use postern_client::Channel;
use postern_wire::clicksend::sms::CancelAllRequest;

use crate::args::Over;
use crate::command::native::field;
use crate::exit::{Exit, Failure, Outcome};
use crate::session::{Session, failure};

/// Cancel a scheduled message, or all of them (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Args {
    /// Ids of the messages, as `send` and `history` show them
    #[arg(value_name = "MESSAGE ID", required_unless_present = "all")]
    messages: Vec<String>,
    /// Every scheduled message
    #[arg(long, conflicts_with = "messages")]
    all: bool,
    /// With --all: only those sent with this reference
    #[arg(long, value_name = "TEXT", requires = "all")]
    custom_string: Option<String>,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
    #[command(flatten)]
    pub over: Over,
}

pub async fn run<C: Channel>(args: Args, session: Session) -> Outcome {
    let channel = session.clicksend(&args.over).messages::<C>();
    if args.all {
        let which = match &args.custom_string {
            Some(reference) => format!("with the reference {reference:?}"),
            None => "of this account".to_owned(),
        };
        session.console.confirm(
            args.yes,
            &format!("Cancel every scheduled message {which}?"),
        )?;
        let request = CancelAllRequest {
            custom_string: args.custom_string,
        };
        let cancelled = channel.cancel_all(&request).await.map_err(failure)?;
        return session.console.answer(&cancelled.json, |_| {
            format!("cancelled {}", field(cancelled.data(), "count"))
        });
    }
    let mut answers = Vec::new();
    for id in &args.messages {
        // A path segment that is dots only would be another path.
        if id.is_empty() || id.chars().all(|c| c == '.') {
            return Err(
                Failure::new(Exit::Usage, format!("{id:?} is no message id"))
                    .fix("copy it from `postern sms history`"),
            );
        }
        let cancelled = channel.cancel(id).await.map_err(failure)?;
        answers.push(serde_json::json!({"message_id": id, "answer": cancelled.json}));
    }
    session.console.answer(&answers, |_| {
        args.messages
            .iter()
            .map(|id| format!("cancelled {id}"))
            .collect::<Vec<_>>()
            .join("\n")
    })
}
