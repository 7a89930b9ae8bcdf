//! Texts of letters and emails: editable, with checked placeholders, so that a wrong one is found
//! while somebody edits and never in a customer's hands.
//!
//! A text is paragraphs parted by blank lines. `{name}` is filled with a value; a *block* such as
//! `{invoice_table}` stands on a line of its own; `{{` and `}}` are the braces themselves. What this
//! module does *not* do: escape for HTML, lay out, or send.

mod catalog;
mod defaults;
mod disclosure;
mod several;
mod syntax;
mod tables;
mod values;

use serde::{Deserialize, Serialize};

pub use catalog::{Kind, Placeholder, PlaceholderKind};
pub use defaults::{builtin, builtins};
pub use disclosure::{holds, required_text};
pub use several::listed;
pub(crate) use several::plural;
pub(crate) use values::{About, required_of_all, sums_of_all, values_of_all};
pub use values::{Occasion, Sum, Values, long_date, values};

use crate::account::Mode;
use crate::outbox::Channel;

/// An editable text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Template {
    /// What intents name: `dunning_1`; see [`Kind::key`].
    pub key: String,
    /// For people: "First notice".
    pub name: String,
    /// Letter or email.
    pub channel: Channel,
    /// In whose name it speaks.
    pub mode: Mode,
    /// One line: an email's subject, a letter's heading. May hold placeholders, no blocks.
    pub subject: String,
    /// Paragraphs parted by blank lines.
    pub body: String,
}

impl Template {
    /// What its key stands for; none for a key nobody knows.
    #[must_use]
    pub fn kind(&self) -> Option<Kind> {
        Kind::of_key(&self.key)
    }

    /// Checks subject and body against the placeholders its kind may use.
    pub fn check(&self) -> Result<(), TemplateError> {
        let kind = self.kind().ok_or_else(|| TemplateError::UnknownKey(self.key.clone()))?;
        let allowed = kind.placeholders();
        check(&self.subject, &allowed)?;
        if let Some(block) = allowed
            .iter()
            .filter(|one| one.kind == PlaceholderKind::Block)
            .find(|one| self.subject.contains(&format!("{{{}}}", one.name)))
        {
            return Err(TemplateError::BlockInLine { name: block.name.to_owned(), line: 1 });
        }
        check(&self.body, &allowed)
    }
}

/// Why a text can't be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TemplateError {
    /// No kind of template has that key.
    #[error("there is no template kind \"{0}\"; choose one of the kinds listed")]
    UnknownKey(String),
    /// A placeholder nobody can fill here.
    #[error("line {line}, column {column}: {{{name}}} is not known here{}", suggestion(.nearest.as_deref()))]
    Unknown {
        /// As written.
        name: String,
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
        /// The known one that looks most like it.
        nearest: Option<String>,
    },
    /// `{` without `}`.
    #[error("line {line}, column {column}: {{ is not closed; write {{{{ for a brace in the text")]
    NotClosed {
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
    /// `}` without `{`.
    #[error("line {line}, column {column}: }} closes nothing; write }}}} for a brace in the text")]
    NotOpened {
        /// 1-based.
        line: usize,
        /// 1-based, in characters.
        column: usize,
    },
    /// A table amid a sentence.
    #[error("line {line}: {{{name}}} is a table and needs a line of its own")]
    BlockInLine {
        /// The block.
        name: String,
        /// 1-based.
        line: usize,
    },
    /// Known, but this account has no such value.
    #[error("{{{name}}} has no value for this account; remove it from the text or complete the account")]
    Missing {
        /// The placeholder.
        name: String,
    },
}

fn suggestion(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |name| format!("; did you mean {{{name}}}?"))
}

/// Checks a text: braces balanced, every placeholder one of `allowed`, blocks on their own lines.
pub fn check(text: &str, allowed: &[Placeholder]) -> Result<(), TemplateError> {
    for piece in syntax::pieces(text) {
        let syntax::Piece::Name { name, line, column, alone } = piece? else {
            continue;
        };
        match allowed.iter().find(|one| one.name == name) {
            None => {
                return Err(TemplateError::Unknown {
                    name: name.to_owned(),
                    line,
                    column,
                    nearest: syntax::nearest(name, allowed.iter().map(|one| one.name)),
                });
            }
            Some(one) if one.kind == PlaceholderKind::Block && !alone => {
                return Err(TemplateError::BlockInLine { name: name.to_owned(), line });
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Fills a text. A value may be empty; a line that held only an empty value goes away, with the
/// blank line after it.
pub fn fill(text: &str, values: &Values) -> Result<String, TemplateError> {
    let mut filled = String::with_capacity(text.len() + 256);
    let mut drop_newlines = 0;
    for piece in syntax::pieces(text) {
        match piece? {
            syntax::Piece::Text(mut part) => {
                while drop_newlines > 0 && part.starts_with('\n') {
                    part = &part[1..];
                    drop_newlines -= 1;
                }
                drop_newlines = 0;
                filled.push_str(part);
            }
            syntax::Piece::Name { name, alone, .. } => {
                let value = values.get(name).ok_or_else(|| TemplateError::Missing { name: name.to_owned() })?;
                drop_newlines = if alone && value.is_empty() { 2 } else { 0 };
                filled.push_str(value);
            }
        }
    }
    if drop_newlines > 0 {
        filled.truncate(filled.trim_end().len());
    }
    Ok(filled)
}

/// A part of a body, in order, as a letter lays it out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Part {
    /// A filled paragraph; `\n` is a line break inside it.
    Paragraph(String),
    /// A block placeholder on its own line, not filled.
    Block(String),
}

/// Fills a body for layout: paragraphs filled, blocks left to the one who draws them.
pub fn parts(body: &str, blocks: &[&str], values: &Values) -> Result<Vec<Part>, TemplateError> {
    let mut parts = Vec::new();
    let mut paragraph = String::new();
    let end = |paragraph: &mut String, parts: &mut Vec<Part>| -> Result<(), TemplateError> {
        let filled = fill(paragraph.trim(), values)?;
        paragraph.clear();
        // A value may itself hold paragraphs, as several disclosures do.
        parts.extend(
            filled
                .split("\n\n")
                .map(str::trim)
                .filter(|text| !text.is_empty())
                .map(|text| Part::Paragraph(text.to_owned())),
        );
        Ok(())
    };
    for line in body.replace("\r\n", "\n").lines() {
        let trimmed = line.trim();
        let block =
            trimmed.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).filter(|name| blocks.contains(name));
        if let Some(name) = block {
            end(&mut paragraph, &mut parts)?;
            parts.push(Part::Block(name.to_owned()));
        } else if trimmed.is_empty() {
            end(&mut paragraph, &mut parts)?;
        } else {
            paragraph.push_str(line.trim_end());
            paragraph.push('\n');
        }
    }
    end(&mut paragraph, &mut parts)?;
    Ok(parts)
}

#[cfg(test)]
mod tests;
