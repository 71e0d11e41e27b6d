//! Figures in columns, for a terminal.

/// Rows of text; numbers stand to the right.
pub struct Table {
    rows: Vec<Vec<String>>,
}

impl Table {
    pub fn new(head: &[&str]) -> Self {
        Self {
            rows: vec![head.iter().map(|&word| word.to_owned()).collect()],
        }
    }

    pub fn row(&mut self, cells: Vec<String>) {
        self.rows.push(cells);
    }

    pub fn print(&self) {
        let columns = self.rows.iter().map(Vec::len).max().unwrap_or(0);
        let width = |column: usize| {
            self.rows
                .iter()
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        };
        let widths: Vec<usize> = (0..columns).map(width).collect();
        for (number, row) in self.rows.iter().enumerate() {
            let mut line = String::from("  ");
            for (column, cell) in row.iter().enumerate() {
                let fill = " ".repeat(widths[column] - cell.chars().count());
                line.push_str(&if column == 0 {
                    format!("{cell}{fill}")
                } else {
                    format!("  {fill}{cell}")
                });
            }
            println!("{}", line.trim_end());
            if number == 0 {
                println!(
                    "  {}",
                    "─".repeat(widths.iter().sum::<usize>() + 2 * columns.saturating_sub(1))
                );
            }
        }
    }
}
