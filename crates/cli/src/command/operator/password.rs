//! A password from a file or standard input, never from an argument.

use std::fs;
use std::io::Read as _;

use crate::exit::{Failure, Outcome};

#[derive(clap::Args, Debug)]
pub struct PasswordFlag {
    /// File that holds the password; `-` reads standard input [default: one is made and shown]
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

impl PasswordFlag {
    pub fn read(&self) -> Outcome<Option<String>> {
        let Some(file) = &self.password_file else {
            return Ok(None);
        };
        let text = if file == "-" {
            let mut text = String::new();
            std::io::stdin().read_to_string(&mut text).map(|_| text)
        } else {
            fs::read_to_string(file)
        };
        let text = text.map_err(|error| {
            Failure::failed(format!("cannot read {file}: {error}"))
                .fix("name a file that holds the password alone")
        })?;
        Ok(Some(text.trim_end_matches(['\r', '\n']).to_owned()))
    }
}
