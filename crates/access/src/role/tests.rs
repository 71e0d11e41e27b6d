//! What holds for the whole table.

use super::*;

#[test]
fn agents_change_nothing() {
    for line in TABLE.iter().filter(|line| line.agent) {
        assert_eq!(line.method, "GET", "{}", line.path);
    }
}

#[test]
fn no_key_decides() {
    for line in TABLE
        .iter()
        .filter(|line| line.path.ends_with("/approve") || line.path.ends_with("/deny"))
    {
        assert!(!line.full && !line.agent && line.operator, "{}", line.path);
    }
}

#[test]
fn each_route_is_there_once() {
    for (index, line) in TABLE.iter().enumerate() {
        for other in &TABLE[index + 1..] {
            assert_ne!(line.route, other.route);
            assert_ne!((line.method, line.path), (other.method, other.path));
        }
    }
}

#[test]
fn the_function_says_what_the_table_says() {
    assert!(allowed(ControlRoute::KeyCreate, Role::Full));
    assert!(!allowed(ControlRoute::KeyCreate, Role::Agent));
    assert!(allowed(ControlRoute::UserRead, Role::Agent));
}

#[test]
fn our_first_segments_are_reserved() {
    for line in TABLE {
        let first = line.path.trim_start_matches('/').split('/').next().unwrap();
        assert!(postern_apps::is_reserved(first), "{}", line.path);
    }
}
