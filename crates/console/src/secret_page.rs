//! A secret that was just made: shown once, in the answer to the form that made it.

use askama::Template;

use crate::shell::Shell;

#[derive(Template)]
#[template(path = "console/secret.html")]
pub(crate) struct SecretPage {
    pub(crate) shell: Shell,
    pub(crate) title: String,
    pub(crate) lead: &'static str,
    pub(crate) label: &'static str,
    pub(crate) secret: String,
    /// What is done with it: a command or a header, with the secret left out.
    pub(crate) usage: Vec<(&'static str, String)>,
    pub(crate) next: String,
    pub(crate) next_title: &'static str,
}
