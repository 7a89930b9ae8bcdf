//! Encryption and passwords: what is trusted, what is refused, and what the person is told to do.

mod common;

use common::{Certificate, email, now, password, server_with, smtp};
use dunlin_mail::{Outcome, Secret, Security, SetupError, SignIn, Smtp, StepName, Trouble, send, test_connection};

fn trouble(account: dunlin_mail::Account, word: &str) -> Trouble {
    smtp(account, password(word)).ready(now()).expect_err("refused")
}

#[test]
fn tls_and_starttls_both_deliver_encrypted_and_signed_in() {
    let Some(server) = common::server() else {
        return;
    };
    for security in [Security::Tls, Security::StartTls] {
        let mut transport = smtp(server.account(security), password("correct"));
        let outcome = send(email(1, "anna@example.com"), &mut transport, now()).expect("well");
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    }
    for message in server.messages() {
        assert_eq!(message["tls"], "TLSv1.3");
        assert_eq!(message["user"], "billing@example.com");
    }
}

#[test]
fn plain_and_login_are_both_spoken() {
    for methods in ["PLAIN", "LOGIN"] {
        let Some(server) = server_with(Certificate::Good, methods) else {
            return;
        };
        let outcome = send(email(1, "anna@example.com"), &mut server.transport(), now()).expect("well");
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{methods}: {outcome:?}");
    }
}

#[test]
fn a_wrong_password_stops_the_queue_and_says_what_to_do() {
    let Some(server) = common::server() else {
        return;
    };
    let account = server.account(Security::StartTls);
    let wrong = trouble(account.clone(), "wrong");
    assert_eq!(wrong.code(), "mail_password");
    assert!(!wrong.passes());
    assert_eq!(
        wrong.to_string(),
        "localhost refused the password of billing@example.com: 535 5.7.8 the password is wrong; enter the password again"
    );
    let user =
        |name: &str| dunlin_mail::Account { sign_in: SignIn::Password { user: name.to_owned() }, ..account.clone() };
    assert!(trouble(user("app-only"), "correct").to_string().contains("make an app password"));
    let busy = trouble(user("busy"), "correct");
    assert!(busy.passes(), "{busy}");
    assert!(server.messages().is_empty());
}

#[test]
fn a_server_without_our_way_of_signing_in_is_named() {
    let Some(server) = server_with(Certificate::Good, "XOAUTH2") else {
        return;
    };
    let none = trouble(server.account(Security::StartTls), "correct");
    assert_eq!(none.code(), "mail_method");
}

#[test]
fn certificates_that_can_t_be_trusted_are_named_with_what_to_do() {
    for (certificate, words) in [
        (Certificate::Expired, "it has expired; check this computer's date"),
        (Certificate::OtherName, "it is made out to another name"),
    ] {
        let Some(server) = server_with(certificate, "PLAIN") else {
            return;
        };
        for security in [Security::Tls, Security::StartTls] {
            let refused = trouble(server.account(security), "correct");
            assert_eq!(refused.code(), "mail_certificate", "{refused}");
            assert!(refused.to_string().contains(words), "{refused}");
        }
    }
    let Some(server) = common::server() else {
        return;
    };
    let mut account = server.account(Security::StartTls);
    account.extra_roots = None;
    let unknown = trouble(account, "correct");
    assert!(unknown.to_string().contains("its issuer is not known here"), "{unknown}");
    assert_eq!(server.stats()["attempts"], serde_json::json!({}), "nothing was said unencrypted");
}

#[test]
fn the_wrong_port_for_the_kind_of_encryption_is_told() {
    let Some(server) = common::server() else {
        return;
    };
    let mut account = server.account(Security::Tls);
    account.port = server.port("starttls");
    let wrong = trouble(account, "correct");
    assert_eq!(wrong.code(), "mail_encryption", "{wrong}");
    assert!(wrong.to_string().contains("choose STARTTLS"), "{wrong}");
}

#[test]
fn a_server_that_offers_no_starttls_gets_no_password() {
    // A server that would take a password in the clear.
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let heard = std::thread::spawn(move || {
        use std::io::{BufRead, BufReader, Write};
        let (mut stream, _) = listener.accept().expect("a client");
        let mut heard = String::new();
        stream.write_all(b"220 old.example.com\r\n").expect("writes");
        let mut lines = BufReader::new(stream.try_clone().expect("a clone"));
        let mut line = String::new();
        while lines.read_line(&mut line).unwrap_or(0) > 0 {
            if line.starts_with("EHLO") {
                stream.write_all(b"250-old.example.com\r\n250 AUTH PLAIN LOGIN\r\n").expect("writes");
            }
            heard.push_str(&line);
            line.clear();
        }
        heard
    });
    let sign_in = SignIn::Password { user: "billing@example.com".to_owned() };
    let account = dunlin_mail::Account::generic("localhost", port, Security::StartTls, "billing@example.com", sign_in);
    let refused = trouble(account, "correct");
    assert!(refused.to_string().contains("nothing is sent unencrypted"), "{refused}");
    let heard = heard.join().expect("heard");
    assert!(!heard.contains("AUTH") && !heard.contains("MAIL"), "{heard}");
}

#[test]
fn the_test_button_names_each_step() {
    let Some(server) = common::server() else {
        return;
    };
    let account = server.account(Security::StartTls);
    let names = |report: &dunlin_mail::Report| report.steps.iter().map(|step| step.name).collect::<Vec<_>>();

    let (report, _) = test_connection(&account, password("correct"), true, now());
    assert!(report.passed(), "{report:?}");
    assert_eq!(
        names(&report),
        [
            StepName::Settings,
            StepName::Reach,
            StepName::Encrypt,
            StepName::SignIn,
            StepName::Answer,
            StepName::MailToSelf
        ]
    );
    assert_eq!(report.steps[2].result.as_deref().ok(), Some("TLS 1.3, certificate trusted"));
    assert_eq!(server.messages()[0]["to"], serde_json::json!(["billing@example.com"]));
    assert_eq!(server.messages().len(), 1);

    let (report, _) = test_connection(&account, password("wrong"), true, now());
    assert!(!report.passed());
    assert_eq!(report.steps.len(), 4);
    assert!(matches!(report.trouble(), Some(Trouble::PasswordRefused { .. })));
    assert_eq!(server.messages().len(), 1, "no mail without signing in");

    let (report, _) = test_connection(&account, password("correct"), false, now());
    assert!(report.passed());
    assert_eq!(server.messages().len(), 1, "no mail unless asked");
}

#[test]
fn settings_that_can_t_work_are_told_before_anything_is_tried() {
    let sign_in = |user: &str| SignIn::Password { user: user.to_owned() };
    let account = |host: &str, address: &str| {
        dunlin_mail::Account::generic(host, 587, Security::StartTls, address, sign_in("billing"))
    };
    let told = |account, secret| Smtp::new(account, secret).expect_err("told").to_string();
    assert!(told(account("", "billing@example.com"), password("x")).contains("no server name"));
    assert!(told(account("mail.example.com", "billing"), password("x")).contains("not an email address"));
    let wrong = Smtp::new(account("mail.example.com", "billing@example.com"), common::refresh("x"));
    assert!(matches!(wrong, Err(SetupError::WrongSecret)));
    let mut missing = account("mail.example.com", "billing@example.com");
    missing.extra_roots = Some("no-such-file.pem".into());
    let (report, _) = test_connection(&missing, password("x"), false, now());
    assert!(!report.passed());
}

#[test]
fn secrets_are_never_shown() {
    let word = "hunter2-secret";
    let secret = Secret::Refresh { token: word.to_owned().into(), client_secret: Some(word.to_owned().into()) };
    assert!(!format!("{:?} {:?}", secret, password(word)).contains("hunter2"));
    let account = dunlin_mail::Account::gmail_app_password("billing@example.com");
    let transport = smtp(account, password(word));
    assert!(!format!("{transport:?}").contains("hunter2"));
}
