//! `postern operator sign-in` and `sign-out`: a session that is kept with the profile, so that a decision does not ask for the password
//! each time.

use postern_wire::control::SignIn;
use secrecy::SecretString;
use serde_json::json;

use crate::args::ServerArgs;
use crate::command::approval::operator::{door, password};
use crate::console::Console;
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::profiles::{Profile, Profiles, SignedIn};
use crate::session::{Reach, Session, failure};

/// Made when somebody signs in and nothing is kept yet.
const FIRST_PROFILE: &str = "default";

/// Sign in as an operator: approvals are decided without asking for the password again (asks a running server)
///
/// The session is kept in your profile, for you alone, until it expires or you sign out.
#[derive(clap::Args, Debug)]
pub struct Args {
    /// [env: POSTERN_OPERATOR]
    name: Option<String>,
    /// File that holds the password; `-` reads standard input [env: POSTERN_OPERATOR_PASSWORD with the password itself]
    #[arg(long, value_name = "FILE")]
    password_file: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

pub fn sign_in(args: &Args, console: Console, environment: &Environment) -> Outcome {
    let reach = Reach::find(&args.server, environment)?;
    let name = args.name.as_deref().or(environment.get("POSTERN_OPERATOR"));
    let name = name.ok_or_else(|| {
        Failure::new(Exit::Usage, "nobody is named")
            .fix("say who signs in, or set POSTERN_OPERATOR")
    })?;
    let sign_in = SignIn {
        operator: name.to_owned(),
        password: password(args.password_file.as_deref(), console, environment)?,
    };
    let door = door(&reach, console)?;
    let signed_in =
        crate::command::block_on(async { door.client.sign_in(&sign_in).await.map_err(failure) })?;
    let mut profiles = Profiles::read(environment)?;
    let (profile_name, profile) = match reach.profile {
        Some((name, profile)) => (name, profile),
        None => (
            free_name(&profiles, &reach.url),
            Profile {
                url: reach.url,
                ..Profile::default()
            },
        ),
    };
    let until = signed_in.expires_at.clone();
    let profile = Profile {
        operator: Some(SignedIn {
            name: signed_in.operator.clone(),
            token: signed_in.token,
            expires_at: signed_in.expires_at,
        }),
        ..profile
    };
    profiles.put(&profile_name, profile);
    if profiles.current().is_none() {
        profiles.choose(&profile_name);
    }
    profiles.write()?;
    let answer =
        json!({"operator": signed_in.operator, "profile": profile_name, "expires_at": until});
    console.answer(&answer, |_| {
        format!(
            "{} is signed in until {} (profile {profile_name})",
            signed_in.operator,
            shown(&until)
        )
    })
}

/// A profile of another server is not overwritten.
fn free_name(profiles: &Profiles, url: &str) -> String {
    let is_free = |name: &str| {
        profiles.get(name).is_ok_and(|kept| kept.url == url) || profiles.get(name).is_err()
    };
    match is_free(FIRST_PROFILE) {
        true => FIRST_PROFILE.to_owned(),
        false => url
            .split("://")
            .last()
            .unwrap_or(url)
            .trim_end_matches('/')
            .to_owned(),
    }
}

/// End the kept session of an operator (asks a running server)
#[derive(clap::Args, Debug)]
pub struct Out {
    #[command(flatten)]
    server: ServerArgs,
}

pub fn sign_out(args: &Out, console: Console, environment: &Environment) -> Outcome {
    let reach = Reach::find(&args.server, environment)?;
    let nobody = || {
        Failure::failed("nobody is signed in here").fix("`postern profile list` shows who is where")
    };
    let Some((name, mut profile)) = reach.profile.clone() else {
        return Err(nobody());
    };
    let kept = profile.operator.take().ok_or_else(nobody)?;
    let session = Session::reach(&reach, console, SecretString::from(kept.token))?;
    let ended = crate::command::block_on(async { Ok(session.client.sign_out().await) })?;
    let mut profiles = Profiles::read(environment)?;
    profiles.put(&name, profile);
    profiles.write()?;
    // Forgotten here it is in any case; one that has ended already needs no more.
    match ended {
        Err(error) if error.refusal().is_none_or(|no| no.status != 401) => {
            return Err(failure(error));
        }
        _ => {}
    }
    console.answer(&json!({"operator": kept.name, "profile": name}), |_| {
        format!("{} is signed out", kept.name)
    })
}
