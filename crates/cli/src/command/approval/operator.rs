//! Signing in as an operator, for one command.

use postern_wire::control::SignIn;
use secrecy::SecretString;

use crate::args::ServerArgs;
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::secret_file;
use crate::session::{Session, failure};

#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Operator")]
pub struct OperatorArgs {
    /// Who signs in [env: POSTERN_OPERATOR]; the password is in POSTERN_OPERATOR_PASSWORD, or asked for
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    /// File that holds the password; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

impl OperatorArgs {
    /// `None`: nobody signs in, and the key is used.
    pub fn read(
        &self,
        needed: bool,
        console: Console,
        environment: &Environment,
    ) -> Outcome<Option<SignIn>> {
        let name = self
            .operator
            .as_deref()
            .or(environment.get("POSTERN_OPERATOR"));
        let Some(name) = name else {
            return match needed {
                true => Err(
                    Failure::new(Exit::Denied, "only an operator decides, never a key")
                        .fix("say who you are: --operator NAME, or POSTERN_OPERATOR"),
                ),
                false => Ok(None),
            };
        };
        let password = match (
            &self.password_file,
            environment.get("POSTERN_OPERATOR_PASSWORD"),
        ) {
            (Some(file), _) => secret_file::read(file, "password")?,
            (None, Some(password)) => password.to_owned(),
            (None, None) => ask(console)?,
        };
        Ok(Some(SignIn {
            operator: name.to_owned(),
            password,
        }))
    }
}

/// A session that acts as the operator.
pub async fn sign_in(
    server: &ServerArgs,
    console: Console,
    environment: &Environment,
    sign_in: &SignIn,
) -> Outcome<Session> {
    let nobody = SecretString::from("none");
    let door = Session::open_with(server, console, environment, nobody)?;
    let signed_in = door.client.sign_in(sign_in).await.map_err(failure)?;
    let token = SecretString::from(signed_in.token);
    Session::open_with(server, console, environment, token)
}

fn ask(console: Console) -> Outcome<String> {
    if !console.can_ask() {
        return Err(Failure::new(
            Exit::Usage,
            "a password is needed, and nobody is there to ask",
        )
        .fix("set POSTERN_OPERATOR_PASSWORD, or name a file with --password-file"));
    }
    dialoguer::Password::new()
        .with_prompt("Password")
        .interact()
        .map_err(|error| Failure::failed(format!("cannot ask: {error}")))
}
