//! A call that a person looked at: what they saw, and whether it is still that.

use postern_domain::money::{Currency, Micros};
use sha2::{Digest as _, Sha256};

use crate::outcome::Preview;
use crate::scope::ScopeKind;
use crate::sending::Sending;
use crate::verdict::{Ground, Verdict};

/// The code of a verdict that a person may lift.
pub const APPROVAL_REQUIRED: &str = "approval_required";

/// What was approved, beside the bytes themselves.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Approved {
    /// `None`: the price was not known, and the person saw that.
    pub cost: Option<Micros>,
    pub currency: Option<Currency>,
    /// [`Sending::fingerprint`]
    pub sending: [u8; 32],
}

/// A call that lacks a person's approval and nothing else.
#[derive(Clone, Debug, PartialEq)]
pub struct Pending {
    pub preview: Preview,
    pub approved: Approved,
}

impl Pending {
    pub fn of(verdicts: Vec<Verdict>, sending: &Sending) -> Pending {
        Pending {
            preview: Preview::of(verdicts, sending),
            approved: Approved {
                cost: sending.cost(),
                currency: sending.currency,
                sending: sending.fingerprint(),
            },
        }
    }
}

impl Approved {
    /// Lifts the rules that asked for a person, and adds those that hold the call to what the person saw.
    pub(crate) fn hold_against(&self, sending: &Sending, verdicts: &mut Vec<Verdict>) {
        for verdict in verdicts.iter_mut() {
            verdict.passed |= verdict.code == APPROVAL_REQUIRED;
        }
        let is_same = self.sending == sending.fingerprint();
        verdicts.push(verdict(
            "approved_recipients",
            "changed_since_approved",
            is_same,
            "Who it would go to, or in how many segments, is not what was approved.",
        ));
        let is_no_dearer = match (self.cost, sending.cost()) {
            (None, _) => true,
            (Some(approved), Some(now)) => now <= approved && self.currency == sending.currency,
            (Some(_), None) => false,
        };
        verdicts.push(verdict(
            "approved_price",
            "dearer_than_approved",
            is_no_dearer,
            "It would cost more than was approved, or what it would cost is not known any more.",
        ));
    }
}

fn verdict(rule: &'static str, code: &'static str, passed: bool, problem: &'static str) -> Verdict {
    Verdict {
        rule,
        code,
        scope: ScopeKind::Key,
        passed,
        passes_at: None,
        ground: match passed {
            true => Ground::Clear,
            false => Ground::Said(problem),
        },
    }
}

impl Sending {
    /// Who gets how many segments, in the order of the messages. Prices and times may move without its changing.
    pub fn fingerprint(&self) -> [u8; 32] {
        let mut hash = Sha256::new();
        hash.update(self.channel.as_str().as_bytes());
        for item in &self.items {
            hash.update((item.to.len() as u64).to_be_bytes());
            hash.update(item.to.as_bytes());
            hash.update(item.segments.to_be_bytes());
        }
        hash.finalize().into()
    }
}

#[cfg(test)]
mod tests {
    use postern_domain::channel::Channel;
    use postern_domain::time::UnixMicros;

    use super::*;
    use crate::judge::passes;
    use crate::sending::Item;

    fn sending(to: &[&str], price: Option<i64>) -> Sending {
        let item = |to: &&str| Item {
            to: (*to).to_owned(),
            country: None,
            segments: 1,
            price: price.map(Micros),
            leaves_at: UnixMicros::EPOCH,
        };
        Sending {
            channel: Channel::Sms,
            currency: Some(Currency::Usd),
            items: to.iter().map(item).collect(),
            refused_by_platform: 0,
        }
    }

    #[test]
    fn what_was_seen_passes_cheaper_too_and_nothing_else() {
        let seen = sending(&["+1", "+2"], Some(10));
        let approved = Pending::of(Vec::new(), &seen).approved;
        let verdict = |sending: &Sending| {
            let mut verdicts = vec![verdict("approval_above", APPROVAL_REQUIRED, false, "…")];
            approved.hold_against(sending, &mut verdicts);
            let refusals: Vec<_> = verdicts
                .iter()
                .filter(|v| !v.passed)
                .map(|v| v.code)
                .collect();
            assert_eq!(refusals.is_empty(), passes(&verdicts));
            refusals.join(" ")
        };
        assert_eq!(verdict(&seen), "");
        assert_eq!(verdict(&sending(&["+1", "+2"], Some(9))), "");
        assert_eq!(
            verdict(&sending(&["+1", "+2"], Some(11))),
            "dearer_than_approved"
        );
        assert_eq!(
            verdict(&sending(&["+1", "+2"], None)),
            "dearer_than_approved"
        );
        assert_eq!(
            verdict(&sending(&["+2", "+1"], Some(10))),
            "changed_since_approved"
        );
        assert_eq!(
            verdict(&sending(&["+1"], Some(10))),
            "changed_since_approved"
        );
        let euro = Sending {
            currency: Some(Currency::Eur),
            ..sending(&["+1", "+2"], Some(10))
        };
        assert_eq!(verdict(&euro), "dearer_than_approved");
    }
}
