//! Shapes of files: delimiters inside quotes, damaged encodings, reports with lone lines, headings in
//! other languages, addresses, and mappings that say nothing.

mod common;

use std::fmt::Write;

use common::{auto, clean, lines, problems, warned, with};
use domain::account::PointKind;
use domain::money::Currency;
use dunlin_intake as intake;
use intake::{Batch, IntakeError, inspect};

fn emails(batch: &Batch) -> Vec<&str> {
    let points = batch.customers.iter().flat_map(|customer| &customer.points);
    points.filter(|point| point.kind == PointKind::Email).map(|point| point.value.as_str()).collect()
}

#[test]
fn semicolons_inside_quotes_are_no_delimiters() {
    let mut text = String::from("Customer ID,Customer Name,Invoice Number,Invoice Date,Due Date,Amount,Notes\n");
    for n in 0..20 {
        writeln!(text, "C{n},Cust {n},I{n},2026-09-01,2026-10-01,100.00,\"called; left msg; pay; a; b; c;d;e;f\"")
            .expect("text");
    }
    assert_eq!(clean(&text).accepted, 20);
    let text = "Customer^Invoice number^Due date^Amount\nA^1^2026-10-01^1.00\n";
    assert_eq!(inspect(text.as_bytes(), "f", None).expect("a preview").delimiter, Some('^'));
}

#[test]
fn one_broken_letter_does_not_turn_the_whole_file() {
    let head = "Customer,Invoice number,Due date,Amount\n";
    let mut bytes = format!("{head}Müller,1,2026-10-01,1.00\n").into_bytes();
    bytes.extend(b"Pe\xf1a,2,2026-10-01,1.00\n");
    let batch = with(&bytes, &[], |_| {}).expect("a batch");
    assert_eq!((lines(&batch.problems), batch.customers[0].name.as_str()), (vec![3], "Müller"));
    let batch = clean(&format!("{head}MÃ¼ller,1,2026-10-01,1.00\nSÃO LUÍS,2,2026-10-01,1.00\n"));
    assert_eq!(warned(&batch, "decoded twice"), Some((1, vec![2])));
}

#[test]
fn lone_headings_repeated_page_heads_and_control_totals() {
    let head = "Customer,Transaction Type,Date,Document Number,Due Date,Open Balance\n";
    let text = format!(
        "Foundry Inc\nA/R Aging\n\n{head}17 Duff\n,Invoice,6/17/2026,1,8/1/2026,100.00\n,Invoice,6/18/2026,2,8/2/2026,50.00\n\
         Total - 17 Duff,,,,,150.00\nPage 1 of 2\n\nFoundry Inc\n{head}\"19 Hooli, The\"\n,Invoice,6/19/2026,3,8/2/2026,7.00\n\
         Total - 19 Hooli,,,,,7.00\nTotal,,,,,157.00\n*** End of report ***\n"
    );
    let batch = clean(&text);
    let names: Vec<_> = batch.customers.iter().map(|one| one.name.as_str()).collect();
    assert_eq!((names, batch.accepted), (vec!["17 Duff", "19 Hooli, The"], 3));
    // A last line that is cut off names nobody.
    assert_eq!(problems(&format!("{text}20 Sto")).len(), 1);
    // Where rows name their customers, a lone cell is damage.
    let head = "Customer|Invoice number|Due date|Amount\n";
    let rows = "A|1|2026-10-01|1.00\nB|2|2026-10-01|2.00\n";
    assert_eq!(lines(&problems(&format!("{head}{rows}<<<<<<< HEAD\nC|3|2026-10-01|2.00\n"))), [4]);
    assert_eq!(clean(&format!("H|20261122\n{head}{rows}T|2|3.00\n")).accepted, 2);
    assert_eq!(lines(&problems(&format!("{head}{rows}T|3|3.00\n"))), [4]);
    let footer = clean(&format!("{}{}Seite 1 von 2\n", head.replace('|', ","), rows.replace('|', ",")));
    assert_eq!(footer.accepted, 2);
}

#[test]
fn headings_in_seven_languages() {
    for head in [
        "Kundennummer;Name 1;Rechnungsnummer;Rechnungsdatum;Fälligkeitsdatum;Rechnungsbetrag;Offener Betrag;Währung;Postleitzahl",
        "Kunde;Name 1;Belegnummer;Belegdatum;Nettofälligkeit;Betrag in HW;Restbetrag;Währung;PLZ",
        "N° client;Client;N° facture;Date facture;Date échéance;Montant TTC;Reste à payer;Devise;Code postal",
        "Código cliente;Cliente;Factura;Fecha factura;Fecha vencimiento;Importe;Pendiente;Moneda;Código postal",
        "Codice cliente;Ragione sociale;N. fattura;Data fattura;Data scadenza;Importo totale;Residuo;Valuta;CAP",
        "Klantnummer;Klantnaam;Factuurnummer;Factuurdatum;Vervaldatum;Factuurbedrag;Openstaand;Valuta;Postcode",
        "Código do cliente;Razão social;Nº fatura;Data de emissão;Data de vencimento;Valor total;Em aberto;Moeda;CEP",
    ] {
        let batch = clean(&format!(
            "{head}\n100;Müller;R1;01.09.2026;15.10.2026;100,00;40,00;EUR;80331\n200;Müller;R2;13.09.2026;13.10.2026;50,00;50,00;EUR;80331\n"
        ));
        let found: Vec<_> = batch.customers.iter().map(|one| (one.reference.as_str(), one.name.as_str())).collect();
        assert_eq!(found, [("100", "Müller"), ("200", "Müller")], "{head}");
        assert_eq!(batch.totals[0].open.to_string(), "90.00", "{head}");
        assert_eq!(batch.invoices[0].due.to_string(), "2026-10-15", "{head}");
        assert_eq!(batch.customers[0].address.zip, "80331", "{head}");
    }
    let batch = clean(
        "account_external_key,account_name,invoice_number,invoice_date,due_date,amount,balance,currency,Bill To: Work Email\n\
         A,Acme,1,2026-09-01,2026-10-01,10.00,10.00,USD,a@b.org\nB,Acme,1,2026-09-01,2026-10-01,20.00,20.00,USD,\n",
    );
    assert_eq!((batch.accounts.len(), batch.accepted), (2, 2));
    assert_eq!(emails(&batch), ["a@b.org"]);
}

#[test]
fn an_exact_heading_of_addresses_wins_and_bad_ones_are_told() {
    let head = "Customer,Invoice number,Due date,Amount,Email\n";
    let batch = clean(&format!("{head}A,1,2026-10-01,1.00,not-an-email\nB,2,2026-10-01,1.00,e@f.org\n"));
    assert_eq!(emails(&batch), ["e@f.org"]);
    assert_eq!(warned(&batch, "not-an-email"), Some((1, vec![2])));
    let batch = clean(&format!(
        "{head}A,1,2026-10-01,1.00,Jo <jo@f.org>\nB,2,2026-10-01,1.00,MAILTO:z@z.org\nC,3,2026-10-01,1.00,a@b.org; c@d.org\nD,4,2026-10-01,1.00,jo@bücher.de\n"
    ));
    assert_eq!(emails(&batch), ["jo@f.org", "z@z.org", "a@b.org", "c@d.org", "jo@xn--bcher-kva.de"]);
    let batch = clean(&format!("{head}A,1,2026-10-01,1.00,jö@bücher.de\n"));
    assert!(emails(&batch).is_empty() && warned(&batch, "beyond ASCII").is_some());
}

#[test]
fn mappings_to_what_a_field_can_not_be_are_refused() {
    let text = "Customer,Invoice number,Due date,Amount,Stat\nA,1,2026-10-01,1.00,10\n";
    let refused = |map: &str| with(text.as_bytes(), &[map], |_| {}).expect_err("refused");
    for map in ["status=Stat:10=banana", "status=Stat:10=open,*=gone", "disputed=Stat:10=maybe", "currency=Stat:10=QQQ"]
    {
        assert!(matches!(refused(map), IntakeError::BadMeaning { .. }), "{map}");
    }
    assert!(with(text.as_bytes(), &["status=Stat:10=open,*=written_off"], |_| {}).is_ok());
    let code: Currency = "ZZZ".parse().expect("three letters");
    let refused = with(text.as_bytes(), &[], |options| options.currency = Some(code));
    assert!(matches!(refused, Err(IntakeError::UnknownCurrency { .. })));
    assert!(auto(text).is_ok());
}
