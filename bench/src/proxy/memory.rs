//! Memory: freshly started, and with idle kept-alive connections.

use crate::contestant::Contestant;
use crate::job::Kind;
use anyhow::Result;

/// Idle connections held open at once, in this order.
pub const IDLE: [usize; 2] = [1_000, 10_000];

/// Descriptors of a proxy or the load generator that are no idle connections.
const FILES_BESIDES: u64 = 500;

/// KiB of one contestant.
pub struct Memory {
    pub name: &'static str,
    /// With its 1,000 keys and 2,000 credentials, after it has proven that it works.
    pub start_kib: f64,
    /// Connections held and KiB then, for each entry of [`IDLE`]; absent where that many were refused.
    pub idle: Vec<Option<(usize, f64)>>,
}

/// # Errors
/// When a contestant refuses connections or is gone.
pub fn measure(contestants: &mut [Contestant], files: u64) -> Result<Vec<Memory>> {
    let mut all = Vec::new();
    for contestant in contestants {
        let Some(start_kib) = contestant.memory_kib()? else {
            continue;
        };
        let mut idle = Vec::new();
        for wanted in IDLE {
            let held = wanted
                .min(contestant.connections_max)
                .min(usize::try_from(files - FILES_BESIDES)?);
            let measured = contestant.load(Kind::Small, held).and_then(|mut load| {
                load.once_each()?;
                contestant.memory_kib()
            });
            match measured {
                Ok(kib) => idle.push(kib.map(|kib| (held, kib))),
                Err(error) => {
                    eprintln!(
                        "!! {} with {held} idle connections: {error:#}",
                        contestant.name
                    );
                    idle.push(None);
                }
            }
        }
        all.push(Memory {
            name: contestant.name,
            start_kib,
            idle,
        });
    }
    Ok(all)
}

impl Memory {
    /// What one idle connection costs, from the difference between the two counts.
    pub fn each_kib(&self) -> Option<f64> {
        let [few, many] = self.idle[..] else {
            return None;
        };
        let ((few, few_kib), (many, many_kib)) = (few?, many?);
        Some((many_kib - few_kib) / (many - few) as f64)
    }
}
