//! What `docs/operations.md` says is what there is.

use postern_cli::config::keys::{KEYS, OTHER_VARIABLES};
use postern_cli::exit::Exit;

const OPERATIONS: &str = include_str!("../../../../docs/operations.md");

#[test]
fn every_setting_is_explained() {
    for key in KEYS {
        for name in [key.path, key.variable] {
            assert!(
                OPERATIONS.contains(&format!("`{name}`")),
                "docs/operations.md does not mention {name}"
            );
        }
    }
    for name in OTHER_VARIABLES {
        assert!(
            OPERATIONS.contains(&format!("`{name}`")),
            "docs/operations.md does not mention {name}"
        );
    }
}

#[test]
fn every_exit_code_is_explained() {
    for (exit, word, _) in Exit::ALL {
        let row = format!("| {} | {word} |", *exit as u8);
        assert!(
            OPERATIONS.contains(&row),
            "docs/operations.md has no row {row}"
        );
    }
}
