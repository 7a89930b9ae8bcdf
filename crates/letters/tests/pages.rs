//! Single letters, looked at by independent programs.

mod common;

use common::{account, cleared, letter, mailing, sender, tools};
use domain::letter::Envelope;
use domain::template::Kind;
use dunlin_letters::{LetterError, Style, check, imb, preview, render};

const INCH: f32 = 72.0;

fn single(facts: &domain::facts::Facts, kind: Kind) -> Vec<u8> {
    render(&cleared(facts, kind, mailing(&sender(), Envelope::SingleWindow, 1)), Style::default()).expect("renders")
}

#[test]
fn a_letter_is_valid_small_and_embeds_its_fonts() {
    let bytes = single(&account(1, 8), Kind::Dunning1);
    assert!(bytes.len() <= 30_000, "{} bytes", bytes.len());
    let path = tools::file("valid", &bytes);
    let path = path.to_str().expect("UTF-8");
    tools::run("qpdf", &["--check", path]);
    if let Some(fonts) = tools::run("pdffonts", &[path]) {
        let rows: Vec<&str> = fonts.lines().skip(2).collect();
        assert_eq!(rows.len(), 2, "{fonts}");
        assert!(rows.iter().all(|row| row.contains("yes yes yes") && row.contains('+')), "{fonts}");
    }
    if let Some(info) = tools::run("pdfinfo", &[path]) {
        assert!(info.contains("First notice - account A-100001"), "{info}");
        assert!(info.contains("Author:          Example Telecom"), "{info}");
    }
}

#[test]
fn the_same_letter_gives_the_same_bytes() {
    assert!(single(&account(1, 8), Kind::Dunning2) == single(&account(1, 8), Kind::Dunning2));
}

#[test]
fn the_window_shows_the_address_and_nothing_else_wherever_the_sheet_slides() {
    // The parts of the sheet that the window shows in every position, less 1/8 in, and in any
    // position: worked out by hand from the envelopes' measures, in inches.
    for (name, envelope, inside, ever) in [
        ("single", Envelope::SingleWindow, [1.0, 2.625, 4.25, 3.375], [-0.125, 2.375, 5.375, 3.625]),
        ("double", Envelope::DoubleWindow, [0.75, 2.25, 3.5, 2.875], [-0.375, 2.0, 4.625, 3.125]),
    ] {
        let facts = account(3, 60);
        let bytes = render(&cleared(&facts, Kind::FinalNotice, mailing(&sender(), envelope, 1)), Style::default());
        let path = tools::file(&format!("window-{name}"), &bytes.expect("renders"));
        let Some(words) = tools::words(&path) else {
            return;
        };
        let [left, top, right, bottom] = ever.map(|edge| edge * INCH);
        let seen: Vec<&tools::Word> = words
            .iter()
            .filter(|word| word.page == 1)
            .filter(|word| word.area[0] < right && word.area[2] > left && word.area[1] < bottom && word.area[3] > top)
            .collect();
        let text: Vec<&str> = seen.iter().map(|word| word.text.as_str()).collect();
        assert_eq!(text.join(" "), "Sample Customer 3 103 Example Street Unit 3 Boise ID 83721", "{name}");
        let [left, top, right, bottom] = inside.map(|edge| edge * INCH);
        for word in seen {
            // pdftotext's boxes reach from the font's ascent to its descent, beyond the ink.
            let [x0, y0, x1, y1] = word.area;
            let fits = x0 >= left - 0.5 && x1 <= right + 0.5 && y0 >= top - 3.0 && y1 <= bottom + 3.0;
            assert!(fits, "{name}: {} at {:?}", word.text, word.area);
        }
    }
}

#[test]
fn the_senders_window_shows_the_return_address() {
    let facts = account(3, 2);
    let bytes =
        render(&cleared(&facts, Kind::Dunning1, mailing(&sender(), Envelope::DoubleWindow, 1)), Style::default());
    let path = tools::file("return-address", &bytes.expect("renders"));
    let Some(words) = tools::words(&path) else {
        return;
    };
    let [left, top, right, bottom] = [-0.375, 0.75, 3.875, 1.75].map(|edge: f32| edge * INCH);
    let seen: Vec<&str> = words
        .iter()
        .filter(|word| word.area[0] < right && word.area[2] > left && word.area[1] < bottom && word.area[3] > top)
        .map(|word| word.text.as_str())
        .collect();
    assert_eq!(seen.join(" "), "Example Telecom 1200 Harbor Way, Suite 4 Boise ID 83701");
}

#[test]
fn the_printed_barcode_reads_back() {
    let facts = account(7, 2);
    let letter = letter(&facts, Kind::Dunning1, mailing(&sender(), Envelope::SingleWindow, 7));
    let code = letter.imb.clone().expect("barcode");
    let expected = imb::encode(&code.tracking, &code.routing).expect("encodes").to_string();
    let path =
        tools::file("barcode", &render(&domain::testkit::cleared(letter, &facts), Style::default()).expect("renders"));
    let Some((width, _, rows)) = tools::pixels(&path, 1, 600) else {
        return;
    };
    // The strip above the address: 0.04 in below the window's upper edge, 0.144 in high.
    let dark = |x: usize, y: usize| rows[y * width + x] < 128;
    // In sixths of its height: the middles of the ascender, tracker and descender are 1, 3 and 5.
    let at = |sixths: usize| 1_525 + 144 * 600 * sixths / 6_000;
    let mut read = String::new();
    let mut x = 590;
    while x < 2_560 {
        if dark(x, at(3)) {
            let start = x;
            while dark(x, at(3)) {
                x += 1;
            }
            // 0.015 to 0.025 in, give or take a dot.
            assert!((8..=15).contains(&(x - start)), "a bar is {} dots wide", x - start);
            let middle = usize::midpoint(start, x);
            read.push(match (dark(middle, at(1)), dark(middle, at(5))) {
                (true, true) => 'F',
                (true, false) => 'A',
                (false, true) => 'D',
                (false, false) => 'T',
            });
        }
        x += 1;
    }
    assert_eq!(read, expected);
}

#[test]
fn the_coupons_code_reads_back() {
    let facts = account(9, 2);
    let letter = letter(&facts, Kind::Dunning2, mailing(&sender(), Envelope::SingleWindow, 9));
    let payload = letter.coupon.as_ref().expect("coupon").qr.clone();
    let path =
        tools::file("code", &render(&domain::testkit::cleared(letter, &facts), Style::default()).expect("renders"));
    let image = path.with_extension("");
    let arguments = ["-r", "200", "-png", "-singlefile", path.to_str().expect("UTF-8"), image.to_str().expect("UTF-8")];
    if tools::run("pdftoppm", &arguments).is_none() {
        return;
    }
    let image = image.with_extension("png");
    if let Some(read) = tools::run("zbarimg", &["-q", "--raw", image.to_str().expect("UTF-8")]) {
        assert_eq!(read.trim(), payload);
    }
}

#[test]
fn names_of_three_alphabets_print_and_read_back() {
    let mut facts = account(4, 1);
    // Decomposed on purpose: it is printed composed.
    facts.customer.name = "Zoe\u{308} Łukasiewicz & Ελένη Юрьева".to_owned();
    let path = tools::file("names", &single(&facts, Kind::Reminder));
    if let Some(text) = tools::run("pdftotext", &["-layout", path.to_str().expect("UTF-8"), "-"]) {
        assert!(text.contains("Dear Zoë Łukasiewicz & Ελένη Юрьева:"), "{text}");
    }
}

#[test]
fn a_character_the_font_lacks_is_an_error_that_names_it_and_the_customer() {
    let mut facts = account(5, 1);
    facts.customer.name = "山田 Sample".to_owned();
    let letter = letter(&facts, Kind::Reminder, mailing(&sender(), Envelope::SingleWindow, 5));
    let error = check(&letter, Style::default()).expect_err("refused");
    assert!(matches!(&error, LetterError::NoGlyph { character: '山', .. }));
    let text = error.to_string();
    assert!(text.contains("A-100005") && text.contains("山田 Sample") && text.contains("U+5C71"), "{text}");
    assert!(render(&domain::testkit::cleared(letter, &facts), Style::default()).is_err());
}

#[test]
fn an_address_beyond_the_window_is_refused_and_six_lines_fit() {
    let mut facts = account(6, 1);
    facts.customer.address.lines =
        vec!["Attention Accounts Payable".to_owned(), "Building 7".to_owned(), "1 Road".to_owned()];
    facts.customer.address.country = "CA".to_owned();
    let mut bare = mailing(&sender(), Envelope::SingleWindow, 6);
    bare.imb = None;
    let six = letter(&facts, Kind::Reminder, bare);
    assert_eq!(six.address.len(), 6);
    check(&six, Style::default()).expect("fits");
    facts.customer.name = "A Customer with a Name so Long that no Window of any Envelope would ever Show it".to_owned();
    let wide = letter(&facts, Kind::Reminder, mailing(&sender(), Envelope::SingleWindow, 6));
    let error = check(&wide, Style::default()).expect_err("refused").to_string();
    assert!(error.contains("has more lines than fit the envelope's window"), "{error}");
    facts.customer.name = "Handelsvertretung".repeat(6);
    let unbroken = letter(&facts, Kind::Reminder, mailing(&sender(), Envelope::SingleWindow, 6));
    let error = check(&unbroken, Style::default()).expect_err("refused").to_string();
    assert!(error.contains("is wider than the envelope's window"), "{error}");
}

#[test]
fn a_long_name_goes_on_in_the_next_line() {
    let mut facts = account(6, 1);
    let name = "A Very Long Company Name of International Holdings of the Pacific Northwest Incorporated";
    facts.customer.name = name.to_owned();
    let path = tools::file("long-name", &single(&facts, Kind::Reminder));
    let Some(boxes) = tools::run("pdftotext", &["-bbox", "-l", "1", path.to_str().expect("UTF-8"), "-"]) else {
        return;
    };
    let of = |word: &str, side: &str| -> f32 {
        let line = boxes.lines().find(|line| line.contains(&format!(">{word}<"))).expect("a word of the name");
        let from = line.find(&format!("{side}=\"")).expect("a box") + side.len() + 2;
        line[from..].split('"').next().expect("a number").parse().expect("a number")
    };
    assert!(of("Incorporated", "yMin") > of("Very", "yMin") + 6.0, "on a line of its own");
    assert!(of("Incorporated", "xMax") <= 5.375 * 72.0, "inside the window");
}

#[test]
fn a_long_table_continues_with_its_header_and_its_running_total() {
    let facts = account(3, 95);
    let path = tools::file("long", &single(&facts, Kind::FinalNotice));
    let Some(text) = tools::run("pdftotext", &["-layout", path.to_str().expect("UTF-8"), "-"]) else {
        return;
    };
    let pages: Vec<&str> = text.trim_end_matches('\u{c}').split('\u{c}').collect();
    assert_eq!(pages.len(), 3);
    for number in 0..95 {
        let id = format!("INV-3-{number} ");
        assert_eq!(text.matches(&id).count(), 1, "{id}");
    }
    let amount = |page: &str, label: &str| -> Option<String> {
        let line = page.lines().find(|line| line.contains(label))?;
        line.split_whitespace().last().map(str::to_owned)
    };
    for (index, page) in pages.iter().enumerate() {
        assert!(page.contains("Days past due"), "page {} lacks the header", index + 1);
        assert!(page.contains(&format!("Page {} of 3", index + 1)));
    }
    for pair in pages.windows(2) {
        let carried = amount(pair[0], "Carried forward").expect("carried");
        assert_eq!(amount(pair[1], "Brought forward"), Some(carried));
        assert!(pair[1].contains("Invoices, continued"));
    }
    let due =
        letter(&facts, Kind::FinalNotice, mailing(&sender(), Envelope::SingleWindow, 1)).amount_due().expect("due");
    assert_eq!(amount(pages[2], "Amount due"), Some(due.pretty()));
}

#[test]
fn a_reprint_and_a_preview_say_what_they_are() {
    let facts = account(8, 100);
    let mut again = mailing(&sender(), Envelope::SingleWindow, 8);
    again.reprint_of = Some(domain::testkit::day(2026, 3, 2));
    let path =
        tools::file("reprint", &render(&cleared(&facts, Kind::Dunning1, again), Style::default()).expect("renders"));
    if let Some(text) = tools::run("pdftotext", &["-layout", path.to_str().expect("UTF-8"), "-"]) {
        assert!(text.contains("REPRINT of letter") && text.contains("March 2, 2026"), "{text}");
        assert_eq!(text.matches("REPRINT").count(), 3, "once a page");
    }
    let sample = letter(&facts, Kind::Dunning1, mailing(&sender(), Envelope::SingleWindow, 8));
    let path = tools::file("preview", &preview(&sample, Style::default()).expect("renders"));
    tools::run("qpdf", &["--check", path.to_str().expect("UTF-8")]);
    for page in 1..=3 {
        // Grey letters across the middle of each page, where a letter has none.
        let Some((_, _, rows)) = tools::pixels(&path, page, 50) else {
            return;
        };
        let grey = rows.iter().filter(|value| (210..228).contains(*value)).count();
        assert!(grey > 4_000, "page {page}: {grey} grey pixels");
    }
}
