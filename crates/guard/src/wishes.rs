//! Opt-outs: whoever wished for no more messages gets none from any key. Who that is knows the account that sends: the built-in platform's own
//! list, or what a remote account told us.

use std::sync::Arc;

use postern_store::{Result, Tx};

use crate::scope::ScopeKind;
use crate::sending::Sending;
use crate::verdict::{Ground, Verdict};

pub(crate) const OPTED_OUT: &str = "opted_out";

/// Position of the first recipient of a call who has opted out.
pub type Asked = dyn Fn(&mut Tx<'_>, &Sending) -> Result<Option<usize>> + Send + Sync;

/// Somebody who knows about opt-outs, asked inside the unit of work that sends.
#[derive(Clone)]
pub struct Wishes(Arc<Asked>);

impl Wishes {
    pub fn new(
        asked: impl Fn(&mut Tx<'_>, &Sending) -> Result<Option<usize>> + Send + Sync + 'static,
    ) -> Wishes {
        Wishes(Arc::new(asked))
    }

    /// A verdict whether or not it passes: a preview without one does not know.
    pub fn judge(&self, tx: &mut Tx<'_>, sending: &Sending) -> Result<Verdict> {
        let caught = (self.0)(tx, sending)?;
        let item = caught.and_then(|position| Some((position, sending.items.get(position)?)));
        Ok(Verdict {
            rule: OPTED_OUT,
            code: OPTED_OUT,
            scope: ScopeKind::Connection,
            passed: item.is_none(),
            passes_at: None,
            ground: item.map_or(Ground::Clear, |(position, item)| Ground::Recipient {
                position,
                to: item.to.clone(),
            }),
        })
    }
}

impl std::fmt::Debug for Wishes {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Wishes")
    }
}
