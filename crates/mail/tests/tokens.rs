//! XOAUTH2 against a real sign-in server: tokens are fetched, kept, renewed and rotated, and a
//! permission that has ended sends the person to sign in again.

mod common;

use std::time::Duration;

use common::{email, later, now, refresh, smtp};
use dunlin_mail::{
    BrowserSignIn, OAuthError, OAuthProvider, Outcome, Secret, SecretString, Smtp, Transport, Trouble, send,
    test_connection,
};

fn rotated(transport: &mut Transport) -> Option<SecretString> {
    match transport {
        Transport::Smtp(smtp) => smtp.rotated(),
        _ => None,
    }
}

fn close(transport: &mut Transport) {
    if let Transport::Smtp(smtp) = transport {
        smtp.close();
    }
}

fn refreshes(server: &common::Server, token: &str) -> u64 {
    server.stats()["refreshes"][token].as_u64().unwrap_or(0)
}

#[test]
fn a_token_is_fetched_once_and_kept_until_shortly_before_its_end() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("good-1"));
    for (number, at, fetched) in [(1, 0, 1), (2, 57, 1), (3, 59, 2)] {
        close(&mut transport);
        let outcome = send(email(number, "anna@example.com"), &mut transport, later(at)).expect("well");
        assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
        assert_eq!(refreshes(&server, "good-1"), fetched, "after {at} minutes");
    }
    assert_eq!(server.messages()[0]["user"], "billing@example.com");
}

#[test]
fn a_token_that_ends_within_two_minutes_is_not_relied_on() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("short-1"));
    for number in 1..=2 {
        close(&mut transport);
        send(email(number, "anna@example.com"), &mut transport, now()).expect("well");
    }
    assert_eq!(refreshes(&server, "short-1"), 2);
}

#[test]
fn a_token_the_mail_server_refuses_is_fetched_anew_once() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("stale-1"));
    let outcome = send(email(1, "anna@example.com"), &mut transport, now()).expect("well");
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
    assert_eq!(refreshes(&server, "stale-1"), 2);
}

#[test]
fn a_revoked_permission_asks_to_sign_in_again_and_stops_the_queue() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("revoked-1"));
    let trouble = send(email(1, "anna@example.com"), &mut transport, now()).expect_err("ended");
    assert_eq!(trouble.code(), "mail_sign_in_again");
    assert!(!trouble.passes());
    assert_eq!(
        trouble.to_string(),
        "the permission of billing@example.com with Example sign-in has ended (The refresh token was revoked.); sign in again"
    );
    assert!(server.messages().is_empty());
}

#[test]
fn a_sign_in_server_out_of_order_puts_off() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("broken-1"));
    let trouble = transport.ready(now()).expect_err("out of order");
    assert!(matches!(trouble, Trouble::NoToken { .. }), "{trouble}");
    let outcome = send(email(1, "anna@example.com"), &mut transport, now()).expect("put off");
    assert!(matches!(outcome, Outcome::Deferred { .. }), "{outcome:?}");
}

#[test]
fn a_rotated_refresh_token_is_handed_over_once_and_used_from_then_on() {
    let Some(server) = common::server() else {
        return;
    };
    let mut transport = smtp(server.oauth_account(), refresh("rotating-0"));
    send(email(1, "anna@example.com"), &mut transport, now()).expect("well");
    assert!(rotated(&mut transport).is_some());
    assert!(rotated(&mut transport).is_none());
    close(&mut transport);
    send(email(2, "anna@example.com"), &mut transport, later(120)).expect("well");
    assert_eq!(refreshes(&server, "rotating-0"), 1);
    assert_eq!(refreshes(&server, "rotating-1-next"), 1);

    let (report, fresh) = test_connection(&server.oauth_account(), refresh("rotating-9"), false, now());
    assert!(report.passed(), "{report:?}");
    assert!(fresh.is_some());
}

/// What the system browser does: opens the page and follows it back to us.
fn browse(url: &str) -> std::thread::JoinHandle<String> {
    let url = url.to_owned();
    std::thread::spawn(move || ureq::get(url).call().expect("comes back").body_mut().read_to_string().expect("a page"))
}

#[test]
fn signing_in_through_the_browser_gives_a_secret_that_sends() {
    let Some(server) = common::server() else {
        return;
    };
    let sign_in = BrowserSignIn::begin(server.provider(), None, "billing@example.com").expect("begins");
    let url = sign_in.url().to_owned();
    for part in ["code_challenge_method=S256", "code_challenge=", "state=", "login_hint=billing%40example.com"] {
        assert!(url.contains(part), "{url}");
    }
    let browser = browse(&url);
    let granted = sign_in.finish(Duration::from_secs(20), now()).expect("granted");
    assert!(browser.join().expect("a page").contains("You are signed in"));
    let mut transport = smtp(server.oauth_account(), granted.secret);
    let outcome = send(email(1, "anna@example.com"), &mut transport, now()).expect("well");
    assert!(matches!(outcome, Outcome::Accepted { .. }), "{outcome:?}");
}

#[test]
fn a_page_without_our_state_is_not_believed_and_waiting_ends() {
    let Some(server) = common::server() else {
        return;
    };
    let sign_in = BrowserSignIn::begin(server.provider(), None, "").expect("begins");
    let back = sign_in
        .url()
        .split("redirect_uri=")
        .nth(1)
        .and_then(|rest| rest.split('&').next())
        .expect("a redirect")
        .replace("%3A", ":")
        .replace("%2F", "/");
    let forged = std::thread::spawn(move || {
        ureq::get(format!("{back}?code=stolen&state=guessed")).call().map(|_| ()).expect_err("not found")
    });
    let ended = sign_in.finish(Duration::from_secs(2), now()).expect_err("ends");
    assert!(matches!(ended, OAuthError::NotFinished { .. }), "{ended}");
    forged.join().expect("answered");
}

#[test]
fn tokens_go_over_tls_or_to_this_machine_only() {
    for url in ["http://login.example.com/token", "ftp://x", "", "http://127.0.0.1.example.com/"] {
        let provider = OAuthProvider { token_url: url.to_owned(), ..OAuthProvider::google("id") };
        assert!(BrowserSignIn::begin(provider.clone(), None, "").is_err(), "{url}");
        let account = dunlin_mail::Account {
            sign_in: dunlin_mail::SignIn::OAuth { user: "a@example.com".to_owned(), provider },
            ..dunlin_mail::Account::gmail("a@example.com", "id")
        };
        assert!(Smtp::new(account, refresh("x")).is_err(), "{url}");
    }
}

#[test]
fn the_presets_can_be_begun() {
    for account in
        [dunlin_mail::Account::microsoft365("a@example.com", "id"), dunlin_mail::Account::gmail("a@example.com", "id")]
    {
        account.check().expect("stands");
        let dunlin_mail::SignIn::OAuth { provider, .. } = &account.sign_in else { panic!("tokens") };
        let sign_in = BrowserSignIn::begin(provider.clone(), None, account.user()).expect("begins");
        assert!(sign_in.url().starts_with(&provider.authorize_url), "{}", sign_in.url());
        assert!(matches!(refresh("x"), Secret::Refresh { .. }));
    }
}
