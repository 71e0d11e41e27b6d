//! Who decides: the operator of a kept session (`postern operator sign-in`), or one who signs in for one command.

use postern_wire::control::SignIn;
use secrecy::SecretString;

use crate::clock;
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::secret_file;
use crate::session::{Reach, Session, failure};

#[derive(clap::Args, Clone, Debug, Default)]
#[command(next_help_heading = "Operator")]
pub struct OperatorArgs {
    /// Who signs in [env: POSTERN_OPERATOR] [default: whoever did with `postern operator sign-in`]; the password is in
    /// POSTERN_OPERATOR_PASSWORD, or asked for
    #[arg(long, value_name = "NAME")]
    operator: Option<String>,

    /// File that holds the password; `-` reads standard input
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
}

/// Whom a command acts for.
pub enum Acting {
    /// The key.
    Key,
    /// An operator whose session is kept.
    Kept(SecretString),
    /// An operator who signs in now, and out again.
    Now(SignIn),
}

impl OperatorArgs {
    pub fn read(
        &self,
        needed: bool,
        reach: &Reach,
        console: Console,
        environment: &Environment,
    ) -> Outcome<Acting> {
        let set = environment.get("POSTERN_OPERATOR");
        let name = self.operator.as_deref().or(set);
        let kept = reach.profile.as_ref();
        let kept = kept.and_then(|(_, profile)| profile.operator.as_ref());
        let kept = kept.filter(|kept| name.is_none_or(|name| name == kept.name));
        if self.password_file.is_none()
            && let Some(kept) = kept.filter(|kept| kept.is_good(clock::now()))
        {
            return Ok(Acting::Kept(SecretString::from(kept.token.clone())));
        }
        let Some(name) = name else {
            return match needed {
                true => Err(
                    Failure::new(Exit::Denied, "only an operator decides, never a key")
                        .fix("sign in with `postern operator sign-in NAME`, or say who you are: --operator NAME, or POSTERN_OPERATOR"),
                ),
                false => Ok(Acting::Key),
            };
        };
        Ok(Acting::Now(SignIn {
            operator: name.to_owned(),
            password: password(self.password_file.as_deref(), console, environment)?,
        }))
    }
}

/// From a file, the environment or a prompt.
pub fn password(
    file: Option<&str>,
    console: Console,
    environment: &Environment,
) -> Outcome<String> {
    match (file, environment.get("POSTERN_OPERATOR_PASSWORD")) {
        (Some(file), _) => secret_file::read(file, "password"),
        (None, Some(password)) => Ok(password.to_owned()),
        (None, None) => console.ask_secret(
            "Password",
            "a password is needed",
            "set POSTERN_OPERATOR_PASSWORD, or name a file with --password-file",
        ),
    }
}

/// A client that nobody has given a key: for signing in.
pub fn door(reach: &Reach, console: Console) -> Outcome<Session> {
    Session::reach(reach, console, SecretString::from("none"))
}

/// A session that acts as the operator.
pub async fn sign_in(reach: &Reach, console: Console, sign_in: &SignIn) -> Outcome<Session> {
    let door = door(reach, console)?;
    let signed_in = door.client.sign_in(sign_in).await.map_err(failure)?;
    Session::reach(reach, console, SecretString::from(signed_in.token))
}

/// A kept session may have been ended elsewhere: then it is to be begun again.
pub fn ended(mut failure: Failure) -> Failure {
    let says_so = |fix: &str| fix.starts_with("sign in");
    if failure.exit == Exit::Denied && failure.fix.as_deref().is_none_or(says_so) {
        failure.fix = Some("sign in again with `postern operator sign-in`".to_owned());
    }
    failure
}
