//! A backup that is restored, and restored again.

use chrono::TimeDelta;
use server::auth::Role;
use server::db::Run as _;
use server::retention;

use crate::scene::{PASSWORD, Scene, enrolment, rand_key};

#[tokio::test]
async fn each_restore_is_an_epoch_of_its_own_and_ends_what_was_given_out() {
    let scene = Scene::new().await;
    scene.person("ana", Role::Specialist).await;
    let device = scene.device("ana").await;
    let code = scene.code("ana").await;
    device.token().await.unwrap();
    let epoch = async || scene.count("SELECT epoch FROM org").await;
    assert_eq!(retention::restored(&scene.app).await.unwrap(), 1);
    let first = epoch().await;
    assert!(first > 1);
    assert_eq!(scene.count("SELECT count(*) FROM session").await, 0);
    let key = ed25519_dalek::SigningKey::from_bytes(&rand_key());
    let error = server::auth::enrol(&scene.app, enrolment(&code, PASSWORD, &key)).await.unwrap_err();
    assert!(matches!(error, server::error::ServerError::WrongCredentials), "it may have been used since: {error}");
    // The same dump once more: it does not know that it was restored before.
    scene.app.db.conn().await.unwrap().run("UPDATE org SET epoch = 1", &[]).await.unwrap();
    scene.wait(TimeDelta::minutes(5));
    retention::restored(&scene.app).await.unwrap();
    let second = epoch().await;
    assert!(second > first, "devices that saw {first} must see that {second} is another");
    retention::restored(&scene.app).await.unwrap();
    assert_eq!(epoch().await, second + 1, "at the same moment too");
}
