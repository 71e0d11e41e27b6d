//! A secret from a file or standard input, never from an argument.

use std::fs;
use std::io::Read as _;

use crate::exit::{Failure, Outcome};

/// The text of `file` (`-`: standard input) without the end of its line. `what` the file holds is said when it cannot be read.
pub fn read(file: &str, what: &str) -> Outcome<String> {
    let text = if file == "-" {
        let mut text = String::new();
        std::io::stdin().read_to_string(&mut text).map(|_| text)
    } else {
        fs::read_to_string(file)
    };
    let text = text.map_err(|error| {
        Failure::failed(format!("cannot read {file}: {error}"))
            .fix(format!("name a file that holds the {what} alone"))
    })?;
    Ok(text.trim_end_matches(['\r', '\n']).to_owned())
}
