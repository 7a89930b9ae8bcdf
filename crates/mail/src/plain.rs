//! The plain part: what a reader without HTML sees, tables under one another in columns.

use domain::email::{Align, Block, Email, OptOut, Table};

/// The whole part.
pub(crate) fn render(email: &Email) -> String {
    let mut blocks: Vec<String> = email
        .body
        .iter()
        .map(|block| match block {
            Block::Paragraph(text) => text.clone(),
            Block::Table(table) => columns(table),
        })
        .collect();
    let small: Vec<String> = email
        .opt_out
        .as_ref()
        .map(OptOut::sentence)
        .into_iter()
        .chain(Some(email.footer.clone()).filter(|footer| !footer.is_empty()))
        .collect();
    if !small.is_empty() {
        // "-- " would be cut off by readers as a signature: an opt-out must stay visible.
        blocks.push("_".repeat(24));
        blocks.extend(small);
    }
    let mut text = blocks.join("\n\n");
    text.push('\n');
    text
}

fn columns(table: &Table) -> String {
    let titles: Vec<String> = table.columns.iter().map(|(title, _)| title.clone()).collect();
    let widths: Vec<usize> = (0..titles.len())
        .map(|column| {
            // The last row's label may run over the empty cells to its right.
            std::iter::once(&titles)
                .chain(&table.rows)
                .filter(|row| !runs_over(row, column))
                .chain(table.total.iter().filter(|row| !runs_over(row, column)))
                .filter_map(|row| row.get(column))
                .map(|cell| cell.chars().count())
                .max()
                .unwrap_or(0)
        })
        .collect();
    let line = |row: &Vec<String>| {
        let mut line = String::new();
        let mut owed = 0_usize;
        for (column, cell) in row.iter().enumerate() {
            let width = widths.get(column).copied().unwrap_or(0);
            let used = cell.chars().count();
            let room = width.saturating_sub(owed);
            owed = owed.saturating_sub(width);
            let padding = " ".repeat(room.saturating_sub(used));
            let align = table.columns.get(column).map_or(Align::Start, |(_, align)| *align);
            match align {
                Align::Start => line.extend([cell.as_str(), padding.as_str()]),
                Align::End => line.extend([padding.as_str(), cell.as_str()]),
            }
            owed += used.saturating_sub(room);
            line.push_str(&" ".repeat(2_usize.saturating_sub(owed)));
            owed = owed.saturating_sub(2);
        }
        line.trim_end().to_owned()
    };
    let mut lines = vec![format!("{}:", table.caption), String::new(), line(&titles)];
    let rule = "-".repeat(widths.iter().sum::<usize>() + 2 * widths.len().saturating_sub(1));
    lines.push(rule.clone());
    lines.extend(table.rows.iter().map(line));
    if let Some(total) = &table.total {
        lines.push(rule);
        lines.push(line(total));
    }
    lines.join("\n")
}

/// A first cell with an empty one to its right: a label, free to run over it.
fn runs_over(row: &[String], column: usize) -> bool {
    column == 0 && row.get(1).is_some_and(String::is_empty)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_label_runs_over_empty_cells_and_amounts_stay_under_one_another() {
        for label in ["Sum", "Amount due", "Payments and credits", "Payments and credits not yet applied"] {
            let row = |cells: [&str; 4]| cells.map(str::to_owned).to_vec();
            let table = Table {
                caption: "Open invoices".to_owned(),
                columns: ["Invoice", "Due", "Days"]
                    .map(|title| (title.to_owned(), Align::Start))
                    .into_iter()
                    .chain([("Open".to_owned(), Align::End)])
                    .collect(),
                rows: vec![
                    row(["INV-1", "Jan 29, 2026", "40 days past due", "$1,120.00"]),
                    row([label, "", "", "-$1.00"]),
                ],
                total: Some(row([label, "", "", "$1,119.00"])),
            };
            let text = columns(&table);
            let ends: Vec<usize> =
                text.lines().filter(|line| line.ends_with("00")).map(|line| line.chars().count()).collect();
            assert_eq!(ends.len(), 3, "{text}");
            assert!(ends.iter().all(|end| *end == ends[0]), "{text}");
        }
    }
}
