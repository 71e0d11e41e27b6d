//! The machine that a data directory lies on: is there room, and does time go forward?

use std::fs;
use std::path::Path;
use std::time::UNIX_EPOCH;

use super::Findings;
use crate::clock;
use crate::exit::{Exit, Failure};

/// Below this the next hours are in danger.
const FREE_BYTES_DOUBTFUL: u64 = 1 << 30;
/// Below this a checkpoint of the database may not fit.
const FREE_BYTES_BROKEN: u64 = 64 << 20;
/// Files are dated a little before or after the clock is read.
const BACK_SECONDS_MAX: i64 = 60;

pub fn look(directory: &Path, newest: &Path, findings: &mut Findings) {
    match rustix::fs::statvfs(directory) {
        Ok(system) => space(system.f_bavail.saturating_mul(system.f_frsize), findings),
        Err(error) => findings.doubtful(
            "space",
            format!("cannot be told: {error}"),
            "look with `df`",
        ),
    }
    let written = fs::metadata(newest).and_then(|metadata| metadata.modified());
    let written = written
        .ok()
        .and_then(|at| at.duration_since(UNIX_EPOCH).ok());
    if let Some(written) = written.and_then(|at| i64::try_from(at.as_secs()).ok()) {
        time(written - clock::now().secs(), findings);
    }
}

fn space(free_bytes: u64, findings: &mut Findings) {
    let message = format!("{} MiB are free", free_bytes >> 20);
    let fix = "free some, or move the data directory: a full disk refuses sends";
    match free_bytes {
        FREE_BYTES_DOUBTFUL.. => findings.good("space", message),
        FREE_BYTES_BROKEN.. => findings.doubtful("space", message, fix),
        _ => findings.broken("space", Failure::new(Exit::Store, message).fix(fix)),
    }
}

/// `ahead_seconds`: how far in the future the database was written last.
fn time(ahead_seconds: i64, findings: &mut Findings) {
    if ahead_seconds > BACK_SECONDS_MAX {
        findings.doubtful(
            "time",
            format!(
                "this machine's clock is {ahead_seconds} s behind the last write of the database"
            ),
            "let it keep time by NTP: schedules, limits and expiries go by it",
        );
    } else {
        findings.good("time", "the clock has not gone back");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::doctor::State;

    fn state(look: impl FnOnce(&mut Findings)) -> State {
        let mut findings = Findings::default();
        look(&mut findings);
        assert_eq!(findings.0.len(), 1);
        assert_eq!(
            findings.0[0].fix.is_none(),
            findings.0[0].state == State::Good
        );
        findings.0[0].state
    }

    #[test]
    fn little_room_is_doubtful_and_none_is_broken() {
        for (free_bytes, want) in [
            (u64::MAX, State::Good),
            (FREE_BYTES_DOUBTFUL, State::Good),
            (FREE_BYTES_DOUBTFUL - 1, State::Doubtful),
            (FREE_BYTES_BROKEN - 1, State::Broken),
            (0, State::Broken),
        ] {
            assert_eq!(
                state(|findings| space(free_bytes, findings)),
                want,
                "{free_bytes}"
            );
        }
    }

    #[test]
    fn a_clock_that_went_back_is_doubtful() {
        assert_eq!(state(|findings| time(-1_000_000, findings)), State::Good);
        assert_eq!(
            state(|findings| time(BACK_SECONDS_MAX, findings)),
            State::Good
        );
        assert_eq!(
            state(|findings| time(BACK_SECONDS_MAX + 1, findings)),
            State::Doubtful
        );
    }
}
