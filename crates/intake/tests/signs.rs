//! Which side a row is on: columns of Dr/Cr, debits beside credits, running balances, types.

mod common;

use common::{auto, clean, lines, owed, problems, warned, with};
use domain::payment::PaymentKind;

fn open(text: &str) -> (String, String) {
    let batch = clean(text);
    (batch.totals[0].open.to_string(), batch.totals[0].credits.to_string())
}

#[test]
fn a_column_of_sides_turns_unsigned_credits() {
    for (heading, debit, credit) in [
        ("Dr/Cr", "Dr", "Cr"),
        ("D/C", "D", "C"),
        ("S/H", "S", "H"),
        ("Soll/Haben", "Soll", "Haben"),
        ("+/-", "+", "-"),
        ("Debit/Credit", "Debit", "Credit"),
        ("Debe/Haber", "Debe", "Haber"),
        ("SHKZG", "S", "H"),
        ("Type", "Debit", "Credit"),
        ("Kennung", "Soll", "Haben"),
    ] {
        let text = format!(
            "Customer,Invoice number,Invoice date,Due date,Amount,{heading},Currency\n\
             A,1,2026-09-01,2026-10-01,100.00,{debit},USD\nA,2,2026-09-01,2026-10-01,30.00,{debit},USD\n\
             A,X,2026-09-01,2026-10-01,20.00,{credit},USD\n"
        );
        assert_eq!(open(&text), ("130.00".into(), "20.00".into()), "{heading}");
        // Where the amounts carry their sign already, the column says nothing new.
        let text = text.replace(",20.00,", ",-20.00,");
        assert_eq!(open(&text), ("130.00".into(), "20.00".into()), "{heading}, signed");
    }
}

#[test]
fn sides_that_contradict_or_say_nothing_are_problems() {
    let head = "Customer,Invoice number,Invoice date,Due date,Amount,S/H,Currency\n";
    let row = |amount: &str, side: &str, number: u8| format!("A,{number},2026-09-01,2026-10-01,{amount},{side},USD\n");
    let found = problems(&format!("{head}{}{}{}", row("5.00", "S", 1), row("5.00", "H", 2), row("-6.00", "H", 3)));
    assert_eq!(lines(&found), [4], "{found:?}");
    let found = problems(&format!("{head}{}{}", row("5.00", "S", 1), row("5.00", "Q", 2)));
    assert_eq!((lines(&found), found[0].column.as_str()), (vec![3], "S/H"));
    let found = problems(&format!("{head}{}{}{}", row("5.00", "S", 1), row("5.00", "", 2), row("1.00", "H", 3)));
    assert_eq!(lines(&found), [3]);
    // Only credits are marked: a blank is a debit.
    assert_eq!(open(&format!("{head}{}{}", row("5.00", "", 1), row("1.00", "H", 2))).0, "5.00");
    let text = format!("{head}{}{}", row("5.00", "1", 1), row("1.00", "2", 2));
    let batch = with(text.as_bytes(), &["debit_credit=S/H:1=debit,2=credit"], |_| {}).expect("a batch");
    assert_eq!((batch.totals[0].open.to_string(), batch.problems.len()), ("5.00".into(), 0));
}

#[test]
fn letters_in_a_column_of_another_name_are_pointed_out() {
    let batch = clean(
        "Customer,Invoice number,Invoice date,Due date,Amount,Kz,Currency\n\
         A,1,2026-09-01,2026-10-01,100.00,S,USD\nA,2,2026-09-01,2026-10-01,30.00,H,USD\n",
    );
    assert!(warned(&batch, "\"Kz\" (perhaps debit_credit)").is_some(), "{:?}", batch.warnings);
}

#[test]
fn debits_beside_credits_and_a_running_balance() {
    for (debit, credit, balance) in
        [("Debit", "Credit", "Balance"), ("Soll", "Haben", "Saldo"), ("Débit", "Crédit", "Solde")]
    {
        let batch = clean(&format!(
            "Customer ID,Customer name,Invoice number,Invoice date,Due date,{debit},{credit},{balance},Currency\n\
             1,A,1,2026-09-01,2026-10-01,100.00,,100.00,USD\n1,A,2,2026-09-01,2026-10-01,30.00,,130.00,USD\n\
             1,A,X,2026-09-01,2026-10-01,,20.00,110.00,USD\n"
        ));
        assert_eq!(batch.totals[0].open.to_string(), "130.00", "{debit}");
        assert_eq!(batch.payments[0].amount.plain(), "20.00");
        assert!(warned(&batch, "as if they mattered").is_some());
    }
    let text = "Customer,Invoice number,Due date,Amount,Balance\nA,1,2026-10-01,100.00,100.00\nA,2,2026-10-01,30.00,130.00\n\
        A,3,2026-10-01,20.00,150.00\nA,4,2026-10-01,5.00,155.00\n";
    assert_eq!(open(text).0, "155.00");
    let found = with(text.as_bytes(), &["open_amount=Balance"], |_| {}).expect("a batch").problems;
    assert!(found.iter().any(|problem| problem.column == "Balance" && problem.what.contains("runs on")), "{found:?}");
    // What is open of each invoice does not run on.
    let text = "Customer,Invoice number,Due date,Amount,Balance\nA,1,2026-10-01,100.00,100.00\nA,2,2026-10-01,30.00,10.00\n\
        A,3,2026-10-01,20.00,20.00\nA,4,2026-10-01,5.00,0.00\n";
    assert_eq!(open(text).0, "130.00");
}

#[test]
fn types_that_are_not_known_are_told_and_unsigned_codes_of_credits_asked() {
    let head = "Customer,Invoice number,Invoice date,Due date,Amount,Document type,Currency\n";
    let file = |word: &str| {
        format!("{head}A,1,2026-09-01,2026-10-01,100.00,Invoice,USD\nA,2,2026-09-01,2026-10-01,30.00,{word},USD\n")
    };
    for word in ["Unapplied Cash", "On Account", "Zahlung", "Paiement"] {
        assert_eq!(clean(&file(word)).payments[0].kind, PaymentKind::Payment, "{word}");
    }
    assert_eq!(warned(&clean(&file("X2")), "\"X2\""), Some((1, vec![3])));
    assert_eq!(owed(&clean(&file("Late payment fee"))).len(), 2);
    let found = problems(&file("DZ"));
    assert_eq!((lines(&found), found[0].column.as_str()), (vec![3], "Document type"));
    let given = with(file("DZ").as_bytes(), &["transaction_type=Document type:DZ=payment"], |_| {}).expect("a batch");
    assert_eq!(given.payments[0].amount.plain(), "30.00");
    // SAP by its German name, with the side beside it.
    let batch = clean(
        "Debitor;Name;Belegnummer;Belegart;Belegdatum;Nettofälligkeit;Betrag in HW;S/H;Währung\n\
         1;A;11;RV;23.09.2026;23.10.2026;73.700,82;S;EUR\n1;A;12;DZ;01.10.2026;01.10.2026;300,00;H;EUR\n",
    );
    assert_eq!(batch.totals[0].open.to_string(), "73700.82");
    assert_eq!(batch.payments[0].amount.plain(), "300.00");
    assert!(auto(head).is_ok());
}
