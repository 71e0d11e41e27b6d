//! The one decision. Preview, approval and the live call ask here; only where the numbers come from differs.

use postern_domain::time::UnixMicros;

use crate::limits::Limits;
use crate::measure::{Measure, Span, code, rule};
use crate::quiet::Zones;
use crate::scope::{Scope, ScopeKind};
use crate::sending::{Item, Sending};
use crate::tally::Tallies;
use crate::verdict::{Ground, Verdict};

#[cfg(test)]
mod tests;

/// Holds every rule of every scope against a call, the ones that pass included. `tallies` are the numbers of each scope, in the order of
/// `scopes`. Rules that ask for approval come last: there is nothing to approve about what is refused anyway.
pub fn judge(
    scopes: &[Scope],
    tallies: &[Tallies],
    sending: &Sending,
    zones: &Zones,
) -> Vec<Verdict> {
    let mut verdicts = Vec::new();
    for (scope, tallies) in scopes.iter().zip(tallies) {
        let mut of = Of {
            kind: scope.kind,
            limits: &scope.limits,
            sending,
            verdicts: &mut verdicts,
        };
        of.channels();
        of.recipients();
        of.quiet_hours(zones);
        of.currency();
        of.caps(tallies);
    }
    for (scope, tallies) in scopes.iter().zip(tallies) {
        approval(scope, tallies, sending, &mut verdicts);
    }
    verdicts
}

/// Whether nothing speaks against the call.
pub fn passes(verdicts: &[Verdict]) -> bool {
    verdicts.iter().all(|verdict| verdict.passed)
}

/// One scope at work.
struct Of<'a> {
    kind: ScopeKind,
    limits: &'a Limits,
    sending: &'a Sending,
    verdicts: &'a mut Vec<Verdict>,
}

impl Of<'_> {
    /// `caught` is what the rule found against the call.
    fn say(
        &mut self,
        rule: &'static str,
        code: &'static str,
        caught: Option<Ground>,
        passes_at: Option<UnixMicros>,
    ) {
        self.verdicts.push(Verdict {
            rule,
            code,
            scope: self.kind,
            passed: caught.is_none(),
            passes_at,
            ground: caught.unwrap_or(Ground::Clear),
        });
    }

    fn first(&self, caught: impl Fn(&Item) -> bool) -> Option<Ground> {
        let position = self.sending.items.iter().position(caught)?;
        Some(Ground::Recipient {
            position,
            to: self.sending.items[position].to.clone(),
        })
    }

    fn channels(&mut self) {
        if let Some(channels) = &self.limits.channels {
            let channel = self.sending.channel;
            let caught = (!channels.contains(&channel)).then_some(Ground::Channel(channel));
            self.say("channels", "channel_not_allowed", caught, None);
        }
    }

    fn recipients(&mut self) {
        let limits = self.limits;
        if !limits.deny.is_empty() {
            let caught = self.first(|item| limits.deny.iter().any(|pattern| pattern.names(item)));
            self.say("recipients_deny", "recipient_denied", caught, None);
        }
        if let Some(allow) = &limits.allow {
            let caught = self.first(|item| !allow.iter().any(|pattern| pattern.names(item)));
            self.say("recipients_allow", "recipient_not_allowed", caught, None);
        }
    }

    fn quiet_hours(&mut self, zones: &Zones) {
        let Some(hours) = self.limits.quiet else {
            return;
        };
        let mut caught = None;
        let mut passes_at = Some(UnixMicros(i64::MIN));
        for (position, item) in self.sending.items.iter().enumerate() {
            let Some(until) = zones.quiet(hours, item.country, item.leaves_at) else {
                continue;
            };
            caught.get_or_insert_with(|| Ground::Quiet {
                position,
                to: item.to.clone(),
                hours,
            });
            // When the last of them may be woken.
            passes_at = passes_at.and_then(|latest| Some(latest.max(until?)));
        }
        let passes_at = passes_at.filter(|at| at.0 != i64::MIN);
        self.say("quiet_hours", "quiet_hours", caught, passes_at);
    }

    fn currency(&mut self) {
        if let Some(wanted) = self.limits.currency.filter(|_| self.limits.needs_price()) {
            let found = self.sending.currency;
            let caught = (found != Some(wanted)).then_some(Ground::Currency { wanted, found });
            self.say("currency", "currency_mismatch", caught, None);
        }
    }

    fn caps(&mut self, tallies: &Tallies) {
        let cost = self.sending.cost();
        for (measure, span, limit) in self.limits.caps.iter() {
            let Some(tally) = tallies.get(span) else {
                // Without numbers nothing passes.
                self.say(
                    rule(measure, span),
                    code(measure, span),
                    Some(Ground::Said("What was used before is not known.")),
                    None,
                );
                continue;
            };
            if measure == Measure::Spend && cost.is_none() {
                self.say(
                    rule(measure, span),
                    "price_unknown",
                    Some(PRICE_UNKNOWN),
                    None,
                );
                continue;
            }
            let (used, asked) = (tally.used[measure as usize], tally.asked[measure as usize]);
            let passed = asked == 0 || used.saturating_add(asked) <= limit;
            self.verdicts.push(Verdict {
                rule: rule(measure, span),
                code: code(measure, span),
                scope: self.kind,
                passed,
                passes_at: tally
                    .bounds
                    .filter(|_| asked <= limit)
                    .map(|bounds| bounds.end),
                ground: Ground::Count {
                    measure,
                    span,
                    limit,
                    used,
                    asked,
                    currency: self.sending.currency,
                },
            });
        }
    }
}

pub(crate) const APPROVAL: &str = "approval_above";

const PRICE_UNKNOWN: Ground =
    Ground::Said("Money is limited, and what this call would cost is not known.");

fn approval(scope: &Scope, tallies: &Tallies, sending: &Sending, verdicts: &mut Vec<Verdict>) {
    let Some(tally) = tallies.get(Span::Call) else {
        return;
    };
    for (measure, span, limit) in scope.limits.approval_above.iter() {
        let asked = tally.asked[measure as usize];
        let unknown = measure == Measure::Spend && sending.cost().is_none();
        verdicts.push(Verdict {
            rule: APPROVAL,
            code: "approval_required",
            scope: scope.kind,
            passed: asked <= limit && !unknown,
            passes_at: None,
            ground: match unknown {
                true => PRICE_UNKNOWN,
                false => Ground::Count {
                    measure,
                    span,
                    limit,
                    used: 0,
                    asked,
                    currency: sending.currency,
                },
            },
        });
    }
}
