//! Every check on its seeds, on what a fuzzer has found before (it is kept among the seeds), and on a seeded slice of changes to them.
#![expect(clippy::unwrap_used, reason = "a failed unwrap is a failed test")]

use std::fs;
use std::path::Path;

use postern_fuzzing::{CHECKS, slice::Random};

/// A second or two for each check in a debug build.
const CHANGED: usize = 20_000;
const SEED: u64 = 20_261_123;

fn seeds(name: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../fuzz/seeds")
        .join(name);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.unwrap().path())
        .collect();
    files.sort();
    assert!(!files.is_empty(), "{} has no seeds", folder.display());
    files.iter().map(|file| fs::read(file).unwrap()).collect()
}

/// Names the input: it can be kept as one more seed.
fn run(name: &str, check: fn(&[u8]), input: &[u8]) {
    if std::panic::catch_unwind(|| check(input)).is_err() {
        panic!(
            "{name} does not hold for {:?}",
            String::from_utf8_lossy(input).escape_debug().to_string()
        );
    }
}

fn slice(wanted: &str) {
    let (name, check) = CHECKS
        .into_iter()
        .find(|(name, _)| *name == wanted)
        .unwrap();
    let seeds = seeds(name);
    for seed in &seeds {
        run(name, check, seed);
    }
    let mut random = Random(SEED);
    for _ in 0..CHANGED {
        run(name, check, &random.changed(&seeds));
    }
}

#[test]
fn h1_head() {
    slice("h1_head");
}

#[test]
fn h1_chunked() {
    slice("h1_chunked");
}

#[test]
fn lenient_json() {
    slice("lenient_json");
}

#[test]
fn normal_path() {
    slice("normal_path");
}

/// A check that is not driven is none.
#[test]
fn every_check_has_a_target_and_seeds() {
    let fuzz = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz");
    for (name, _) in CHECKS {
        assert!(
            fuzz.join(format!("fuzz_targets/{name}.rs")).is_file(),
            "{name}"
        );
        assert!(!seeds(name).is_empty());
    }
}
