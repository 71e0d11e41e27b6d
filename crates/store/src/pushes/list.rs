//! An account's pushes from the newest backwards, by what became of them and by the webhook they were made for.

use std::cmp::Reverse;

use postern_domain::account::AccountId;

use super::record::{Push, State, columns, read};
use super::webhooks::Rule;
use crate::{Result, Tx, v};

/// Which of them; all when nothing is said.
#[derive(Copy, Clone, Debug, Default, PartialEq, Eq)]
pub struct Filter {
    pub state: Option<State>,
    pub rule: Option<Rule>,
}

/// Those before `before`, newest first.
pub fn list(
    tx: &mut Tx<'_>,
    account: AccountId,
    filter: Filter,
    before: i64,
    limit: i64,
) -> Result<Vec<Push>> {
    match (filter.rule, filter.state) {
        (None, None) => tx.all(
            concat!("SELECT ", columns!(), " FROM pushes WHERE account_id = $1 AND push_id < $2 ORDER BY push_id DESC LIMIT $3"),
            &[v(account.0), v(before), v(limit)],
            read,
        ),
        (None, Some(state)) => tx.all(
            concat!("SELECT ", columns!(), " FROM pushes WHERE account_id = $1 AND state = $4 AND push_id < $2 ORDER BY push_id DESC LIMIT $3"),
            &[v(account.0), v(before), v(limit), v(state.code())],
            read,
        ),
        (Some(rule), Some(state)) => of_rule(tx, account, (rule, state), before, limit),
        (Some(rule), None) => {
            // Each state is a range of the index: none of them is looked at further than the page.
            let mut found = Vec::new();
            for state in State::ALL {
                found.extend(of_rule(tx, account, (rule, state), before, limit)?);
            }
            found.sort_unstable_by_key(|push: &Push| Reverse(push.push_id));
            found.truncate(usize::try_from(limit).unwrap_or(usize::MAX));
            Ok(found)
        }
    }
}

fn of_rule(
    tx: &mut Tx<'_>,
    account: AccountId,
    (rule, state): (Rule, State),
    before: i64,
    limit: i64,
) -> Result<Vec<Push>> {
    tx.all(
        concat!("SELECT ", columns!(), " FROM pushes WHERE account_id = $1 AND about = $4 AND rule_id = $5 AND state = $6 AND push_id < $2
             ORDER BY push_id DESC LIMIT $3"),
        &[
            v(account.0),
            v(before),
            v(limit),
            v(rule.on.about()),
            v(rule.rule_id),
            v(state.code()),
        ],
        read,
    )
}
