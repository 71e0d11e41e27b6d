//! `postern freeze` and `postern unfreeze`: the brake.

use clap::{Args, ValueEnum};
use postern_wire::control::{Freeze, FreezeWish, Held};

use crate::args::ServerArgs;
use crate::console::{Console, table};
use crate::environment::Environment;
use crate::exit::{Exit, Failure, Outcome};
use crate::moment::shown;
use crate::session::{Session, failure};

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum What {
    /// One API key
    Key,
    /// One connection, whatever key sends over it
    Connection,
    /// Everybody, the platform's own accounts included
    All,
}

#[derive(Args, Debug)]
pub struct Target {
    /// What to stop; without it `postern freeze` lists what is frozen
    #[arg(value_enum)]
    what: Option<What>,
    /// The key's id, name or first characters, or the connection's id
    #[arg(value_name = "ID")]
    id: Option<String>,
    #[command(flatten)]
    server: ServerArgs,
}

/// Stop sending at once: by one key, over one connection, or altogether (asks a running server)
///
/// Calls that send are refused with `frozen`, and what was accepted before does not leave, scheduled messages and campaigns included.
#[derive(Args, Debug)]
pub struct FreezeArgs {
    #[command(flatten)]
    target: Target,
}

/// Let what was frozen send again, after saying what leaves then (asks a running server)
///
/// What is late leaves at once, what is scheduled at its time.
#[derive(Args, Debug)]
pub struct UnfreezeArgs {
    #[command(flatten)]
    target: Target,
    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub fn freeze(args: FreezeArgs, console: Console, environment: &Environment) -> Outcome {
    let Target { what, id, server } = args.target;
    super::with_server(&server, console, environment, |session| async move {
        let Some(what) = what else {
            return list(&session).await;
        };
        let wish = wish(&session, what, id).await?;
        let frozen = session.client.freeze(&wish).await.map_err(failure)?;
        session.console.answer(&frozen, |frozen| {
            let held = held(&frozen.holds);
            format!(
                "{} is frozen: it sends nothing.{held}",
                named(&frozen.freeze)
            )
        })
    })
}

pub fn unfreeze(args: UnfreezeArgs, console: Console, environment: &Environment) -> Outcome {
    let Target { what, id, server } = args.target;
    super::with_server(&server, console, environment, |session| async move {
        let what = what.ok_or_else(|| {
            Failure::new(Exit::Usage, "what shall send again?")
                .fix("`postern unfreeze key ID`, `connection ID` or `all`; `postern freeze` lists what is frozen")
        })?;
        let wish = wish(&session, what, id).await?;
        let frozen = session.client.frozen(&wish).await.map_err(failure)?;
        let name = named(&frozen.freeze);
        let held = held(&frozen.holds);
        session.console.confirm(
            args.yes,
            &format!("Let {name} send again?{held} What another freeze holds stays."),
        )?;
        let released = session.client.unfreeze(&wish).await.map_err(failure)?;
        session
            .console
            .answer(&released, |_| format!("{name} sends again"))
    })
}

async fn wish(session: &Session, what: What, id: Option<String>) -> Outcome<FreezeWish> {
    let missing = |what| {
        move || {
            Failure::new(Exit::Usage, format!("which {what}?"))
                .fix(format!("`postern {what} list` shows them"))
        }
    };
    let (scope, id) = match what {
        What::All if id.is_some() => {
            return Err(Failure::new(Exit::Usage, "`all` takes no id"));
        }
        What::All => ("all", None),
        What::Connection => ("connection", Some(id.ok_or_else(missing("connection"))?)),
        What::Key => {
            let text = id.ok_or_else(missing("key"))?;
            ("key", Some(super::key::find(session, &text).await?.key_id))
        }
    };
    Ok(FreezeWish {
        scope: scope.to_owned(),
        id,
    })
}

async fn list(session: &Session) -> Outcome {
    let mut freezes = Vec::new();
    let mut after = None;
    loop {
        let page = session
            .client
            .freezes(after.as_deref())
            .await
            .map_err(failure)?;
        freezes.extend(page.freezes);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    session.console.answer(&freezes, |freezes| {
        let row = |freeze: &Freeze| {
            [
                freeze.scope.clone(),
                freeze.id.clone().unwrap_or_default(),
                shown(&freeze.frozen_at),
            ]
        };
        match freezes.is_empty() {
            true => "nothing is frozen".to_owned(),
            false => table(["WHAT", "ID", "SINCE"], freezes.iter().map(row)),
        }
    })
}

fn named(freeze: &Freeze) -> String {
    match &freeze.id {
        Some(id) => format!("{} {id}", freeze.scope),
        None => "everything".to_owned(),
    }
}

/// In sentences, with a space in front.
fn held(held: &Held) -> String {
    let mut text = String::new();
    let counted = |n: i64, one: &str, many: &str| match n {
        1 => format!("1 {one}"),
        n => format!("{n} {many}"),
    };
    let more = if held.more { "at least " } else { "" };
    if held.late == 0 && held.scheduled == 0 {
        text.push_str(" It holds no messages.");
    } else {
        text.push_str(&format!(
            " It holds {more}{} that {} late and would leave at once, and {} for later; the first was meant for {}.",
            counted(held.late, "message", "messages"),
            if held.late == 1 { "is" } else { "are" },
            counted(held.scheduled, "scheduled one", "scheduled ones"),
            held.earliest.as_deref().map_or_else(|| "some time".to_owned(), shown),
        ));
    }
    if held.campaigns > 0 {
        text.push_str(&format!(
            " {} not sent to everybody yet.",
            counted(held.campaigns, "campaign is", "campaigns are")
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_held_is_said_in_words() {
        assert_eq!(held(&Held::default()), " It holds no messages.");
        let some = Held {
            late: 1,
            scheduled: 3,
            campaigns: 1,
            more: true,
            ..Held::default()
        };
        assert_eq!(
            held(&some),
            " It holds at least 1 message that is late and would leave at once, and 3 scheduled ones for later; \
             the first was meant for some time. 1 campaign is not sent to everybody yet."
        );
    }
}
