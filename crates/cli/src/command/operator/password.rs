//! A password from a file or standard input, never from an argument.

use crate::exit::Outcome;
use crate::secret_file;

#[derive(clap::Args, Debug)]
pub struct PasswordFlag {
    /// File that holds the password; `-` reads standard input [default: one is made and shown]
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

impl PasswordFlag {
    pub fn read(&self) -> Outcome<Option<String>> {
        let file = self.password_file.as_deref();
        file.map(|file| secret_file::read(file, "password"))
            .transpose()
    }
}
