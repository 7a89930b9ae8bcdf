//! Amounts that are blank, cut, too large, or read two ways until their currency settles it.

mod common;

use common::{auto, clean, lines, owed, problems, warned, with};
use domain::money::Currency;
use dunlin_intake as intake;
use intake::{DecimalMark, IntakeError};

const HEAD: &str = "Customer,Invoice number,Invoice date,Due date,Amount,Open amount,Currency\n";

fn rows(amounts: &[(&str, &str)], currency: &str) -> String {
    let row = |(number, (amount, open)): (usize, &(&str, &str))| {
        format!("A,{number},2026-09-01,2026-10-01,\"{amount}\",\"{open}\",{currency}\n")
    };
    format!("{HEAD}{}", amounts.iter().enumerate().map(row).collect::<Vec<_>>().concat())
}

#[test]
fn a_blank_open_amount_is_told_by_its_line() {
    for blank in ["", "NULL", "n/a", "\u{2013}"] {
        let batch = clean(&rows(&[("100.00", "100.00"), ("100.00", blank), ("100.00", "0.00")], "USD"));
        let told = warned(&batch, "open amount is blank");
        // A lone dash is how accounting sheets write zero.
        assert!(told == Some((1, vec![3])) || blank == "\u{2013}", "{blank}: {told:?}");
    }
}

#[test]
fn half_brackets_and_double_signs_are_no_amounts() {
    let found = problems(&rows(&[("(5", "1"), ("--7", "1"), ("5)", "1"), ("-5 CR", "1"), ("100.00", "1")], "USD"));
    assert_eq!(lines(&found), [2, 3, 4, 5]);
    let found = problems(&rows(&[("99999999999999999999.00", "1.00")], "USD"));
    assert_eq!(lines(&found), [2]);
}

#[test]
fn the_currency_settles_three_digits_behind_a_mark() {
    let amounts = |text: &str, currency: &str| owed(&clean(&rows(&[(text, text)], currency)))[0].1.clone();
    assert_eq!(amounts("12,345", "JPY"), "12345");
    assert_eq!(amounts("1.234", "JPY"), "1234");
    assert_eq!(amounts("1.234", "KWD"), "1.234");
    assert_eq!(amounts("1,234", "USD"), "1234.00");
    assert_eq!(amounts("2,500", "USD"), "2500.00");
    assert_eq!(amounts("1.234", "EUR"), "1234.00");
    let batch = clean(&rows(&[("1.234", "1.234"), ("500", "500")], "EUR"));
    assert_eq!(owed(&batch)[0].1, "1234.00");
    // Zeros filled up to three decimals look the same: asked.
    let text = rows(&[("10.500", "10.500"), ("20.250", "20.250")], "EUR");
    let error = auto(&text).expect_err("asked");
    assert!(
        matches!(error, IntakeError::AmbiguousNumbers { .. }) && error.to_string().contains("--decimal"),
        "{error}"
    );
    let given = with(text.as_bytes(), &[], |options| options.decimal = Some(DecimalMark::Point)).expect("a batch");
    assert_eq!(owed(&given)[0].1, "10.50");
    // No currency in the file, but one given.
    let text = "Customer,Invoice number,Due date,Amount\nA,1,2026-10-01,\"1,234\"\n";
    assert!(auto(text).is_err());
    let given = with(text.as_bytes(), &[], |options| options.currency = Some(Currency::USD)).expect("a batch");
    assert_eq!(owed(&given)[0].1, "1234.00");
}

#[test]
fn a_file_cut_in_its_last_cell_is_refused() {
    let head = "Customer,Invoice number,Due date,Amount\n";
    let above = "A,1,2026-10-01,100.00\nA,2,2026-10-01,2500.00\n";
    for (last, refused) in [("12", true), ("12.5", true), ("12.", true), ("12.50", false), ("12\n", false)] {
        let found = problems(&format!("{head}{above}A,3,2026-10-01,{last}"));
        assert_eq!(lines(&found), if refused { vec![4] } else { vec![] }, "{last}");
    }
    let head = "Customer,Invoice number,Due date,Amount,Currency\n";
    let above = "A,1,2026-10-01,1.00,USD\nA,2,2026-10-01,1.00,USD\n";
    assert_eq!(lines(&problems(&format!("{head}{above}A,3,2026-10-01,1.00,US"))), [4]);
    let head = "Customer,Invoice number,Amount,Due date\n";
    let above = "A,1,1.00,10/21/2026\nA,2,1.00,10/01/2026\n";
    assert_eq!(lines(&problems(&format!("{head}{above}A,3,1.00,10/15/20"))), [4]);
}

#[test]
fn columns_of_what_is_open_by_other_names() {
    for heading in [
        "RemainAmountCur",
        "Offener Betrag",
        "Reste à payer",
        "Pendiente",
        "Importo residuo",
        "Openstaand bedrag",
        "Valor em aberto",
        "Remaining (USD)",
    ] {
        let batch = clean(&format!(
            "Customer,Invoice number,Due date,Amount,{heading}\nA,1,2026-10-01,100.00,40.00\nA,2,2026-10-01,7.00,0.00\n"
        ));
        assert_eq!(batch.totals[0].open.to_string(), "40.00", "{heading}");
    }
    let text = "K,Doc,Due,Total,Restbetrag Q\nA,1,2026-10-01,100.00,40.00\nA,2,2026-10-01,7.00,0.00\n";
    let maps = ["customer_name=K", "invoice_id=Doc", "due_date=Due", "amount=Total"];
    let batch = with(text.as_bytes(), &maps, |_| {}).expect("a batch");
    assert!(warned(&batch, "\"Restbetrag Q\" (perhaps open_amount)").is_some(), "{:?}", batch.warnings);
    let batch = clean("Customer,Invoice number,Due date,Amount,Status\nA,1,2026-10-01,100.00,Partially Paid\n");
    assert_eq!(warned(&batch, "paid in part"), Some((1, vec![2])));
    let batch = clean(
        "Customer,Invoice number,Due date,Amount,Disputed Amount\nA,1,2026-10-01,100.00,40.00\nA,2,2026-10-01,7.00,0.00\n",
    );
    assert_eq!(batch.invoices.iter().map(|one| one.disputed).collect::<Vec<_>>(), [true, false]);
    assert!(warned(&batch, "part of the amount may be disputed").is_some());
}
