//! Email addresses out of a cell: `Jo <jo@example.org>`, `mailto:`, several parted by semicolons.

/// Addresses that can be written to, and what can't, with the reason.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Addresses {
    pub(crate) good: Vec<String>,
    pub(crate) bad: Vec<String>,
}

/// Takes a cell apart.
pub(crate) fn addresses(cell: &str) -> Addresses {
    let mut found = Addresses::default();
    let parts = |c: char| c.is_whitespace() || matches!(c, ';' | ',' | '<' | '>' | '"' | '(' | ')' | '|' | '[' | ']');
    for word in cell.split(parts) {
        let word = word.trim_matches(['.', ':', '\'', '\u{2018}', '\u{2019}']);
        let word = match word.split_once(':') {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("mailto") || scheme.eq_ignore_ascii_case("smtp") => {
                rest
            }
            _ => word,
        };
        if !word.contains('@') {
            continue;
        }
        match address(word) {
            Ok(address) if found.good.contains(&address) => {}
            Ok(address) => found.good.push(address),
            Err(why) => found.bad.push(format!("\"{word}\" ({why})")),
        }
    }
    if found.good.is_empty() && found.bad.is_empty() && !cell.trim().is_empty() {
        found.bad.push(format!("\"{}\" (it has no @)", crate::cells::shortened(cell.trim())));
    }
    found
}

/// One address with its domain as the mail system knows it.
fn address(text: &str) -> Result<String, &'static str> {
    let (local, domain) = text.split_once('@').ok_or("it has no @")?;
    if local.is_empty() || domain.is_empty() || domain.contains('@') {
        return Err("it is not of the form name@domain");
    }
    if !local.is_ascii() {
        return Err("letters beyond ASCII before the @ can't be sent to");
    }
    let sound = |part: &str| !part.starts_with('.') && !part.ends_with('.') && !part.contains("..");
    if !sound(local) || !sound(domain) || !domain.contains('.') {
        return Err("its domain or name is not complete");
    }
    if domain.is_ascii() {
        let sound = domain.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-'));
        return if sound { Ok(text.to_owned()) } else { Err("its domain has signs that none may have") };
    }
    let ascii = idna::domain_to_ascii_strict(domain).map_err(|_| "its domain is no internet name")?;
    Ok(format!("{local}@{ascii}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_taken_out_of_what_stands_around_them() {
        for (cell, good) in [
            ("a@b.org", &["a@b.org"][..]),
            ("Jo Smith <jo@f.org>", &["jo@f.org"]),
            ("MAILTO:z@z.org", &["z@z.org"]),
            ("a@b.org; c@d.org", &["a@b.org", "c@d.org"]),
            ("\"Smith, Jo\" <jo@f.org>, a@b.org.", &["jo@f.org", "a@b.org"]),
            ("jo@b\u{fc}cher.de", &["jo@xn--bcher-kva.de"]),
            ("a@b.org a@b.org", &["a@b.org"]),
            ("", &[]),
        ] {
            let found = addresses(cell);
            assert_eq!(
                (found.good.as_slice(), found.bad.len()),
                (&good.iter().map(|a| (*a).to_owned()).collect::<Vec<_>>()[..], 0),
                "{cell}"
            );
        }
        for cell in ["not-an-email", "a@b", "a@@b.org", "@b.org", "j\u{f6}@b.org", "a@b..org", "a@b_c!.org"] {
            let found = addresses(cell);
            assert_eq!((found.good.len(), found.bad.len()), (0, 1), "{cell}: {found:?}");
        }
    }
}
