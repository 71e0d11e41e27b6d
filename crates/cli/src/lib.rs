//! The one binary's inside: flags, files and environment become a configuration, a running server, or a command's answer.

pub mod amount;
pub mod config;
pub mod console;
pub mod data_dir;
pub mod environment;
pub mod exit;
pub mod vault_key;
