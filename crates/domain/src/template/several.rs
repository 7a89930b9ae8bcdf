//! Wording for several accounts in one text. Templates are written for one account; these few
//! phrases become plural, whoever wrote the template.

/// `A-1`, `A-1 and A-2`, `A-1, A-2 and A-3`; from five on `A-1, A-2, A-3 and 2 more`: the table
/// names each.
#[must_use]
pub fn listed(numbers: &[&str]) -> String {
    match numbers {
        [] => String::new(),
        [one] => (*one).to_owned(),
        [all @ .., last] if all.len() < 4 => format!("{} and {last}", all.join(", ")),
        [first, second, third, rest @ ..] => format!("{first}, {second}, {third} and {} more", rest.len()),
        _ => numbers.join(", "),
    }
}

/// A template's words as they are for several accounts: "account" before the number and "your
/// account" become plural where the account itself is meant, not in "your account manager".
pub(crate) fn plural(text: &str) -> String {
    const AFTER: [&str; 9] = [".", ",", ";", ":", " is past", " remains", " with ", " and ", " named"];
    let mut text = text
        .replace("account {account_number}", "accounts {account_number}")
        .replace("account number {account_number}", "account numbers {account_number}")
        .replace("the account is unpaid", "the accounts are unpaid");
    for phrase in ["your account", "the account"] {
        for after in AFTER {
            text = text.replace(&format!("{phrase}{after}"), &format!("{phrase}s{after}"));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_accounts_are_named_and_many_are_counted() {
        let all = ["A-1", "A-2", "A-3", "A-4", "A-5"];
        let expected =
            ["", "A-1", "A-1 and A-2", "A-1, A-2 and A-3", "A-1, A-2, A-3 and A-4", "A-1, A-2, A-3 and 2 more"];
        for (count, expected) in expected.iter().enumerate() {
            assert_eq!(listed(&all[..count]), *expected);
        }
    }

    #[test]
    fn words_about_the_account_become_plural_and_others_stay() {
        assert_eq!(plural("Final notice: account {account_number}"), "Final notice: accounts {account_number}");
        assert_eq!(
            plural("{past_due} on your account is past due. Ask your account manager about your account."),
            "{past_due} on your accounts is past due. Ask your account manager about your accounts."
        );
        assert_eq!(
            plural("write the account number {account_number} on it"),
            "write the account numbers {account_number} on it"
        );
    }
}
