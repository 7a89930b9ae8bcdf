//! Workbooks, files of one kind each, saved mappings, cancelling, and the made-up portfolio.

mod common;

use std::fmt::Write;
use std::ops::ControlFlow;

use chrono::NaiveDate;
use common::{clean, dates, owed, warned, with};
use domain::aging::{AgingPolicy, age, open_on, paid_by_invoice};
use domain::money::Currency;
use domain::payment::PaymentKind;
use dunlin_intake as intake;
use intake::sample::{bulk, portfolio, to_csv};
use intake::{Batch, Field, FileKind, Format, IntakeError, Mapping, combine, inspect, read};
use rust_decimal::Decimal;
use rust_xlsxwriter::{ExcelDateTime, Format as CellFormat, Workbook};

fn run(text: &str, mapping: &Mapping) -> Batch {
    let batch = read(text.as_bytes(), mapping, &mut |_, _| ControlFlow::Continue(())).expect("a batch");
    assert_eq!(batch.problems, [], "{text}");
    batch
}

#[test]
fn a_workbook_reads_like_its_csv() {
    let mut book = Workbook::new();
    book.add_worksheet().set_name("Cover").expect("a name");
    let sheet = book.add_worksheet().set_name("Open items").expect("a name");
    let date = CellFormat::new().set_num_format("dd/mm/yyyy");
    sheet.write(0, 0, "Open items at month end").expect("a cell");
    for (column, name) in ["Customer", "Invoice No", "Invoice Date", "Due Date", "Amount", "Notes"].iter().enumerate() {
        sheet.write(2, u16::try_from(column).expect("small"), *name).expect("a cell");
    }
    for (row, (name, number, day, amount)) in
        [("Acme", 1001.0, 5, 1234.5), ("\"Bolt\"", 1002.0, 6, 0.1 + 0.2)].iter().enumerate()
    {
        let row = u32::try_from(row).expect("small") + 3;
        sheet.write(row, 0, *name).expect("a cell");
        sheet.write(row, 1, *number).expect("a cell");
        let at = |month, day| ExcelDateTime::from_ymd(2024, month, day).expect("a date");
        sheet.write_with_format(row, 2, at(1, *day), &date).expect("a cell");
        sheet.write_with_format(row, 3, at(2, *day), &date).expect("a cell");
        sheet.write(row, 4, *amount).expect("a cell");
        sheet.write(row, 5, "two\nlines, \"quoted\"").expect("a cell");
    }
    let bytes = book.save_to_buffer().expect("bytes");
    let preview = inspect(&bytes, "book.xlsx", None).expect("a preview");
    assert_eq!((preview.format, preview.header_line, preview.sheets.len()), (Format::Workbook, 3, 2));
    let batch = with(&bytes, &[], |_| {}).expect("a batch");
    assert_eq!(batch.problems, []);
    assert_eq!(
        owed(&batch),
        [("1001".into(), "1234.50".into(), "0".into()), ("1002".into(), "0.30".into(), "0".into())]
    );
    assert_eq!(dates(&batch)[1], ("2024-01-06".into(), "2024-02-06".into()));
    assert_eq!(warned(&batch, "binary fractions"), Some((1, vec![5])));
    let refused = inspect(&bytes, "book.xlsx", Some("Closed"));
    assert!(matches!(refused, Err(IntakeError::UnknownSheet { .. })));
}

#[test]
fn several_files_of_one_source_join() {
    let invoices = Mapping::new("billing", FileKind::Invoices)
        .with(Field::AccountId, "Acct")
        .with(Field::InvoiceId, "Inv")
        .with(Field::InvoiceDate, "Date")
        .with(Field::DueDate, "Due")
        .with(Field::Amount, "Amount");
    let invoices = run(
        "Acct,Inv,Date,Due,Amount\nA1,1,2024-01-01,2024-02-01,100.00\nA1,2,2024-02-01,2024-03-01,50.00\nA2,3,2024-02-01,2024-03-01,7.00\n",
        &invoices,
    );
    let customers = Mapping::new("billing", FileKind::Customers)
        .with(Field::CustomerId, "No")
        .with(Field::CustomerName, "Name")
        .with(Field::Email, "Email")
        .with(Field::Zip, "ZIP");
    let customers = run("No,Name,Email,ZIP\n7,Acme,a@example.com;b@example.com,2108\n8,Bolt,,60601\n", &customers);
    let accounts = Mapping::new("billing", FileKind::Accounts)
        .with(Field::AccountId, "Acct")
        .with(Field::CustomerId, "Customer")
        .with(Field::OpenedDate, "Opened")
        .with(Field::Autopay, "Autopay");
    let accounts = run("Acct,Customer,Opened,Autopay\nA1,7,2020-01-01,Y\nA2,8,2021-01-01,N\n", &accounts);
    let services = Mapping::new("billing", FileKind::Services)
        .with(Field::AccountId, "Acct")
        .with(Field::Product, "Product")
        .with(Field::ServiceState, "State");
    let services = run("Acct,Product,State\nA1,Internet 300,Active\nA2,Voice,Suspended\n", &services);
    let payments = Mapping::new("billing", FileKind::Payments)
        .with(Field::AccountId, "Acct")
        .with(Field::Reference, "Check")
        .with(Field::PostedDate, "Posted")
        .with(Field::Amount, "Amount")
        .with(Field::InvoiceId, "Inv");
    let payments = run(
        "Acct,Check,Posted,Amount,Inv\nA1,501,2024-02-10,100.00,1\nA1,501,2024-02-10,20.00,2\nA2,9,2024-02-11,3.00,\n",
        &payments,
    );
    let credits = Mapping::new("billing", FileKind::Credits)
        .with(Field::AccountId, "Acct")
        .with(Field::PostedDate, "Posted")
        .with(Field::Amount, "Amount");
    let credits = run("Acct,Posted,Amount\nA2,2024-02-12,-1.50\n", &credits);
    let all = combine(vec![invoices, customers, accounts, services, payments, credits]);
    let names: Vec<_> = all.customers.iter().map(|c| (c.reference.as_str(), c.name.as_str())).collect();
    assert_eq!(names, [("7", "Acme"), ("8", "Bolt")]);
    assert_eq!(all.customers[0].address.zip, "02108");
    assert_eq!(all.customers[0].points.len(), 2);
    assert_eq!(all.accounts.len(), 2);
    assert!(all.accounts.iter().all(|a| all.customers.iter().any(|c| c.id == a.customer)));
    assert!(all.accounts[0].autopay && all.accounts[0].opened.is_some());
    assert_eq!(all.payments.len(), 3);
    assert_eq!(all.payments[2].kind, PaymentKind::Credit);
    let day: NaiveDate = "2024-06-01".parse().expect("a date");
    let paid = paid_by_invoice(&all.payments, day);
    let open: Vec<_> = all
        .invoices
        .iter()
        .map(|i| open_on(i, paid.get(&i.id).copied().unwrap_or_default(), day).to_string())
        .collect();
    assert_eq!(open, ["0.00", "30.00", "7.00"]);
}

#[test]
fn a_mapping_is_saved_as_text_and_reads_the_same() {
    let text = "Customer,Invoice number,Due date,Amount\nA,1,2024-05-01,5.00\n";
    let mapping = inspect(text.as_bytes(), "f", None).expect("a preview").mapping("billing");
    let saved = serde_json::to_string(&mapping).expect("text");
    let loaded: Mapping = serde_json::from_str(&saved).expect("a mapping");
    assert_eq!(loaded, mapping);
    assert_eq!(run(text, &loaded), run(text, &mapping));
}

#[test]
fn an_import_reports_progress_and_can_be_cancelled() {
    let mut text = String::from("Customer,Invoice number,Due date,Amount\n");
    for n in 0..70_000 {
        writeln!(text, "A,{n},2024-05-01,5.00").expect("a string takes it");
    }
    let mapping = inspect(text.as_bytes(), "f", None).expect("a preview").mapping("billing");
    let mut heard = Vec::new();
    let batch = read(text.as_bytes(), &mapping, &mut |done, total| {
        heard.push((done, total));
        ControlFlow::Continue(())
    });
    assert_eq!(batch.expect("a batch").accepted, 70_000);
    assert!(heard.len() >= 3 && heard.is_sorted());
    assert_eq!(heard.last(), Some(&(70_000, 70_000)));
    let stopped = read(text.as_bytes(), &mapping, &mut |done, _| {
        if done > 0 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
    });
    assert_eq!(stopped, Err(IntakeError::Cancelled));
}

#[test]
fn an_invoice_without_a_date_existed_when_the_extract_was_made() {
    let text = "Customer,Invoice number,Due date,Amount\nA,1,2024-05-01,5.00\nA,2,2024-09-01,5.00\n";
    let day: NaiveDate = "2024-04-15".parse().expect("a date");
    let batch = with(text.as_bytes(), &[], |o| o.extract_date = Some(day)).expect("a batch");
    assert!(batch.invoices.iter().all(|invoice| invoice.date == day));
    assert_eq!(dates(&clean(text))[1].0, "2024-05-01");
}

#[test]
fn the_made_up_portfolio_is_the_same_each_time_and_reaches_nobody() {
    let day: NaiveDate = "2026-06-30".parse().expect("a date");
    let batch = portfolio(7, 400, day);
    assert_eq!(batch, portfolio(7, 400, day));
    assert_ne!(batch, portfolio(8, 400, day));
    assert_eq!((batch.accounts.len(), batch.customers.len()), (400, 380));
    for point in batch.customers.iter().flat_map(|customer| &customer.points) {
        let nobody = point.value.contains("-555-01")
            || point.value.rsplit('@').next().is_some_and(|host| host.starts_with("example."));
        assert!(nobody, "{}", point.value);
    }
    let states: std::collections::BTreeSet<_> = batch.customers.iter().map(|c| c.address.state.as_str()).collect();
    assert!(states.len() > 20);
    assert!(batch.invoices.iter().any(|invoice| invoice.disputed));
    assert!(batch.payments.iter().any(|payment| payment.kind == PaymentKind::Credit));
    assert!(batch.payments.iter().all(|payment| payment.amount.is_positive() && payment.posted <= day));
    assert!(batch.invoices.iter().all(|invoice| invoice.amount.is_positive() && invoice.date <= day));
    let one = bulk(7, 50, 10, day);
    assert_eq!(one.invoices.len(), 500);
}

/// Open, past due and unapplied of a batch, per currency.
fn figures(batch: &Batch, day: NaiveDate) -> Vec<(Currency, Decimal, Decimal, Decimal)> {
    let mut all = std::collections::BTreeMap::new();
    for account in &batch.accounts {
        let facts = domain::facts::Facts {
            customer: batch.customers[0].clone(),
            account: account.clone(),
            services: Vec::new(),
            invoices: batch.invoices.iter().filter(|i| i.account == account.id).cloned().collect(),
            payments: batch.payments.iter().filter(|p| p.account == account.id).cloned().collect(),
            disputes: Vec::new(),
            holds: Vec::new(),
            arrangements: Vec::new(),
            contacts: Vec::new(),
            follow_ups: Vec::new(),
            steps: Vec::new(),
            ..domain::testkit::facts()
        };
        for aging in age(&facts, &AgingPolicy::default(), day) {
            let sums = all.entry(aging.currency).or_insert([Decimal::ZERO; 3]);
            for (sum, part) in sums.iter_mut().zip([aging.open, aging.past_due, aging.unapplied]) {
                *sum += part;
            }
        }
    }
    all.into_iter().map(|(currency, [open, past, unapplied])| (currency, open, past, unapplied)).collect()
}

#[test]
fn the_portfolio_as_csv_reads_back_to_the_same_accounts_and_balances() {
    let day: NaiveDate = "2026-06-30".parse().expect("a date");
    let batch = portfolio(11, 200, day);
    let text = to_csv(&batch, day);
    let mapping = inspect(text.as_bytes(), "sample.csv", None).expect("a preview").mapping("sample");
    let back = run(&text, &mapping);
    let by_id = |batch: &Batch| {
        let mut customers = batch.customers.clone();
        customers.sort_by_key(|customer| customer.id);
        let mut ids: Vec<_> = batch.invoices.iter().map(|invoice| (invoice.id, invoice.account, invoice.due)).collect();
        ids.sort();
        (customers, ids)
    };
    assert_eq!(by_id(&back), by_id(&batch));
    let mut expected = figures(&batch, day);
    // A returned check's money is open again in both; the extract has no unapplied cash of its own.
    for (_, _, _, unapplied) in &mut expected {
        *unapplied = batch
            .payments
            .iter()
            .filter(|p| p.kind == PaymentKind::Credit && p.counts(day))
            .map(|p| p.amount.amount)
            .sum();
    }
    assert_eq!(figures(&back, day), expected);
}
