//! Encodings, delimiters, dates and numbers of hand-made extracts.

mod common;

use common::{auto, clean, dates, lines, owed, problems, warned, with};
use domain::money::Currency;
use dunlin_intake as intake;
use intake::{DateOrder, Form, IntakeError, inspect};

const PLAIN: &str = "Customer,Invoice No,Invoice Date,Due Date,Amount,Currency\n\
    Acme & Söhne,1001,2024-01-05,2024-02-04,\"1,234.50\",EUR\n\
    Bolt,1002,2024-01-06,2024-02-05,99.00,EUR\n";

#[test]
fn every_encoding_reads_alike() {
    let expected = clean(PLAIN);
    assert_eq!(owed(&expected)[0], ("1001".into(), "1234.50".into(), "0".into()));
    let (windows, _, _) = encoding_rs::WINDOWS_1252.encode(PLAIN);
    let utf_16 = |little: bool, mark: bool| -> Vec<u8> {
        let units = PLAIN.encode_utf16();
        let units: Vec<u16> = if mark { std::iter::once(0xfeff).chain(units).collect() } else { units.collect() };
        units.iter().flat_map(|u| if little { u.to_le_bytes() } else { u.to_be_bytes() }).collect()
    };
    for bytes in [
        windows.to_vec(),
        [b"\xef\xbb\xbf", PLAIN.as_bytes()].concat(),
        utf_16(true, true),
        utf_16(false, true),
        utf_16(true, false),
        PLAIN.replace('\n', "\r\n").into_bytes(),
        PLAIN.replace('\n', "\r").into_bytes(),
        PLAIN.replace(',', "\t").replace("1\t234", "1,234").into_bytes(),
        PLAIN
            .replace("\"1,234.50\"", "1.234,50")
            .replace("99.00", "99,00")
            .replace("EUR\n", "EUR;\n")
            .replace(",2024", ";2024")
            .into_bytes(),
    ] {
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let batch = match with(&bytes, &[], |_| {}) {
            Ok(batch) => batch,
            // The last form mixes delimiters on purpose and is no table.
            Err(_) if text.contains(";2024") => continue,
            Err(error) => panic!("{error}: {text}"),
        };
        if !text.contains(";2024") {
            assert_eq!(batch.invoices, expected.invoices, "{text}");
            assert_eq!(batch.customers, expected.customers, "{text}");
        }
    }
}

#[test]
fn semicolons_with_decimal_commas_and_points_in_groups() {
    let batch = clean(
        "Debitor;Belegnummer;Belegdatum;Fälligkeit;Betrag;Währung\n\
         4711;90001;05.01.2024;04.02.2024;1.234,50;EUR\n\
         4711;90002;31.01.2024;01.03.2024;12,00-;EUR\n\
         4712;90003;31.01.2024;01.03.2024;1.000.000,00;EUR\n",
    );
    assert_eq!(owed(&batch)[1], ("90003".into(), "1000000.00".into(), "0".into()));
    assert_eq!(dates(&batch)[0], ("2024-01-05".into(), "2024-02-04".into()));
    assert_eq!(batch.payments.len(), 1);
    let preview = inspect("a;b\nAcme;1\n".as_bytes(), "f", None).expect("a preview");
    assert_eq!(preview.delimiter, Some(';'));
}

#[test]
fn lines_above_the_headings_and_the_sep_line_are_left_out() {
    for head in ["sep=;\n", "Open items\nAcme Corp;;;;\n\n\"As of\nMay 1, 2024\"\n"] {
        let text = format!("{head}Customer;Invoice number;Due date;Amount\nBolt;7;2024-05-01;12,50\nx;y;z;w\n");
        let batch = auto(&text).expect("a batch");
        let header = head.lines().count() as u64 + 1;
        assert_eq!(lines(&batch.problems), [header + 2, header + 2], "{:?}", batch.problems);
        assert!(warned(&batch, "above the headings").is_some());
    }
}

#[test]
fn one_day_above_twelve_settles_its_column_and_the_file() {
    let head = "Customer,Invoice number,Invoice date,Due date,Amount\n";
    let batch = clean(&format!("{head}A,1,03/01/2012,04/05/2012,1.00\nA,2,03/01/2012,13/05/2012,1.00\n"));
    assert_eq!(dates(&batch)[0], ("2012-01-03".into(), "2012-05-04".into()));
    let batch = clean(&format!("{head}A,1,3/1/12,4/5/12,1.00\nA,2,3/1/12,5/13/12,1.00\n"));
    assert_eq!(dates(&batch)[0], ("2012-03-01".into(), "2012-04-05".into()));
}

#[test]
fn dates_that_read_both_ways_are_asked_with_examples() {
    let text = "Customer,Invoice number,Invoice date,Due date,Amount\n\
        A,1,2012-01-03,04/05/2012,1.00\nA,2,2012-01-03,03/03/2012,1.00\n";
    let Err(IntakeError::AmbiguousDates { column, examples }) = auto(text) else {
        panic!("asked");
    };
    assert_eq!(column, "Due date");
    assert_eq!(
        (examples[0].line, examples[0].one.as_str(), examples[0].other.as_str()),
        (2, "2012-04-05", "2012-05-04")
    );
    let error = auto(text).expect_err("asked");
    assert!(error.to_string().contains("--date-order"), "{error}");
    assert_eq!(error.problems()[0].line, 2);
    let batch = with(text.as_bytes(), &[], |o| {
        o.date_order = Some(DateOrder::Dmy);
    })
    .expect("a batch");
    assert_eq!(dates(&batch)[0].1, "2012-05-04");
    let preview = inspect(text.as_bytes(), "f", None).expect("a preview");
    assert!(matches!(preview.columns[3].dates, Form::Ambiguous { .. }));
    // 3 March reads alike both ways: nothing to ask.
    clean("Customer,Invoice number,Due date,Amount\nA,1,03/03/2012,1.00\n");
}

#[test]
fn columns_may_have_their_own_order_but_a_column_may_not_have_two() {
    let head = "Customer,Invoice number,Invoice date,Due date,Amount\n";
    let batch = clean(&format!("{head}A,1,31/01/2012,02/28/2012,1.00\n"));
    assert_eq!(dates(&batch)[0], ("2012-01-31".into(), "2012-02-28".into()));
    let found = problems(&format!("{head}A,1,2012-01-01,02/28/2012,1.00\nA,2,2012-01-01,28/02/2012,1.00\n"));
    assert!(
        found.iter().any(|p| p.line == 3 && p.what.contains("line 2") && p.what.contains("28/02/2012")),
        "{found:?}"
    );
}

#[test]
fn a_given_order_that_a_row_contradicts_names_the_row() {
    let text = "Customer,Invoice number,Due date,Amount\nA,1,02/03/2012,1.00\nA,2,02/28/2012,1.00\n";
    let batch = with(text.as_bytes(), &[], |o| {
        o.date_order = Some(DateOrder::Dmy);
    })
    .expect("a batch");
    assert_eq!(lines(&batch.problems), [3]);
    assert_eq!(batch.problems[0].column, "Due date");
}

#[test]
fn days_that_do_not_exist_are_problems() {
    let found =
        problems("Customer,Invoice number,Due date,Amount\nA,1,2024-02-30,1.00\nA,2,31/04/2024,1.00\nA,3,x,1.00\n");
    assert_eq!(lines(&found), [2, 3, 4]);
}

#[test]
fn amounts_of_three_digits_are_asked_unless_the_file_settles_them() {
    let head = "Customer,Invoice number,Due date,Amount,Open balance\n";
    let refused = auto(&format!("{head}A,1,2024-05-01,\"1,234\",\"1,234\"\nA,2,2024-05-01,500,500\n"));
    assert!(
        matches!(&refused, Err(IntakeError::AmbiguousNumbers { examples, .. }) if examples[0].line == 2),
        "{refused:?}"
    );
    // Another column of the file settles it.
    let batch = clean(&format!("{head}A,1,2024-05-01,\"1,234\",\"1,000.50\"\n"));
    assert_eq!(owed(&batch)[0], ("1".into(), "1234.00".into(), "233.5".into()));
    let found = problems(&format!("{head}A,1,2024-05-01,\"1,234.50\",1\nA,2,2024-05-01,\"1.234,50\",1\n"));
    assert!(found.iter().any(|p| p.line == 3 && p.column == "Amount"), "{found:?}");
}

#[test]
fn noise_is_rounded_and_finer_amounts_are_refused() {
    let head = "Customer,Invoice number,Due date,Amount,Currency\n";
    let batch = clean(&format!("{head}A,1,2024-05-01,30.299999999999997,USD\nA,2,2024-05-01,1500,JPY\n"));
    assert_eq!(owed(&batch)[0].1, "30.30");
    assert_eq!(owed(&batch)[1].1, "1500");
    assert_eq!(warned(&batch, "binary fractions"), Some((1, vec![2])));
    let found = problems(&format!("{head}A,1,2024-05-01,30.295,USD\nA,2,2024-05-01,0.5,JPY\n"));
    assert_eq!(lines(&found), [2, 3]);
}

#[test]
fn currencies_by_column_sign_heading_default_and_assumption() {
    let head = "Customer,Invoice number,Due date,Amount,Currency\n";
    let batch = clean(&format!("{head}A,1,2024-05-01,1.00,USD\nA,2,2024-05-01,2.00,cad\n"));
    assert_eq!(batch.totals.len(), 2);
    let text = format!("{head}A,1,2024-05-01,1.00,USD\nA,2,2024-05-01,2.00,\n");
    assert_eq!(lines(&problems(&text)), [3]);
    let batch = with(text.as_bytes(), &[], |o| o.currency = Some(Currency::CAD)).expect("a batch");
    assert_eq!(batch.invoices[1].amount.currency, Currency::CAD);
    assert_eq!(lines(&problems(&format!("{head}A,1,2024-05-01,1.00,XYZ\nA,2,2024-05-01,€2.00,USD\n"))), [2, 3]);

    let head = "Customer,Invoice number,Due date,Amount\n";
    let batch = clean(&format!("{head}A,1,2024-05-01,€1.00\nA,2,2024-05-01,CA$2.00\nA,3,2024-05-01,3.00 GBP\n"));
    let codes: Vec<_> = batch.invoices.iter().map(|i| i.amount.currency.code().to_owned()).collect();
    assert_eq!(codes, ["EUR", "CAD", "GBP"]);
    let batch = clean("Customer,Invoice number,Due date,Amount (CAD)\nA,1,2024-05-01,1.00\n");
    assert_eq!(batch.invoices[0].amount.currency, Currency::CAD);
    let batch = clean(&format!("{head}A,1,2024-05-01,1.00\n"));
    assert_eq!(batch.invoices[0].amount.currency, Currency::USD);
    assert!(warned(&batch, "US dollars were assumed").is_some());
}

#[test]
fn machine_floats_in_dates_and_identifiers() {
    let batch = clean(
        "business_code,cust_number,name_customer,clear_date,doc_id,posting_date,due_in_date,invoice_currency,total_open_amount,invoice_id,isOpen\n\
         U001,0200769623,WAL-MAR corp,2020-02-11 0:00:00,1.930438491E9,2020-01-26,20200210.0,USD,54273.28,1.930438491e9,0\n\
         U001,0200980828,BEN E,,1.929646410E9,2019-07-22,20190811.0,USD,79656.6,1929646410.0,1\n\
         CA02,0200980828,BEN E assoc,,1.929646411E9,2019-07-22,20190811.0,CAD,10,1929646411.0,1\n\
         U001,0200769623,WAL-MAR corp,2020-02-11 0:00:00,1.930438491E9,2020-01-26,20200210.0,USD,54273.28,1.930438491e9,0\n",
    );
    assert_eq!((batch.rows, batch.accepted), (4, 3));
    let numbers: Vec<_> = batch.invoices.iter().map(|i| i.number.as_str()).collect();
    assert_eq!(numbers, ["1930438491", "1929646410", "1929646411"]);
    assert_eq!(dates(&batch)[0], ("2020-01-26".into(), "2020-02-10".into()));
    assert_eq!(batch.invoices[0].settled.map(|day| day.to_string()).as_deref(), Some("2020-02-11"));
    assert_eq!(warned(&batch, "repeat an earlier row"), Some((1, vec![5])));
    assert!(warned(&batch, "more than one name").is_some());
    assert_eq!(batch.customers.len(), 2);
    let open: Vec<_> = batch.totals.iter().map(|t| (t.currency.code().to_owned(), t.open.to_string())).collect();
    assert_eq!(open, [("CAD".to_owned(), "10.00".to_owned()), ("USD".to_owned(), "79656.60".to_owned())]);
}
