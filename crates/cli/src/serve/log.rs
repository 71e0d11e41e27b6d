//! The log on standard error: what happened, by tracing, and one line a request; text for terminals, JSON for collectors.

mod text;

use std::io::Write;

use tracing::level_filters::LevelFilter;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::layer::SubscriberExt;
use tracing_subscriber::util::SubscriberInitExt;

use crate::config::{Log, LogFormat};
use crate::exit::{Exit, Failure, Outcome};

/// How lines are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    Text,
    Json,
}

impl Form {
    pub fn of(format: LogFormat, stderr_is_terminal: bool) -> Self {
        match format {
            LogFormat::Json => Self::Json,
            LogFormat::Text => Self::Text,
            LogFormat::Auto if stderr_is_terminal => Self::Text,
            LogFormat::Auto => Self::Json,
        }
    }

    /// Where the gateway's request lines go.
    pub fn request_lines(self) -> Box<dyn Write + Send> {
        match self {
            Self::Json => Box::new(std::io::stderr()),
            Self::Text => Box::new(text::TextLines::new(std::io::stderr())),
        }
    }
}

/// A single word that is no level would be taken for a room's name, and everything else fall silent.
pub fn check(level: &str) -> Outcome<EnvFilter> {
    let wrong = |why: &dyn std::fmt::Display| {
        Failure::new(Exit::Config, format!("log.level is {level:?}: {why}"))
            .fix("use error, warn, info, debug, trace, or parts such as info,postern_gateway=debug")
    };
    for part in level.split(',') {
        let word = part.rsplit('=').next().unwrap_or(part).trim();
        if word.is_empty() || word.parse::<LevelFilter>().is_err() {
            return Err(wrong(&format_args!("{word:?} is no level")));
        }
    }
    EnvFilter::try_new(level).map_err(|error| wrong(&error))
}

/// Once for the process.
pub fn init(log: &Log, form: Form, colour: bool) -> Outcome {
    let registry = tracing_subscriber::registry().with(check(&log.level)?);
    let lines = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let done = match form {
        Form::Json => registry
            .with(
                lines
                    .json()
                    .flatten_event(true)
                    .with_current_span(false)
                    .with_span_list(false),
            )
            .try_init(),
        Form::Text => registry.with(lines.with_ansi(colour)).try_init(),
    };
    done.map_err(|error| Failure::failed(format!("the log cannot be started: {error}")))
}
