//! The one binary's inside: flags, files and environment become a configuration, a running server, or a command's answer.

pub mod args;
pub mod clock;
pub mod command;
pub mod config;
pub mod console;
pub mod data_dir;
pub mod environment;
pub mod exit;
pub mod moment;
pub mod profiles;
pub mod secret_file;
pub mod serve;
pub mod session;
pub mod vault_key;
