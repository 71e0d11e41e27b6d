//! A command's way to a running server: a client for the server that is meant, and how its errors end a command.

mod reach;

use std::fs;

use postern_client::{ClickSend, Client, Error, Retry, Settings};
use secrecy::SecretString;

use crate::args::{ConnectionChoice, Over, ServerArgs};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
pub use reach::{DEFAULT_URL, Reach};

/// What a command that talks to a server holds while it runs.
pub struct Session {
    pub client: Client,
    pub console: Console,
    /// Of the environment or the profile, for commands whose flags name none.
    connection: Option<String>,
}

impl Session {
    pub fn open(args: &ServerArgs, console: Console, environment: &Environment) -> Outcome<Self> {
        let reach = Reach::find(args, environment)?;
        let key = reach.api_key(args, environment)?;
        Self::reach(&reach, console, key)
    }

    /// With something else than a key from the usual places.
    pub fn reach(reach: &Reach, console: Console, key: SecretString) -> Outcome<Self> {
        let mut settings = Settings::new(&*reach.url, key);
        // Whoever watches a command repeats it, or waits on purpose.
        settings.retry = Retry::NEVER;
        if let Some(path) = &reach.ca_file {
            let pem = fs::read(path).map_err(|error| {
                Failure::new(
                    Exit::Config,
                    format!("cannot read {}: {error}", path.display()),
                )
                .fix("name a readable PEM file with --ca-file or POSTERN_CA_FILE")
            })?;
            settings.ca_pem = Some(pem);
        }
        let client = Client::new(settings).map_err(failure)?;
        Ok(Self {
            client,
            console,
            connection: reach.connection.clone(),
        })
    }

    /// The connection that is meant; `None`: the key's default.
    pub fn connection(&self, choice: &ConnectionChoice) -> Option<String> {
        choice.connection.clone().or(self.connection.clone())
    }

    /// ClickSend's surface over the connection that is meant.
    pub fn clicksend(&self, over: &Over) -> ClickSend {
        self.client
            .clicksend(self.connection(&over.choice).as_deref())
    }
}

/// A client's error as a command ends with it.
pub fn failure(error: Error) -> Failure {
    match error {
        Error::Unreachable { .. } => Failure::new(Exit::Unreachable, error.to_string())
            .fix("start it with `postern serve`, or name another with --url or POSTERN_URL"),
        Error::OutcomeUnknown { .. } => Failure::new(Exit::OutcomeUnknown, error.to_string())
            .fix("look before you repeat it, for a message with `postern sms history`"),
        Error::BrokenOff { .. } => {
            Failure::new(Exit::Unreachable, error.to_string()).fix("try again")
        }
        Error::Foreign { .. } => Failure::failed(error.to_string()).fix(
            "check that --url or POSTERN_URL names the gateway of a Postern server of this version",
        ),
        Error::Settings(message) => {
            Failure::new(Exit::Config, message).fix("correct --url, POSTERN_URL or the key")
        }
        Error::Refused(refusal) => {
            let exit = exit_of(refusal.status, refusal.word());
            let mut failure = Failure::new(exit, refusal.message.clone());
            if let Some(field) = refusal
                .problem
                .as_ref()
                .and_then(|problem| problem.field.as_deref())
                && !failure.message.contains(field)
            {
                failure.message = format!("{field}: {}", failure.message);
            }
            let hint = refusal.problem.and_then(|problem| problem.hint);
            let wait = refusal
                .retry_after_seconds
                .map(|seconds| format!("wait {seconds} s and try again"));
            failure.fix = hint.or(wait);
            failure
        }
    }
}

/// The exit code for an error status, whoever answered it.
pub fn exit_of(status: u16, word: Option<&str>) -> Exit {
    match (status, word) {
        (_, Some("send_unknown")) => Exit::OutcomeUnknown,
        (401 | 403, _) => Exit::Denied,
        (404, _) => Exit::NotFound,
        _ => Exit::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn exit_codes_follow_the_status() {
        let table = [
            (401, None, Exit::Denied),
            (403, Some("approval_required"), Exit::Denied),
            (404, None, Exit::NotFound),
            (409, Some("send_unknown"), Exit::OutcomeUnknown),
            (409, Some("connection_not_active"), Exit::Failed),
            (422, None, Exit::Failed),
        ];
        for (status, word, exit) in table {
            assert_eq!(exit_of(status, word), exit);
        }
    }
}
