//! May this key make this call? The effect table and the rules of the key, in one function.

use http::Method;
use postern_apps::{Judged, NormalPath};
use postern_domain::effect::Effect;
use postern_domain::key::Role;

use crate::key::Key;
use crate::scope::Rule;

/// Why a call is refused. All of them are 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refused {
    /// Nobody knows what the call does, and an agent key does not find out by trying.
    #[error("what this operation does is not known, so this key may not call it")]
    OperationUnknown,
    /// `spend` and `credential` are never included in anything else.
    #[error("operations that {} need a rule of their own on the key", deed(*.0))]
    NeedsRule(Effect),
    #[error("no rule of this key allows this call")]
    NotAllowed,
}

fn deed(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write => "write",
        Effect::Send => "send",
        Effect::Spend => "spend money",
        Effect::Credential => "show or change credentials",
    }
}

impl Key {
    /// Judges a call on the path that will be sent. Answers its effect: `None` for an unknown operation of a full key.
    ///
    /// Without rules a full key may do everything; an agent key may read, write, and send within its limits. With rules only what a rule allows remains: a rule that names no effect covers reads, writes and sends,
    /// `spend` and `credential` must be named. A rule with method, path and effect also covers an operation that nobody
    /// knows, and says what it does.
    pub fn judge(
        &self,
        method: &Method,
        path: &NormalPath<'_>,
        judged: Option<&Judged<'_>>,
    ) -> Result<Option<Effect>, Refused> {
        let known = judged.map(|judged| judged.effect);
        let effect = match (&self.scope.rules, self.role) {
            (None, Role::Full) => known,
            (None, Role::Agent) => match known {
                None => return Err(Refused::OperationUnknown),
                Some(effect @ (Effect::Spend | Effect::Credential)) => {
                    return Err(Refused::NeedsRule(effect));
                }
                usual => usual,
            },
            (Some(rules), _) => {
                let allowed = rules
                    .iter()
                    .find_map(|rule| rule.allows(method, path, known));
                Some(allowed.ok_or(match known {
                    None => Refused::OperationUnknown,
                    Some(effect @ (Effect::Spend | Effect::Credential)) => {
                        Refused::NeedsRule(effect)
                    }
                    Some(_) => Refused::NotAllowed,
                })?)
            }
        };
        Ok(effect)
    }
}

impl Rule {
    /// The effect under which this rule allows the call.
    fn allows(
        &self,
        method: &Method,
        path: &NormalPath<'_>,
        known: Option<Effect>,
    ) -> Option<Effect> {
        let method_fits = self
            .method
            .as_ref()
            .is_none_or(|own| own == method || (own == Method::GET && method == Method::HEAD));
        let path_fits = self
            .path
            .as_ref()
            .is_none_or(|pattern| pattern.matches(path));
        if !method_fits || !path_fits {
            return None;
        }
        match (known, self.effect) {
            (Some(known), Some(named)) => (known == named).then_some(known),
            (Some(Effect::Spend | Effect::Credential), None) => None,
            (Some(known), None) => Some(known),
            (None, Some(declared)) if self.method.is_some() && self.path.is_some() => {
                Some(declared)
            }
            (None, _) => None,
        }
    }
}

#[cfg(test)]
mod tests;
