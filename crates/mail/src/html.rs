//! The HTML part: inline styles only, no image, no script, nothing fetched from anywhere, and no
//! colors of its own, so that a reader's dark theme stays dark.

use std::fmt::Write;

use domain::email::{Align, Block, Email, OptOut, Table};

/// The whole page, as sent.
pub(crate) fn page(email: &Email) -> String {
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n\
         <meta name=\"supported-color-schemes\" content=\"light dark\">\n\
         <title>{}</title>\n</head>\n<body style=\"margin:0;padding:16px;{FONT}\">\n\
         <div style=\"max-width:640px\">\n{}</div>\n</body>\n</html>\n",
        escape(&email.subject),
        content(email, true)
    )
}

/// The content alone, without styles.
pub(crate) fn fragment(email: &Email) -> String {
    content(email, false)
}

const FONT: &str = "font-family:Arial,Helvetica,sans-serif;font-size:15px;line-height:1.5";
const PARAGRAPH: &str = "margin:0 0 16px";
const SMALL: &str = "margin:0 0 8px;font-size:13px";
const TABLE: &str = "border-collapse:collapse;width:100%;margin:0 0 16px;font-variant-numeric:tabular-nums";
const CAPTION: &str = "text-align:left;font-weight:bold;padding:0 0 4px";
const CELL: &str = "padding:6px 8px 6px 0;border-bottom:1px solid #8888;vertical-align:top";

fn content(email: &Email, styled: bool) -> String {
    let out = &mut String::new();
    for block in &email.body {
        match block {
            Block::Paragraph(text) => element(out, "p", &style(styled, PARAGRAPH), &lines(text)),
            Block::Table(one) => table(out, one, styled),
        }
    }
    if email.opt_out.is_some() || !email.footer.is_empty() {
        out.push_str(if styled {
            "<hr style=\"border:0;border-top:1px solid #8888;margin:24px 0 12px\">\n"
        } else {
            "<hr>\n"
        });
    }
    if let Some(opt_out) = &email.opt_out {
        element(out, "p", &style(styled, SMALL), &linked(opt_out));
    }
    if !email.footer.is_empty() {
        element(out, "p", &style(styled, SMALL), &lines(&email.footer));
    }
    std::mem::take(out)
}

fn table(out: &mut String, table: &Table, styled: bool) {
    let _ = writeln!(out, "<table{}>", style(styled, TABLE));
    element(out, "caption", &style(styled, CAPTION), &escape(&table.caption));
    out.push_str("<thead>");
    row(out, table, "th", table.columns.iter().map(|(title, _)| title.as_str()), styled, true);
    out.push_str("</thead>\n<tbody>\n");
    for cells in &table.rows {
        row(out, table, "td", cells.iter().map(String::as_str), styled, false);
    }
    out.push_str("</tbody>\n");
    if let Some(total) = &table.total {
        out.push_str("<tfoot>");
        row(out, table, "td", total.iter().map(String::as_str), styled, true);
        out.push_str("</tfoot>\n");
    }
    out.push_str("</table>\n");
}

fn row<'a>(out: &mut String, table: &Table, tag: &str, cells: impl Iterator<Item = &'a str>, styled: bool, bold: bool) {
    out.push_str("<tr>");
    for (cell, (_, align)) in cells.zip(&table.columns) {
        let side = match align {
            Align::Start => "left",
            Align::End => "right",
        };
        let weight = if bold { ";font-weight:bold" } else { "" };
        let css = format!("{CELL};text-align:{side}{weight}");
        let scope = if tag == "th" { " scope=\"col\"" } else { "" };
        let _ = write!(out, "<{tag}{scope}{}>{}</{tag}>", style(styled, &css), escape(cell));
    }
    out.push_str("</tr>\n");
}

fn element(out: &mut String, tag: &str, style: &str, inner: &str) {
    // Writing into a String can't fail.
    let _ = writeln!(out, "<{tag}{style}>{inner}</{tag}>");
}

fn style(styled: bool, css: &str) -> String {
    if styled { format!(" style=\"{css}\"") } else { String::new() }
}

/// The opt-out with its address and page as links.
fn linked(opt_out: &OptOut) -> String {
    let mut text = escape(&opt_out.sentence());
    let address = escape(&opt_out.address.address);
    let mail = format!("<a href=\"mailto:{}?subject=UNSUBSCRIBE\">{address}</a>", mailto(&opt_out.address.address));
    text = text.replacen(&address, &mail, 1);
    if let Some(link) = opt_out.link.as_deref().filter(|link| is_web(link)) {
        let link = escape(link);
        text = text.replacen(&format!("open {link}"), &format!("open <a href=\"{link}\">{link}</a>"), 1);
    }
    text
}

/// An address inside a `mailto:` link or a header (RFC 6068).
pub(crate) fn mailto(address: &str) -> String {
    let mut encoded = String::with_capacity(address.len());
    for byte in address.bytes() {
        if byte.is_ascii_alphanumeric() || b"@.-_+".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

/// Safe to link to: a web page over TLS, without characters that end an attribute or a header.
pub(crate) fn is_web(link: &str) -> bool {
    link.starts_with("https://") && !link.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'".contains(c))
}

fn lines(text: &str) -> String {
    escape(text.trim()).replace('\n', "<br>\n")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
