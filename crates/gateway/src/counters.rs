//! What the data plane counts. Handles are looked up once for each thread; a request adds to two of them.

use metrics::{Counter, counter};

pub(crate) struct Counters {
    by_class: [Counter; 6],
    duration_us: Counter,
    /// Log lines and records that had to be given up.
    pub(crate) log_lines_lost: Counter,
    pub(crate) refusals_unrecorded: Counter,
    pub(crate) settlements_lost: Counter,
}

impl Counters {
    pub(crate) fn new() -> Self {
        let of = |class: &'static str| counter!("postern_gateway_requests_total", "class" => class);
        Self {
            by_class: [
                of("aborted"),
                of("1xx"),
                of("2xx"),
                of("3xx"),
                of("4xx"),
                of("5xx"),
            ],
            duration_us: counter!("postern_gateway_request_duration_us_total"),
            log_lines_lost: counter!("postern_gateway_log_lines_lost_total"),
            refusals_unrecorded: counter!("postern_gateway_refusals_unrecorded_total"),
            settlements_lost: counter!("postern_gateway_settlements_lost_total"),
        }
    }

    pub(crate) fn answered(&self, status: u16, duration_us: u64) {
        self.by_class[usize::from(status / 100).min(5)].increment(1);
        self.duration_us.increment(duration_us);
    }
}
