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
    /// Beside each entry of [`IDLE`]; absent where the limit of open files forbids it.
    pub idle_kib: Vec<Option<f64>>,
}

/// # Errors
/// When a contestant refuses connections or is gone.
pub fn measure(contestants: &mut [Contestant], files: u64) -> Result<Vec<Memory>> {
    let mut all = Vec::new();
    for contestant in contestants {
        let Some(start_kib) = contestant.memory_kib()? else {
            continue;
        };
        let mut idle_kib = Vec::new();
        for idle in IDLE {
            if files < idle as u64 + FILES_BESIDES {
                idle_kib.push(None);
                continue;
            }
            let measured = contestant.load(Kind::Small, idle).and_then(|mut load| {
                load.once_each()?;
                contestant.memory_kib()
            });
            match measured {
                Ok(kib) => idle_kib.push(kib),
                Err(error) => {
                    eprintln!(
                        "!! {} with {idle} idle connections: {error:#}",
                        contestant.name
                    );
                    idle_kib.push(None);
                }
            }
        }
        all.push(Memory {
            name: contestant.name,
            start_kib,
            idle_kib,
        });
    }
    Ok(all)
}

impl Memory {
    /// What one idle connection costs, from the difference between the two counts.
    pub fn each_kib(&self) -> Option<f64> {
        let [few, many] = self.idle_kib[..] else {
            return None;
        };
        Some((many? - few?) / (IDLE[1] - IDLE[0]) as f64)
    }
}
