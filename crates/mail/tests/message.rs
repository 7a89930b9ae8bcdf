//! What arrives: parsed by another library than the one that wrote it.

mod common;

use common::{attachment, email, letterhead, now, with};
use domain::arrangement::{Arrangement, ArrangementKind, Installment};
use domain::email::{Block, Delivery, Mailbox, compose};
use domain::ids::{ArrangementId, OutboxId};
use domain::outbox::Channel;
use domain::template::{Kind, Occasion, builtin};
use domain::testkit;
use dunlin_mail::{Memory, Outcome, Transport, preview, send};
use mail_parser::{Address, Message, MessageParser, MimeHeaders, PartType};
use proptest::prelude::*;

fn sent(cleared: domain::compliance::Cleared<domain::email::Email>) -> Vec<u8> {
    let memory = Memory::default();
    let outcome = send(cleared, &mut Transport::Memory(memory.clone()), now()).expect("kept");
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    memory.sent().remove(0).raw
}

fn parse(raw: &[u8]) -> Message<'_> {
    MessageParser::default().parse(raw).expect("a message")
}

fn first<'a>(address: Option<&'a Address<'a>>) -> (&'a str, &'a str) {
    let one = address.and_then(Address::first).expect("an address");
    (one.name().unwrap_or_default(), one.address().unwrap_or_default())
}

#[test]
fn both_parts_say_the_same_and_the_opt_out_is_in_both() {
    let raw = sent(email(1, "anna@example.com"));
    let message = parse(&raw);
    let html = message.body_html(0).expect("HTML");
    let plain = message.body_text(0).expect("plain");
    for words in ["Sample Customer", "INV-1", "$120.00", "$200.00", "To stop emails", "optout@example.com"] {
        assert!(plain.contains(words), "plain lacks {words}:\n{plain}");
        assert!(html.contains(words), "HTML lacks {words}:\n{html}");
    }
    assert!(html.contains("open <a href=\"https://www.example.com/optout?a=1&amp;b=2\">"), "{html}");
    assert_eq!(first(message.from()), ("Example Telecom", "billing@example.com"));
    assert_eq!(first(message.to()), ("Sample Customer", "anna@example.com"));
    assert_eq!(message.subject(), Some("Past-due balance on account A-1001"));
    assert_eq!(message.date().expect("a date").to_rfc3339(), "2026-03-10T17:00:00Z");
    assert_eq!(
        message.header_raw("List-Unsubscribe").expect("a header").trim(),
        "<mailto:optout@example.com?subject=UNSUBSCRIBE>,\r\n <https://www.example.com/optout?a=1&b=2>"
    );
    assert!(message.header("Auto-Submitted").is_none());
    assert!(message.header("Bcc").is_none());
}

#[test]
fn nothing_is_fetched_from_anywhere_when_it_is_read() {
    let raw = sent(email(1, "anna@example.com"));
    let html = parse(&raw).body_html(0).expect("HTML").to_lowercase();
    for fetching in ["<img", "<script", "<link", "<iframe", "src=", "url(", "@import", "<form", "background="] {
        assert!(!html.contains(fetching), "{fetching}");
    }
}

#[test]
fn the_same_email_at_the_same_moment_is_the_same_bytes() {
    let with_form = || {
        with(3, "anna@example.com", |email| {
            email.attachments.push(attachment("form.pdf", vec![1, 2, 3]));
        })
    };
    assert_eq!(sent(with_form()), sent(with_form()));
}

#[test]
fn every_line_fits_the_wire() {
    let raw = sent(with(1, "anna@example.com", |email| {
        email.body.push(Block::Paragraph("word ".repeat(2_000)));
        email.body.push(Block::Paragraph("\u{e9}".repeat(3_000)));
        email.subject = "Überfällig ".repeat(40);
    }));
    assert!(raw.is_ascii());
    assert!(raw.split(|byte| *byte == b'\n').all(|line| line.len() <= 998));
    let bare = raw.windows(2).filter(|pair| pair[1] == b'\n' && pair[0] != b'\r').count();
    assert_eq!(bare, 0, "every line ends with CRLF");
    assert!(parse(&raw).subject().expect("a subject").starts_with("Überfällig Überfällig"));
}

#[test]
fn unicode_survives_in_names_subject_body_and_file_names() {
    let raw = sent(with(1, "anna@example.com", |email| {
        email.to = Mailbox::new("Société Générale, Zürich \"Süd\" 株式会社", "anna@example.com").expect("stands");
        email.subject = "Zahlungserinnerung für Konto № 7 – 株式会社 📄".to_owned();
        email.body.push(Block::Paragraph("Grüße, Żółć, 株式会社 & <b>no tags</b>".to_owned()));
        email.attachments.push(attachment("Einzugsermächtigung – Größe.pdf", b"%PDF".to_vec()));
    }));
    let message = parse(&raw);
    assert_eq!(first(message.to()).0, "Société Générale, Zürich \"Süd\" 株式会社");
    assert_eq!(message.subject(), Some("Zahlungserinnerung für Konto № 7 – 株式会社 📄"));
    assert!(message.body_text(0).expect("plain").contains("Grüße, Żółć, 株式会社 & <b>no tags</b>"));
    assert!(message.body_html(0).expect("HTML").contains("株式会社 &amp; &lt;b&gt;no tags&lt;/b&gt;"));
    let part = message.attachment(0).expect("an attachment");
    assert_eq!(part.attachment_name(), Some("Einzugsermächtigung – Größe.pdf"));
}

#[test]
fn attachments_arrive_byte_for_byte_with_their_type() {
    // Text that a text encoding would have changed.
    let bytes = b"%PDF-1.7\nline\r\nline\rFrom here\n.\n..\n\xff\x00".to_vec();
    let raw = sent(with(1, "anna@example.com", |email| {
        email.attachments.push(attachment("authorization form.pdf", bytes.clone()));
        email.attachments.push(attachment("../../etc/passwd", b"plain".to_vec()));
    }));
    let message = parse(&raw);
    assert_eq!(message.attachment_count(), 2);
    let part = message.attachment(0).expect("an attachment");
    assert_eq!(part.contents(), bytes);
    assert_eq!(part.attachment_name(), Some("authorization form.pdf"));
    assert!(part.is_content_type("application", "pdf"));
    assert!(!message.attachment(1).expect("another").attachment_name().expect("a name").contains('/'));
}

#[test]
fn a_header_can_t_be_smuggled_through_anything_a_person_typed() {
    let evil = "x\r\nBcc: all@example.com\r\n\r\nbody";
    let raw = sent(with(1, "anna@example.com", |email| {
        email.subject = evil.to_owned();
        email.from.name = evil.to_owned();
        email.to.name = evil.to_owned();
        email.attachments.push(attachment(evil, b"x".to_vec()));
        if let Some(opt_out) = &mut email.opt_out {
            opt_out.link = Some(format!("https://example.com/{evil}"));
        }
    }));
    let message = parse(&raw);
    assert!(message.bcc().is_none());
    let head = String::from_utf8_lossy(&raw);
    let head = head.split("\r\n\r\n").next().expect("a head");
    assert!(!head.lines().any(|line| line.to_lowercase().starts_with("bcc")), "{head}");
    assert!(message.parts.iter().all(|part| !matches!(part.body, PartType::Message(_))));
}

#[test]
fn an_account_s_emails_make_one_conversation() {
    let first = sent(email(1, "anna@example.com"));
    let second = sent(with(2, "anna@example.com", |email| {
        email.thread = email.thread.after(Some(OutboxId(uuid::Uuid::from_u128(1))));
    }));
    let (first, second) = (parse(&first), parse(&second));
    let id = first.message_id().expect("an id");
    assert!(id.ends_with("@example.com"));
    assert_eq!(second.in_reply_to().as_text(), Some(id));
    let root = first.references().as_text().expect("a root").to_owned();
    let both = second.references().as_text_list().expect("two");
    assert_eq!(both, [root.as_str(), id]);
}

#[test]
fn an_arrangement_confirmation_shows_its_schedule_in_both_parts() {
    let facts = common::facts("anna@example.com");
    let one = |day, cents| Installment { due: testkit::day(2026, 4, day), amount: testkit::usd(cents) };
    let agreed = Arrangement {
        id: ArrangementId(uuid::Uuid::from_u128(9)),
        kind: ArrangementKind::Installments,
        agreed: now(),
        agreed_on: now().date_naive(),
        before: vec![],
        covers: facts.invoices.iter().map(|invoice| invoice.id).collect(),
        installments: vec![one(1, 5_000), one(15, 15_000)],
        policy_version: 1,
        approved_by: None,
        cancelled: None,
    };
    let head = letterhead();
    let occasion = Occasion {
        arrangement: Some(&agreed),
        ..Occasion::new(Kind::ArrangementConfirmation, now().date_naive(), &head)
    };
    let text = builtin(Kind::ArrangementConfirmation, Channel::Email, facts.account.mode);
    let delivery: Delivery = common::delivery(4, "anna@example.com");
    let email = compose(&facts, &text, &occasion, delivery).expect("composes");
    let shown = preview(&email);
    let raw = sent(testkit::cleared(email, &facts));
    let message = parse(&raw);
    let plain = message.body_text(0).expect("plain").replace("\r\n", "\n");
    assert!(
        plain.contains(
            "Payment schedule:\n\n\
             No.  Due            Amount\n\
             --------------------------\n\
             1    Apr 1, 2026    $50.00\n\
             2    Apr 15, 2026  $150.00\n\
             --------------------------\n\
             Total              $200.00\n"
        ),
        "{plain}"
    );
    assert!(message.body_html(0).expect("HTML").contains(">$150.00</td>"));
    // What was previewed is what left.
    assert_eq!(shown.plain, plain);
    assert_eq!(shown.html, message.body_html(0).expect("HTML").replace("\r\n", "\n"));
    assert_eq!(Some(shown.subject.as_str()), message.subject());
    assert!(!shown.fragment.contains("style="), "{}", shown.fragment);
    assert!(shown.fragment.contains("<th scope=\"col\">Due</th>"));
}

#[test]
fn an_enrollment_email_carries_the_form() {
    let facts = common::facts("anna@example.com");
    let mut delivery = common::delivery(4, "anna@example.com");
    delivery.attachments.push(attachment("ACH authorization.pdf", b"%PDF-1.7".to_vec()));
    let email = common::composed(Kind::AchEnrollment, &facts, delivery);
    let raw = sent(testkit::cleared(email, &facts));
    let message = parse(&raw);
    assert_eq!(message.attachment(0).expect("the form").contents(), b"%PDF-1.7");
    assert!(message.body_text(0).expect("plain").contains("The form is attached"));
}

#[test]
fn a_media_type_that_is_none_is_refused_before_anything_leaves() {
    let memory = Memory::default();
    let wrong = with(1, "anna@example.com", |email| {
        let mut form = attachment("form.pdf", vec![]);
        form.media_type = "pdf\r\nX: y".to_owned();
        email.attachments.push(form);
    });
    let outcome = send(wrong, &mut Transport::Memory(memory.clone()), now()).expect("judged");
    assert!(matches!(&outcome, Outcome::Rejected { why } if why.contains("form.pdf")), "{outcome:?}");
    assert!(memory.sent().is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn whatever_a_person_types_arrives_and_stays_in_its_place(
        name in "\\PC{0,60}|[\\x00-\\x7f]{0,40}|.{0,40}",
        subject in "[\\x00-\\x7f]{1,60}|.{1,120}",
        words in "(?s).{1,300}",
        file in "[\\x00-\\x7f]{0,40}|.{1,80}",
    ) {
        let raw = sent(with(1, "anna@example.com", |email| {
            email.from.name = name.clone();
            email.to.name = name;
            email.subject = subject;
            email.body.push(Block::Paragraph(words));
            email.attachments.push(attachment(&file, b"%PDF".to_vec()));
        }));
        prop_assert!(raw.is_ascii());
        let message = parse(&raw);
        prop_assert_eq!(first(message.from()).1, "billing@example.com");
        prop_assert_eq!(first(message.to()).1, "anna@example.com");
        prop_assert!(message.bcc().is_none());
        prop_assert_eq!(message.attachment_count(), 1);
        prop_assert_eq!(message.attachment(0).expect("the file").contents(), b"%PDF");
        prop_assert!(message.body_text(0).expect("plain").contains("To stop emails"));
    }
}
