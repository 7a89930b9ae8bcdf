//! Enrolment, tokens, lockout, revocation; every attempt in the history.

use chrono::TimeDelta;
use ed25519_dalek::SigningKey;
use protocol::SignInRequest;
use server::auth::{self, NewPerson, Role};
use server::error::ServerError;
use server::history::{self, Filter};

use crate::scene::{PASSWORD, Scene, enrolment, rand_key};

async fn kinds(scene: &Scene) -> Vec<String> {
    let conn = scene.app.db.conn().await.unwrap();
    let filter = Filter { kind: Some("auth.".to_owned()), ..Filter::default() };
    history::list(&conn, scene.org, &filter).await.unwrap().into_iter().map(|(_, entry)| entry.kind).collect()
}

#[tokio::test]
async fn a_device_enrols_once_with_a_code_and_signs_for_its_tokens() {
    let scene = Scene::new().await;
    scene.person("ana", Role::Specialist).await;
    let code = scene.code("ana").await;
    let key = SigningKey::from_bytes(&rand_key());
    let enrolled = auth::enrol(&scene.app, enrolment(&code, PASSWORD, &key)).await.unwrap();
    assert_eq!((enrolled.login.as_str(), enrolled.role.as_str()), ("ana", "specialist"));

    let again = SigningKey::from_bytes(&rand_key());
    let error = auth::enrol(&scene.app, enrolment(&code, PASSWORD, &again)).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "a code is good once: {error}");
    let second = scene.code("ana").await;
    let error = auth::enrol(&scene.app, enrolment(&second, "not the password", &again)).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "the password was set before: {error}");
    let error = auth::enrol(&scene.app, enrolment(&second, PASSWORD, &key)).await.unwrap_err();
    assert!(matches!(error, ServerError::Conflict(_)), "the key is another device's: {error}");
    auth::enrol(&scene.app, enrolment(&second, PASSWORD, &again)).await.expect("a wrong try does not use it up");

    let device = scene.device("ana").await;
    let token = device.token().await.unwrap();
    assert_eq!(token.role, "specialist");
    let error = auth::token(&scene.app, &device.signed(&again).await).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "another key's signature: {error}");
    let signed = device.signed(&device.key).await;
    auth::token(&scene.app, &signed).await.unwrap();
    let error = auth::token(&scene.app, &signed).await.unwrap_err();
    assert!(matches!(error, ServerError::WrongCredentials), "a challenge is good once: {error}");
    let late = device.signed(&device.key).await;
    scene.wait(TimeDelta::minutes(3));
    assert!(auth::token(&scene.app, &late).await.is_err(), "a challenge is good for two minutes");

    scene.wait(TimeDelta::days(8));
    let error = device.token().await.err().unwrap();
    assert!(matches!(error, ServerError::SignInAgain), "{error}");
    let signed = device.signed(&device.key).await;
    let request = SignInRequest { signed, password: PASSWORD.to_owned() };
    auth::sign_in(&scene.app, request).await.unwrap();
    device.token().await.expect("signed in lately");

    let kinds = kinds(&scene).await;
    for kind in ["auth.code", "auth.enrolled", "auth.token", "auth.failed", "auth.signed_in"] {
        assert!(kinds.iter().any(|one| one == kind), "{kind} is in {kinds:?}");
    }
    let conn = scene.app.db.conn().await.unwrap();
    assert!(history::verify(&conn, scene.org).await.unwrap() > 10);
}

#[tokio::test]
async fn wrong_passwords_lock_even_the_right_one_out_and_a_revoked_device_hears_so() {
    let scene = Scene::new().await;
    scene.person("ana", Role::Specialist).await;
    let device = scene.device("ana").await;
    let attempt = async |password: &str| {
        let signed = device.signed(&device.key).await;
        auth::sign_in(&scene.app, SignInRequest { signed, password: password.to_owned() }).await
    };
    for _ in 0..4 {
        assert!(matches!(attempt("wrong wrong wrong").await, Err(ServerError::WrongCredentials)));
    }
    attempt(PASSWORD).await.expect("four are not enough, and the right one clears them");
    for _ in 0..4 {
        attempt("wrong wrong wrong").await.err().unwrap();
    }
    assert!(matches!(attempt("wrong wrong wrong").await, Err(ServerError::Locked(_))));
    assert!(matches!(attempt(PASSWORD).await, Err(ServerError::Locked(_))), "locked for the right one too");
    scene.wait(TimeDelta::minutes(16));
    attempt(PASSWORD).await.expect("the lock ends");

    auth::revoke(&scene.app, scene.org, "administrator", device.id().0, "lost on a train").await.unwrap();
    let error = device.token().await.err().unwrap();
    assert!(matches!(&error, ServerError::Revoked(why) if why == "lost on a train"), "{error}");
    let kinds = kinds(&scene).await;
    for kind in ["auth.locked", "auth.revoked", "auth.failed"] {
        assert!(kinds.iter().any(|one| one == kind), "{kind} is in {kinds:?}");
    }
}

#[tokio::test]
async fn no_two_users_share_a_name_because_the_history_goes_by_it() {
    let scene = Scene::new().await;
    let add = async |login: &str, name: &str| {
        let new = NewPerson { login: login.to_owned(), name: name.to_owned(), role: Role::Specialist, email: None };
        auth::add_person(&scene.app, scene.org, "administrator", &new).await
    };
    add("maria", "Maria Lopez").await.unwrap();
    let error = add("maria2", " maria  LOPEZ").await.unwrap_err();
    assert!(matches!(&error, ServerError::Conflict(why) if why.contains("(maria)")), "{error}");
    auth::disable(&scene.app, scene.org, "administrator", "maria").await.unwrap();
    assert!(add("maria2", "Maria Lopez").await.is_err(), "the history still names who left");
    add("maria2", "Maria B. Lopez").await.unwrap();
}
