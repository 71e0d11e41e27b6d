//! `/console/audit`: what was done and decided, one record whole, and the proof that nothing of it was changed.

mod export;
mod list;
mod proof;
mod view;

pub(crate) use export::export;
pub(crate) use list::list_audit;
pub(crate) use proof::verify;
pub(crate) use view::view_record;

use postern_wire::control::AuditRecord;

use crate::state::ConsoleState;

/// Who or what is meant by an id, with the page about it if there is one.
pub(crate) struct Named {
    pub(crate) name: String,
    pub(crate) href: Option<String>,
}

fn named(state: &ConsoleState, kind: &str, id: &str) -> Named {
    let found = match kind {
        "key" => state.directory.key(id).map(|key| key.name.clone()),
        "connection" => {
            let connection = state.directory.connection_by_id(id);
            connection.map(|one| match one.name.as_str() {
                "" => one.app.name.clone(),
                name => name.to_owned(),
            })
        }
        _ => None,
    };
    let page = match kind {
        "key" => Some("keys"),
        "connection" => Some("connections"),
        "approval" => Some("approvals"),
        _ => None,
    };
    let there = found.is_some() || kind == "approval";
    Named {
        name: match found {
            Some(name) => name,
            None if id.is_empty() => String::new(),
            None => short(id),
        },
        href: page
            .filter(|_| there && !id.is_empty())
            .map(|page| format!("/console/{page}/{id}")),
    }
}

/// Enough of an id to tell it from others nearby: they begin with the time and end by chance.
fn short(id: &str) -> String {
    match id.char_indices().rev().nth(7) {
        Some((at, _)) if id.len() > 12 => format!("…{}", &id[at..]),
        _ => id.to_owned(),
    }
}

/// The class and the words of how it ended.
fn outcome(record: &AuditRecord) -> (&'static str, String) {
    if record.decision == "refused" {
        let code = record.code.as_deref().unwrap_or("refused");
        return ("bad", code.replace('_', " "));
    }
    match record.outcome.as_deref() {
        Some("done" | "accepted") => ("good", "done".to_owned()),
        Some("unknown") => ("warn", "outcome unknown".to_owned()),
        Some(other) => ("plain", other.replace('_', " ")),
        None => ("warn", "open".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::short;

    #[test]
    fn ids_are_cut_to_what_tells_them_apart() {
        assert_eq!(short("01a205b3-d004-7000-9775-eb6356b5fe9f"), "…56b5fe9f");
        assert_eq!(short("operator"), "operator");
        assert_eq!(short(""), "");
    }
}
