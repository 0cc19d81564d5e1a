//! Writers: CSV and JSON of a [`Report`], in pieces, so that a long report is never one string.
//!
//! CSV cells that a spreadsheet would run as a formula get a leading apostrophe (OWASP, "CSV Injection"); numbers stay numbers.

use serde_json::{Map, Value, json};

use super::figures::Cell;
use super::query::Metric;
use super::run::{Column, Report};

/// Rows a piece.
const PIECE: usize = 500;

/// The report as CSV (RFC 4180, UTF-8): one rectangle, a header line, no totals.
pub fn csv(report: Report) -> impl Iterator<Item = String> + Send + 'static {
    let header = line(report.columns.iter().map(|c| c.name.to_owned()));
    let mut rows = report.rows.into_iter();
    std::iter::once(header).chain(std::iter::from_fn(move || {
        let mut piece = String::new();
        for row in rows.by_ref().take(PIECE) {
            piece.push_str(&line(row.iter().map(csv_cell)));
        }
        (!piece.is_empty()).then_some(piece)
    }))
}

/// One line of texts that people or files brought along, safe in a spreadsheet.
pub fn csv_line<'a>(cells: impl IntoIterator<Item = &'a str>) -> String {
    line(cells.into_iter().map(|text| csv_cell(&Cell::Text(text.to_owned()))))
}

/// One line of cells of any kind, likewise.
pub fn csv_cells<'a>(cells: impl IntoIterator<Item = &'a Cell>) -> String {
    line(cells.into_iter().map(csv_cell))
}

fn line(cells: impl Iterator<Item = String>) -> String {
    let mut out = String::new();
    for (at, cell) in cells.enumerate() {
        if at > 0 {
            out.push(',');
        }
        if cell.contains(['"', ',', '\n', '\r']) {
            out.push('"');
            out.push_str(&cell.replace('"', "\"\""));
            out.push('"');
        } else {
            out.push_str(&cell);
        }
    }
    out.push_str("\r\n");
    out
}

fn csv_cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(text) if text.starts_with(['=', '+', '-', '@', '\t', '\r']) => format!("'{text}"),
        other => other.plain(),
    }
}

/// The report as JSON: `{"columns", "rows", "totals", ...}`, money as decimal text with the currency beside, missing as `null`.
pub fn json(report: Report) -> impl Iterator<Item = String> + Send + 'static {
    let currency = report.scope.currency.code().to_owned();
    let columns: Vec<Value> = report.columns.iter().map(|column| column_json(column, &currency)).collect();
    let head = json!({
        "from": report.scope.period.since.to_string(),
        "to": report.scope.period.until.to_string(),
        "currency": currency,
        "columns": columns,
        "totals": metrics_json(&report.totals),
        "totals_by_result": report.totals_by_result.iter().map(|(key, cells)| {
            let mut object = metrics_json(cells);
            object.insert("result".to_owned(), json!(key.kind));
            object.insert("attribution".to_owned(), json!(key.attribution));
            Value::Object(object)
        }).collect::<Vec<_>>(),
        "left_out": report.left_out.as_ref().map(|left| json!({
            "rows": left.rows,
            "spend": left.spend_micros.map(|m| crate::domain::money::Spend::new(m, report.scope.currency).plain()),
            "why": "these rows cover days outside the range too, so they are in no figure of it",
        })),
    });
    let mut start = head.to_string();
    start.truncate(start.len().saturating_sub(1));
    start.push_str(",\"rows\":[");
    let names: Vec<&'static str> = report.columns.iter().map(|c| c.name).collect();
    let mut rows = report.rows.into_iter().enumerate();
    let body = std::iter::from_fn(move || {
        let mut piece = String::new();
        for (at, row) in rows.by_ref().take(PIECE) {
            if at > 0 {
                piece.push(',');
            }
            let object: Map<String, Value> =
                names.iter().zip(&row).map(|(name, cell)| ((*name).to_owned(), value(cell))).collect();
            piece.push_str(&Value::Object(object).to_string());
        }
        (!piece.is_empty()).then_some(piece)
    });
    std::iter::once(start).chain(body).chain(std::iter::once("]}\n".to_owned()))
}

fn column_json(column: &Column, currency: &str) -> Value {
    match column.metric {
        Some(metric) if metric.is_money() => {
            json!({"name": column.name, "label": column.label, "type": "money", "currency": currency})
        }
        Some(Metric::Ctr | Metric::Return) => json!({"name": column.name, "label": column.label, "type": "ratio"}),
        Some(_) => json!({"name": column.name, "label": column.label, "type": "integer"}),
        None => json!({"name": column.name, "label": column.label, "type": "text"}),
    }
}

fn metrics_json(cells: &[(Metric, Cell)]) -> Map<String, Value> {
    cells.iter().map(|(metric, cell)| (metric.as_str().to_owned(), value(cell))).collect()
}

/// A cell as JSON, as reports write it.
pub fn cell_json(cell: &Cell) -> Value {
    value(cell)
}

/// Ids and decimals are text: JavaScript's numbers would lose digits of both.
fn value(cell: &Cell) -> Value {
    match cell {
        Cell::Missing => Value::Null,
        Cell::Int(number) => json!(number),
        other => json!(other.plain()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::currency::Currency;
    use rust_decimal::Decimal;

    #[test]
    fn formulas_are_disarmed_and_numbers_stay_numbers() {
        for (cell, written) in [
            (Cell::Text("=1+1".into()), "'=1+1"),
            (Cell::Text("@cmd".into()), "'@cmd"),
            (Cell::Text("\tx".into()), "'\tx"),
            (Cell::Text("-5".into()), "'-5"),
            (Cell::Text("Autumn sale".into()), "Autumn sale"),
            (Cell::Int(-5), "-5"),
            (Cell::Money(Decimal::new(-512, 2), Currency::EUR), "-5.12"),
            (Cell::Missing, ""),
        ] {
            assert_eq!(csv_cell(&cell), written);
        }
    }

    #[test]
    fn quotes_commas_and_lines_stay_inside_their_cell() {
        let cells = ["a,b", "say \"x\"", "two\nlines", "plain"];
        assert_eq!(line(cells.iter().map(ToString::to_string)), "\"a,b\",\"say \"\"x\"\"\",\"two\nlines\",plain\r\n");
    }
}
