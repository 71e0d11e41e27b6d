//! An app's operations as actions: `POST /v3/sms/send` of ClickSend is `clicksend.sms.send`. Made from the app's table, so that what is judged and
//! what is offered are one list.

use postern_access::Caller;
use postern_apps::{App, Registry};
use postern_domain::effect::Effect;

use crate::tool::may_call;

/// Last words of paths that say what is done; any other path gets a verb by its method.
const DEEDS: [&str; 17] = [
    "agree",
    "cancel",
    "cancel-all",
    "copy",
    "detect-address",
    "export",
    "import",
    "import-csv-preview",
    "price",
    "receipts-read",
    "regen-api-key",
    "remove-duplicates",
    "remove-opted-out-contacts",
    "send",
    "transfer",
    "transfer-credit",
    "verify",
];

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Action {
    /// `<app>.<resource>.<verb>`
    pub(crate) id: String,
    pub(crate) app: String,
    pub(crate) method: String,
    /// Native, with `{name}` for each part that an argument fills.
    pub(crate) path: String,
    pub(crate) effect: Effect,
}

impl Action {
    fn of(app: &App, operation: &str, effect: Effect) -> Option<Self> {
        let (method, path) = operation.split_once(' ')?;
        Some(Self {
            id: format!("{}.{}", app.name, name(method, path)),
            app: app.name.clone(),
            method: method.to_owned(),
            path: path.to_owned(),
            effect,
        })
    }

    /// The names of its path's holes.
    pub(crate) fn holes(&self) -> impl Iterator<Item = &str> {
        self.path.split('/').filter_map(hole)
    }

    pub(crate) fn takes_body(&self) -> bool {
        matches!(self.method.as_str(), "POST" | "PUT" | "PATCH")
    }

    pub(crate) fn target(&self, fill: impl Fn(&str) -> String) -> String {
        let filled: Vec<String> = self
            .path
            .split('/')
            .map(|segment| hole(segment).map_or_else(|| segment.to_owned(), &fill))
            .collect();
        format!("/{}{}", self.app, filled.join("/"))
    }
}

fn hole(segment: &str) -> Option<&str> {
    segment.strip_prefix('{')?.strip_suffix('}')
}

fn name(method: &str, path: &str) -> String {
    let segments: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
    let is_version = |part: &str| {
        part.strip_prefix('v')
            .is_some_and(|number| !number.is_empty() && number.bytes().all(|b| b.is_ascii_digit()))
    };
    let skip = usize::from(segments.first().is_some_and(|first| is_version(first)));
    let mut words: Vec<&str> = segments[skip..]
        .iter()
        .copied()
        .filter(|part| hole(part).is_none())
        .collect();
    let last = segments.last().copied().unwrap_or_default();
    let of_one = hole(last).is_some();
    let said = words.last().is_some_and(|word| DEEDS.contains(word));
    // `receipts-read` marks all, with an id behind it one.
    if said && !(of_one && method == "PUT" && last_words_mark(&words)) {
        return words.join(".");
    }
    words.push(match (method, of_one) {
        ("GET", true) => "get",
        ("GET", false) => "list",
        ("POST", _) => "create",
        ("PUT", true) => "update",
        ("PUT", false) => "set",
        ("PATCH", _) => "change",
        ("DELETE", _) => "delete",
        _ => "call",
    });
    words.join(".")
}

fn last_words_mark(words: &[&str]) -> bool {
    words.last().is_some_and(|word| word.ends_with("-read"))
}

/// What the key may call, of all apps with a table.
pub(crate) fn of_key<'a>(
    registry: &'a Registry,
    caller: &'a Caller,
) -> impl Iterator<Item = Action> + 'a {
    registry.iter().flat_map(move |app| {
        let operations = app.operations.iter().flat_map(|table| table.iter());
        operations
            .filter_map(|(operation, effect)| Action::of(app, operation, effect))
            .filter(|action| may_call(caller, registry, &action.app, &action.method, &action.path))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn operations_have_names_that_can_be_guessed() {
        for (operation, want) in [
            ("POST /v3/sms/send", "sms.send"),
            ("GET /v3/sms/history", "sms.history.list"),
            ("GET /v3/sms/history/export", "sms.history.export"),
            ("PUT /v3/sms/{message_id}/cancel", "sms.cancel"),
            ("GET /v3/lists", "lists.list"),
            ("POST /v3/lists", "lists.create"),
            ("GET /v3/lists/{list_id}", "lists.get"),
            ("PUT /v3/lists/{list_id}", "lists.update"),
            (
                "DELETE /v3/lists/{list_id}/contacts/{contact_id}",
                "lists.contacts.delete",
            ),
            ("PUT /v3/account", "account.set"),
            (
                "PUT /v3/lists/{list_id}/remove-duplicates/",
                "lists.remove-duplicates",
            ),
            ("PATCH /things/{id}", "things.change"),
        ] {
            let (method, path) = operation.split_once(' ').expect("two words");
            assert_eq!(name(method, path), want, "{operation}");
        }
    }

    #[test]
    fn every_operation_of_the_table_has_a_name_of_its_own() {
        let registry = Registry::builtin();
        let app = registry.get("clicksend").expect("built in");
        let table = app.operations.as_ref().expect("a table");
        let mut ids = BTreeSet::new();
        for (operation, effect) in table.iter() {
            let action = Action::of(app, operation, effect).expect("an action");
            assert!(
                ids.insert(action.id.clone()),
                "{} twice: {operation}",
                action.id
            );
        }
        assert_eq!(ids.len(), 239);
    }
}
