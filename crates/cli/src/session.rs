//! A command's way to a running server: address and key from flags, environment, or the first run's own file.

use std::fs;
use std::path::Path;

use postern_client::{Client, Error, Settings};
use secrecy::SecretString;
use serde::Deserialize;

use crate::args::ServerArgs;
use crate::config;
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};

pub const DEFAULT_URL: &str = "http://127.0.0.1:8080";

/// What a command that talks to a server holds while it runs.
pub struct Session {
    pub client: Client,
    pub console: Console,
}

impl Session {
    pub fn open(args: &ServerArgs, console: Console, environment: &Environment) -> Outcome<Self> {
        let key = api_key(args, environment)?;
        Self::open_with(args, console, environment, key)
    }

    /// With something else than a key from the usual places.
    pub fn open_with(
        args: &ServerArgs,
        console: Console,
        environment: &Environment,
        key: SecretString,
    ) -> Outcome<Self> {
        let url = args
            .url
            .as_deref()
            .or(environment.get("POSTERN_URL"))
            .unwrap_or(DEFAULT_URL);
        let mut settings = Settings::new(url, key);
        let ca_file = args
            .ca_file
            .as_deref()
            .or(environment.get("POSTERN_CA_FILE").map(Path::new));
        if let Some(path) = ca_file {
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
        Ok(Self { client, console })
    }
}

/// Flag, then variables, then the first run's file in the usual data directory.
fn api_key(args: &ServerArgs, environment: &Environment) -> Outcome<SecretString> {
    let file = args
        .api_key_file
        .as_deref()
        .or(environment.get("POSTERN_API_KEY_FILE").map(Path::new));
    if let Some(path) = file {
        let text = fs::read_to_string(path).map_err(|error| {
            Failure::new(
                Exit::Config,
                format!("cannot read {}: {error}", path.display()),
            )
            .fix("name a file that holds the key alone")
        })?;
        return Ok(SecretString::from(text.trim().to_owned()));
    }
    if let Some(key) = environment
        .get("POSTERN_API_KEY")
        .or(environment.get("MATON_API_KEY"))
    {
        return Ok(SecretString::from(key.trim().to_owned()));
    }
    first_run_key(environment).ok_or_else(|| {
        Failure::new(Exit::Denied, "there is no API key to use").fix(
            "set POSTERN_API_KEY, or name a file with --api-key-file; \
             whoever can read the data directory makes a new key with `postern key recover`",
        )
    })
}

fn first_run_key(environment: &Environment) -> Option<SecretString> {
    #[derive(Deserialize)]
    struct FirstRun {
        api_key: String,
    }
    let data_dir = match environment.get("POSTERN_DATA_DIR") {
        Some(dir) => dir.into(),
        None => config::default_data_dir(environment).ok()?,
    };
    let text = fs::read_to_string(data_dir.join("first-run.json")).ok()?;
    let first: FirstRun = serde_json::from_str(&text).ok()?;
    Some(SecretString::from(first.api_key))
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
    fn keys_are_looked_for_in_order() {
        let home = tempfile::tempdir().unwrap();
        let data = home.path().join(".local/share/postern");
        fs::create_dir_all(&data).unwrap();
        let dir = home.path().display().to_string();
        let key = |variables: &[(&str, &str)], args: &ServerArgs| {
            let all = variables.iter().copied().chain([("HOME", dir.as_str())]);
            api_key(args, &all.collect()).map(|key| {
                use secrecy::ExposeSecret;
                key.expose_secret().to_owned()
            })
        };
        let none = ServerArgs::default();
        assert_eq!(key(&[], &none).unwrap_err().exit, Exit::Denied);
        fs::write(
            data.join("first-run.json"),
            r#"{"api_key":"first","gateway":"x"}"#,
        )
        .unwrap();
        assert_eq!(key(&[], &none).unwrap(), "first");
        assert_eq!(key(&[("MATON_API_KEY", "m")], &none).unwrap(), "m");
        assert_eq!(
            key(&[("MATON_API_KEY", "m"), ("POSTERN_API_KEY", "p")], &none).unwrap(),
            "p"
        );
        let path = home.path().join("key");
        fs::write(&path, "file\n").unwrap();
        let named = ServerArgs {
            api_key_file: Some(path),
            ..ServerArgs::default()
        };
        assert_eq!(key(&[("POSTERN_API_KEY", "p")], &named).unwrap(), "file");
    }

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
