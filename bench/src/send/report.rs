//! The tables of `bench send`, or its figures as JSON.

use super::{CALLERS, Figures, Report};
use crate::proxy::Options;
use crate::statistics::Readings;
use crate::table::Table;
use anyhow::Result;
use serde_json::{Map, Value, json};

const KANNEL: &str = "Kannel, singles, not synced";

impl Report {
    /// # Errors
    /// When the figures are no JSON.
    pub fn print(&self, options: &Options) -> Result<()> {
        if options.json {
            println!("{}", serde_json::to_string_pretty(&self.json())?);
            return Ok(());
        }
        println!(
            "\nSends to the built-in platform on SQLite, answered after a synced commit, priced, charged, delivered by the simulator;\n\
             through the gateway also judged and audited. Kannel keeps a message in a file without a sync and does none of the rest.\n\
             Server and callers share the machine; {} rounds of {} s; medians. Singles come from {CALLERS} callers.",
            options.rounds,
            options.duration.as_secs_f64()
        );
        if let Some(why) = &self.missing {
            println!("Kannel takes no part: {why}");
        }
        let mut table = Table::new(&[
            "",
            "accepted/s",
            "least..most",
            "to Kannel",
            "to fdatasync",
            "p50 ms",
            "p99 ms",
            "to the receipt, messages/s",
        ]);
        let kannel = self.ways.get(KANNEL).map(|own| &own.accepted_per_second);
        for (name, own) in &self.ways {
            table.row(self.row(name, own, kannel));
        }
        table.row(vec![
            "fdatasync of 4 KiB, one after the other".into(),
            format!("{:.0}", self.fdatasyncs_per_second.median()),
        ]);
        table.print();
        println!(
            "{} messages were answered as accepted; the history holds as many, and each has its receipt.",
            self.in_history
        );
        Ok(())
    }

    fn row(&self, name: &str, own: &Figures, kannel: Option<&Readings>) -> Vec<String> {
        let rate = &own.accepted_per_second;
        let against = |other: Option<&Readings>| other.map(|other| rate.against(other).median());
        let ratio = |ratio: Option<f64>| ratio.map_or("–".into(), |ratio| format!("{ratio:.2}"));
        vec![
            name.to_owned(),
            format!("{:.0}", rate.median()),
            format!("{:.0}..{:.0}", rate.min(), rate.max()),
            ratio(against(kannel)),
            ratio(against(Some(&self.fdatasyncs_per_second))),
            format!("{:.1}", own.p50_ms.median()),
            format!("{:.1}", own.p99_ms.median()),
            match own.delivered_per_second.0.is_empty() {
                true => "–".into(),
                false => format!("{:.0}", own.delivered_per_second.median()),
            },
        ]
    }

    fn json(&self) -> Value {
        let readings = |readings: &Readings| json!({"median": readings.median(), "least": readings.min(), "most": readings.max(), "rounds": readings.0});
        let ways: Map<String, Value> = self
            .ways
            .iter()
            .map(|(name, own)| {
                let value = json!({
                    "accepted_per_second": readings(&own.accepted_per_second),
                    "delivered_per_second": readings(&own.delivered_per_second),
                    "p50_ms": readings(&own.p50_ms),
                    "p99_ms": readings(&own.p99_ms),
                });
                ((*name).to_owned(), value)
            })
            .collect();
        json!({
            "sends": ways,
            "fdatasyncs_per_second": readings(&self.fdatasyncs_per_second),
            "in_history": self.in_history,
        })
    }
}
