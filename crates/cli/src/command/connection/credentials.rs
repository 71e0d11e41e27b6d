//! Credentials for automation: names on the command line, secrets from files, standard input or a prompt, never from an argument.

use std::collections::BTreeMap;

use crate::args::key_and_value;
use crate::console::Console;
use crate::exit::Outcome;
use crate::secret_file;

#[derive(clap::Args, Clone, Debug, Default)]
#[command(
    next_help_heading = "Credentials (without them, a person completes the connection on its page)"
)]
pub struct Credentials {
    /// The account's username
    #[arg(long)]
    username: Option<String>,

    /// File that holds the password or API key of --username; `-` reads standard input
    #[arg(long, value_name = "FILE", requires = "username")]
    password_file: Option<String>,

    /// Another named field of the app that is no secret; may be repeated
    #[arg(long = "credential", value_name = "NAME=VALUE", value_parser = key_and_value)]
    plain: Vec<(String, String)>,

    /// A secret field of the app, from a file or `-`; may be repeated
    #[arg(long = "credential-file", value_name = "NAME=FILE", value_parser = key_and_value)]
    files: Vec<(String, String)>,

    /// Take the credentials without asking the upstream whether they work
    #[arg(long)]
    no_verify: bool,
}

impl Credentials {
    /// `None`: none were given, and a person is to complete the connection.
    pub fn read(&self, console: Console) -> Outcome<Option<BTreeMap<String, String>>> {
        let mut fields: BTreeMap<String, String> = self.plain.iter().cloned().collect();
        for (name, file) in &self.files {
            fields.insert(name.clone(), secret_file::read(file, "secret")?);
        }
        if let Some(username) = &self.username {
            fields.insert("username".to_owned(), username.clone());
            if let Some(file) = &self.password_file {
                fields.insert("password".to_owned(), secret_file::read(file, "secret")?);
            } else if !fields.contains_key("password") {
                fields.insert(
                    "password".to_owned(),
                    console.ask_secret(
                        "Password or API key",
                        "--username needs a password",
                        "name a file with --password-file, or `-` for standard input",
                    )?,
                );
            }
        }
        Ok((!fields.is_empty()).then_some(fields))
    }

    pub fn verify(&self) -> Option<bool> {
        self.no_verify.then_some(false)
    }
}
