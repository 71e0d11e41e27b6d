//! A bar for each day, drawn here: no script, and as wide as there is room. Labels stand beside the picture, so that they stay readable.

use askama::Template;
use askama::filters::HtmlSafe;

/// The height of the picture in its own units; a bar is ten wide.
const HEIGHT: i64 = 100;
const WIDTH: usize = 10;

/// A day, or a week: two parts that lie on each other.
pub(super) struct Bar {
    pub(super) at: String,
    pub(super) parts: [i64; 2],
    /// What a pointer over it says.
    pub(super) said: String,
}

#[derive(Template)]
#[template(path = "console/chart.html")]
pub(super) struct Chart {
    id: &'static str,
    title: String,
    /// The same in words.
    desc: String,
    width: usize,
    boxes: Vec<Drawn>,
    first: String,
    last: String,
    /// Nothing is above the line.
    pub(super) is_empty: bool,
}

impl HtmlSafe for Chart {}

struct Drawn {
    x: usize,
    /// Heights and tops of the two parts.
    good: (i64, i64),
    bad: (i64, i64),
    title: String,
}

impl Chart {
    /// `id` is its own on the page.
    pub(super) fn of(
        id: &'static str,
        title: String,
        desc: String,
        bars: impl Iterator<Item = Bar>,
    ) -> Chart {
        let bars: Vec<Bar> = bars.collect();
        let highest = bars.iter().map(|bar| bar.parts[0] + bar.parts[1]).max();
        let highest = highest.unwrap_or_default();
        let boxes = bars.iter().enumerate().map(|(index, bar)| {
            let (good, bad) = (height(bar.parts[0], highest), height(bar.parts[1], highest));
            Drawn {
                x: index * WIDTH,
                good: (good, HEIGHT - good),
                bad: (bad, HEIGHT - good - bad),
                title: format!("{}: {}", bar.at, bar.said),
            }
        });
        Chart {
            id,
            title,
            desc,
            width: bars.len() * WIDTH,
            boxes: boxes.collect(),
            first: bars.first().map(|bar| bar.at.clone()).unwrap_or_default(),
            last: bars.last().map(|bar| bar.at.clone()).unwrap_or_default(),
            is_empty: highest <= 0,
        }
    }
}

/// Whatever there is can be seen.
fn height(part: i64, highest: i64) -> i64 {
    match (part, highest) {
        (..=0, _) | (_, ..=0) => 0,
        (part, highest) => {
            let height = i128::from(part) * i128::from(HEIGHT) / i128::from(highest);
            i64::try_from(height).unwrap_or(HEIGHT).clamp(1, HEIGHT)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bars_fill_the_picture_and_small_ones_are_seen() {
        for (part, highest, expected) in [
            (0, 10, 0),
            (10, 10, 100),
            (1, 1_000_000, 1),
            (-3, 10, 0),
            (5, 0, 0),
            (i64::MAX / 2, i64::MAX, 49),
        ] {
            assert_eq!(height(part, highest), expected);
        }
        let chart = Chart::of("none", "None".to_owned(), String::new(), std::iter::empty());
        assert!(chart.is_empty);
        chart.render().unwrap();
    }
}
