//! A run's worth of emails, and a large one.

mod common;

use std::time::Instant;

use common::{attachment, email, now, with};
use dunlin_mail::{Outcome, send};
use mail_parser::{MessageParser, MimeHeaders};

#[test]
fn five_hundred_emails_share_a_few_connections_and_each_arrives_once() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = server.transport();
    let cleared: Vec<_> = (1..=500).map(|number| email(number, &format!("customer{number}@example.com"))).collect();
    let begun = Instant::now();
    for one in cleared {
        let outcome = send(one, &mut transport, now()).expect("well");
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    println!("500 emails in {:.2} s", begun.elapsed().as_secs_f64());
    let messages = server.messages();
    let recipients: std::collections::BTreeSet<_> = messages.iter().map(|one| one["to"][0].to_string()).collect();
    assert_eq!((messages.len(), recipients.len()), (500, 500));
    assert_eq!(server.stats()["connections"], 5, "a fresh connection after every hundred");
}

#[test]
fn dots_at_the_start_of_lines_arrive_as_written() {
    let Some(server) = common::server() else {
        return;
    };
    let words = ".\n..\n.end\nof.line.\n.";
    for (number, filler) in [(1, 0), (2, 200_000)] {
        let dotted = with(1, "anna@example.com", |email| {
            email.body.insert(0, domain::email::Block::Paragraph(words.to_owned()));
            email.attachments.push(attachment("scan.pdf", vec![0; filler]));
        });
        send(dotted, &mut server.transport(), now()).expect("well");
        let raw = server.message(number);
        let message = MessageParser::default().parse(&raw).expect("a message");
        let plain = message.body_text(0).expect("plain").replace("\r\n", "\n");
        assert!(plain.starts_with(&format!("{words}\n\nDear")), "{plain}");
    }
}

#[test]
fn a_large_attachment_arrives_whole() {
    let Some(server) = common::server() else {
        return;
    };
    let bytes: Vec<u8> = (0..10_u32 << 20).map(|index| u8::try_from(index * 31 % 251).unwrap_or(0)).collect();
    let large = with(1, "anna@example.com", |email| {
        email.attachments.push(attachment("scan.pdf", bytes.clone()));
    });
    let outcome = send(large, &mut server.transport(), now()).expect("well");
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    let raw = server.message(1);
    let message = MessageParser::default().parse(&raw).expect("a message");
    let part = message.attachment(0).expect("the scan");
    assert_eq!(part.attachment_name(), Some("scan.pdf"));
    assert!(part.contents() == bytes, "byte for byte");
}

#[test]
fn a_message_beyond_the_server_s_limit_is_refused_for_good() {
    let Some(server) = common::server() else {
        return;
    };
    let huge = with(1, "anna@example.com", |email| {
        email.attachments.push(attachment("scan.pdf", vec![0; 13 << 20]));
    });
    let outcome = send(huge, &mut server.transport(), now()).expect("well");
    assert!(matches!(&outcome, Outcome::Rejected { why } if why.starts_with("552")), "{outcome:?}");
}
