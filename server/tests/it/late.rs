//! What was done offline and arrives when the world went on: a colleague was faster, the account is
//! somebody else's, the server was restored from an older backup.

use domain::hold::HoldKind;
use domain::ids::OutboxId;
use domain::outbox::{Channel, Event, Intent, State};
use domain::plan::{Change, Plan};
use domain::row::{Row, Table};
use domain::treatment::StepTaken;
use protocol::{Act, Envelope, Json, ProblemCode, PushRequest};
use server::error::ServerError;
use server::supervise::watch::verify;
use server::{push, retention};
use uuid::Uuid;

use crate::scene::{Device, Scene, start};
use crate::work::{facts, flags, note, refused};
use domain::decide::Command;

fn enveloped(device: &Device, seq: u64, act: &Act) -> Envelope {
    Envelope { act: Json::of(act).unwrap(), ..device.envelope(seq, act.account(), note("n")) }
}

fn reminder(id: u128, actor: &str) -> Intent {
    let one = facts(1);
    let invoice = &one.invoices[0];
    Intent {
        id: OutboxId(Uuid::from_u128(id)),
        account: one.account.id,
        channel: Channel::Email,
        template: "dunning_1".to_owned(),
        run: None,
        arrangement: None,
        steps: vec![StepTaken::new(Some(invoice.id), "Reminder", start().date_naive())],
        to: Some("someone@example.com".to_owned()),
        decided: start(),
        actor: actor.to_owned(),
    }
}

fn record(changes: Vec<Change>) -> Act {
    Act::Record { account: facts(1).account.id, plan: Plan { changes, ..Plan::default() } }
}

#[tokio::test]
async fn an_email_that_a_colleague_sent_does_not_wait_again_and_no_step_is_taken_twice() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let ana = scene.specialist("ana", &[one.customer.id]).await;
    let bob = scene.specialist("bob", &[one.customer.id]).await;
    let (account, id) = (one.account.id, OutboxId(Uuid::from_u128(1)));
    let push = async |device: &Device, seq, act: &Act| {
        device.push(&[enveloped(device, seq, act)]).await.unwrap().results.remove(0)
    };
    flags(&push(&ana, 1, &record(vec![Change::Queue(reminder(1, &ana.enrolled.name))])).await);
    // Both confirmed the same run, each offline.
    let twice = push(&bob, 1, &record(vec![Change::Queue(reminder(2, &bob.enrolled.name))])).await;
    assert_eq!(refused(&twice), "OUT-1");
    // Offline, Ana's laptop put it off until the hours begin; meanwhile Bob sent it.
    for (seq, event) in [(2, Event::Started), (3, Event::Accepted)] {
        flags(&push(&bob, seq, &Act::Settle { account, outbox: id, event }).await);
    }
    let waits = State::Waiting { tries: 0, next_try: start(), why: "Before eight".to_owned() };
    let stopped = State::Stopped { at: start(), why: "Nothing is due".to_owned() };
    for (seq, state) in [(2, waits), (3, stopped)] {
        let late = push(&ana, seq, &record(vec![Change::SetOutbox(id, state)])).await;
        assert_eq!(refused(&late), "OUT-3");
    }
    let (rows, _) = ana.snapshot().await;
    let outbox: Vec<&Row> = rows.iter().filter(|row| row.table() == Table::Outbox).collect();
    assert!(matches!(outbox[..], [Row::Outbox(sent)] if matches!(sent.state, State::Sent { .. })), "{outbox:?}");
    assert_eq!(rows.iter().filter(|row| row.table() == Table::Contact).count(), 1, "one email left");
}

/// The stay begins with the petition, whoever heard of it: the one who works the account now must see it.
#[tokio::test]
async fn what_a_customer_made_known_is_kept_though_the_account_is_anothers_by_now() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let ana = scene.specialist("ana", &[one.customer.id]).await;
    scene.assign("ana", &[], &[one.customer.id]).await;
    let hold = |hold| Command::PlaceHold { hold, note: "By phone".to_owned(), until: None };
    let dispute = Command::OpenDispute {
        invoice: one.invoices[0].id,
        amount: None,
        reason: "Never ordered".to_owned(),
        written: true,
    };
    let known =
        [hold(HoldKind::Cease), hold(HoldKind::Attorney { contact: String::new(), letter_sent: None }), dispute];
    for (seq, command) in (1..).zip(known) {
        assert_eq!(flags(&ana.act(seq, one.account.id, command).await), ["SYN-6"]);
    }
    let pause = ana.act(4, one.account.id, hold(HoldKind::Manual)).await;
    assert_eq!(refused(&pause), "SYN-5", "a pause of one's own choice is the other's to choose");
}

#[tokio::test]
async fn a_queue_goes_on_after_an_older_backup_than_the_one_it_was_pruned_by() {
    let scene = Scene::new().await;
    let one = scene.accounts(1..2).await.remove(0);
    let device = scene.specialist("ana", &[one.customer.id]).await;
    let account = one.account.id;
    flags(&device.act(1, account, note("in the old backup")).await);
    // Numbers 2 and 3 were decided, saved, called safe, and are in none of the two any more.
    let next = device.envelope(4, account, note("goes on"));
    let request = |epoch, lost_upto| PushRequest { epoch, commands: vec![next.clone()], lost_upto };
    let gap = async |request: PushRequest| {
        let error = push::push(&scene.app, &device.caller(), &request).await.unwrap_err();
        assert!(matches!(&error, ServerError::Told(told) if told.code == ProblemCode::Gap), "{error}");
    };
    gap(request(1, Some(3))).await;
    retention::restored(&scene.app).await.unwrap();
    let epoch = u64::try_from(scene.count("SELECT epoch FROM org").await).unwrap();
    gap(request(epoch, None)).await;
    gap(request(epoch, Some(2))).await;
    let answer = push::push(&scene.app, &device.caller(), &request(epoch, Some(3))).await.unwrap();
    assert_eq!(answer.last_device_seq, 4);
    assert!(answer.results[0].outcome.is_accepted());
    let said = "SELECT count(*) FROM history WHERE kind = 'sync.lost' AND summary LIKE 'Acts 2 to 3 %'";
    assert_eq!(scene.count(said).await, 1);
    let again = push::push(&scene.app, &device.caller(), &request(epoch, Some(3))).await.unwrap();
    assert_eq!(again.results, answer.results, "decided once");
    verify(&scene.app, &scene.supervisor()).await.unwrap();
}
