//! Property: however a ledger is written, it reads back as the same ledger.

mod common;

use chrono::NaiveDate;
use common::with;
use dunlin_intake as intake;
use intake::DateOrder;
use proptest::prelude::*;

#[derive(Clone, Debug)]
struct Entry {
    customer: String,
    number: u32,
    date: NaiveDate,
    terms: u64,
    cents: i64,
    applied: i64,
    disputed: bool,
}

#[derive(Clone, Copy, Debug)]
#[allow(clippy::struct_excessive_bools, reason = "independent choices of a rendering")]
struct Rendering {
    delimiter: char,
    date: &'static str,
    order: DateOrder,
    comma: bool,
    grouped: bool,
    crlf: bool,
    encoding: u8,
    preamble: bool,
    total: bool,
}

fn entry() -> impl Strategy<Value = Entry> {
    let name = prop::sample::select(vec![
        "Acme",
        "Bolt, Inc.",
        "Café \"Soleil\"",
        "O'Neil & Söhne",
        "Total Wine",
        "Parent:Child",
        "Line\nBreak",
        "  spaced  ",
    ]);
    (name, 0_i64..3_000, 0_u64..120, 1_i64..9_999_999, 0_i64..=100, any::<bool>()).prop_map(
        |(customer, day, terms, cents, share, disputed)| Entry {
            customer: customer.to_owned(),
            number: 0,
            date: NaiveDate::from_ymd_opt(2018, 1, 1).expect("a date") + chrono::Days::new(day.unsigned_abs()),
            terms,
            cents,
            applied: cents * share / 100,
            disputed,
        },
    )
}

fn rendering() -> impl Strategy<Value = Rendering> {
    let dates = prop::sample::select(vec![
        ("%Y-%m-%d", DateOrder::Ymd),
        ("%m/%d/%Y", DateOrder::Mdy),
        ("%-m/%-d/%y 00:00", DateOrder::Mdy),
        ("%d.%m.%Y", DateOrder::Dmy),
        ("%d/%m/%Y", DateOrder::Dmy),
        ("%d-%b-%Y", DateOrder::Dmy),
        ("%B %-d, %Y", DateOrder::Mdy),
        ("%Y%m%d", DateOrder::Ymd),
        ("%Y%m%d.0", DateOrder::Ymd),
        ("%Y-%m-%dT00:00:00Z", DateOrder::Ymd),
    ]);
    let flags = (any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>(), any::<bool>());
    (prop::sample::select(vec![',', ';', '\t', '|']), dates, flags, 0_u8..4).prop_map(
        |(delimiter, (date, order), (comma, grouped, crlf, preamble, total), encoding)| Rendering {
            delimiter,
            date,
            order,
            comma,
            grouped,
            crlf,
            encoding,
            preamble,
            total,
        },
    )
}

fn amount(cents: i64, how: Rendering) -> String {
    let (group, mark) = if how.comma { ('.', ',') } else { (',', '.') };
    let whole = (cents / 100).to_string();
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if how.grouped && index > 0 && (whole.len() - index).is_multiple_of(3) {
            text.push(group);
        }
        text.push(digit);
    }
    format!("{text}{mark}{:02}", cents % 100)
}

fn render(entries: &[Entry], how: Rendering) -> Vec<u8> {
    let end = if how.crlf { "\r\n" } else { "\n" };
    let cell = |text: &str| {
        if text.contains([how.delimiter, '"', '\n', '\r']) {
            format!("\"{}\"", text.replace('"', "\"\""))
        } else {
            text.to_owned()
        }
    };
    let line = |cells: &[String]| {
        let cells: Vec<String> = cells.iter().map(|text| cell(text)).collect();
        cells.join(&how.delimiter.to_string()) + end
    };
    let mut text = String::new();
    if how.preamble {
        text = format!("Open items{end}{end}");
    }
    text.push_str(&line(
        &[
            "Customer name",
            "Invoice number",
            "Invoice date",
            "Due date",
            "Invoice amount",
            "Amount paid",
            "Currency",
            "Disputed",
        ]
        .map(str::to_owned),
    ));
    for entry in entries {
        text.push_str(&line(&[
            entry.customer.clone(),
            format!("INV-{}", entry.number),
            entry.date.format(how.date).to_string(),
            (entry.date + chrono::Days::new(entry.terms)).format(how.date).to_string(),
            amount(entry.cents, how),
            amount(entry.applied, how),
            "USD".to_owned(),
            if entry.disputed { "Y" } else { "N" }.to_owned(),
        ]));
    }
    if how.total {
        let sum = amount(entries.iter().map(|entry| entry.cents).sum(), how);
        text.push_str(&line(&["Total", "", "", "", &sum, "", "", ""].map(str::to_owned)));
    }
    match how.encoding {
        0 => text.into_bytes(),
        1 => [b"\xef\xbb\xbf", text.as_bytes()].concat(),
        2 => std::iter::once(0xfeff).chain(text.encode_utf16()).flat_map(u16::to_le_bytes).collect(),
        _ => text.chars().map(|c| u8::try_from(u32::from(c)).unwrap_or(b'?')).collect(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn however_a_ledger_is_written_it_reads_back(mut entries in prop::collection::vec(entry(), 1..30), how in rendering()) {
        for (number, entry) in entries.iter_mut().enumerate() {
            entry.number = u32::try_from(number).expect("small") + 1;
        }
        // The order is given, as a person would when asked; the columns settle it otherwise.
        let batch = with(&render(&entries, how), &[], |o| {
            if how.order != DateOrder::Ymd {
                o.date_order = Some(how.order);
            }
        }).expect("a batch");
        prop_assert_eq!(&batch.problems, &[]);
        prop_assert_eq!(batch.invoices.len(), entries.len());
        for (invoice, entry) in batch.invoices.iter().zip(&entries) {
            prop_assert_eq!(&invoice.number, &format!("INV-{}", entry.number));
            prop_assert_eq!(invoice.date, entry.date);
            prop_assert_eq!(invoice.due, entry.date + chrono::Days::new(entry.terms));
            prop_assert_eq!(invoice.amount.to_minor(), Ok(entry.cents));
            prop_assert_eq!(invoice.applied, rust_decimal::Decimal::new(entry.applied, 2));
            prop_assert_eq!(invoice.disputed, entry.disputed);
            let account = batch.accounts.iter().find(|account| account.id == invoice.account);
            let owner = batch.customers.iter().find(|customer| Some(customer.id) == account.map(|a| a.customer));
            let name = entry.customer.split_whitespace().collect::<Vec<_>>().join(" ");
            prop_assert_eq!(owner.map(|owner| owner.name.as_str()), Some(name.as_str()));
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..400), text in "[,;\"\n\r\t a-z0-9./-]{0,300}") {
        let _ = with(&bytes, &[], |_| {});
        let _ = with(format!("Customer,Invoice number,Due date,Amount\n{text}").as_bytes(), &[], |_| {});
    }
}
